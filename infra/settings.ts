import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { nearest } from "../components/common/nearest";
import { SlipwayError } from "../components/common/problems";
import { checkAddresses } from "./addresses";
import { alertingSchema } from "./alerting-schema";
import { monitoringSchema } from "./monitoring-schema";
import { explainIssue, inStackFile } from "./settings-errors";
import { stages } from "./stages";
import type { Stage } from "./stages";

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, "a digest: sha256: and 64 hexadecimal digits");
const zone = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, "the name of an availability zone, such as eu-central-1a");
const cidr = z.string().regex(/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/, "an IPv4 block, such as 10.0.0.0/16");
const label = z.string().regex(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, "lower-case letters, digits and dashes");
const domain = z
  .string()
  .regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/, "a domain in lower case, such as example.com");
const hostedZone = z
  .string()
  .regex(/^Z[A-Z0-9]{1,31}$/, "the id of a Route 53 hosted zone, such as Z0123456789ABCDEFGHIJ");
const cloudflareZone = z
  .string()
  .regex(/^[0-9a-f]{32}$/, "the id of a zone at Cloudflare: 32 hexadecimal digits");
const storeName = z
  .string()
  .regex(/^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/, "SYSTEM/STORE, such as daira/postgres");
const principal = z
  .string()
  .regex(
    /^(arn:aws[a-z-]*:iam::\d{12}:)?(role|user)\/[\w+=,.@/-]+$/,
    "role/NAME or user/NAME of the stack's own account, or a full ARN",
  );

/** The keys of the `slipway:` namespace. Pulumi.yaml repeats their names and types for the engine; a test compares. */
export const schema = z.strictObject({
  stage: z.string(),
  systems: z
    .array(label)
    .refine((names) => new Set(names).size === names.length, "each system once")
    .default(["daira"]),
  images: z.record(z.string(), digest).default({}),
  protection: z.boolean().optional(),
  addons: z.enum(["install", "provided"]).default("install"),
  tags: z.record(z.string(), z.string().max(256)).default({}),
  network: z
    .strictObject({
      cidr: cidr.default("10.0.0.0/16"),
      zones: z.array(zone),
      apartFrom: z.array(cidr).default([]),
      nat: z.enum(["perZone", "single", "none"]).optional(),
    })
    .optional(),
  cluster: z
    .strictObject({
      compute: z.enum(["auto", "managed"]).default("auto"),
      publicAccessCidrs: z.array(cidr).default([]),
      admins: z.record(label, principal).default({}),
      context: z.string().min(1).optional(),
      storageClass: z.string().min(1).optional(),
    })
    .prefault({}),
  edge: z
    .strictObject({
      email: z.email("an e-mail address").optional(),
      hostedZoneId: hostedZone.optional(),
      zones: z.record(domain, hostedZone).default({}),
    })
    .prefault({}),
  cloudflare: z.strictObject({ zones: z.record(domain, cloudflareZone).default({}) }).prefault({}),
  rotation: z
    .record(storeName, z.int("a whole number").min(1, "at least 1").max(1000, "at most 1000"))
    .default({}),
  confirm: z.array(storeName).default([]),
  monitoring: monitoringSchema.prefault({}),
  alerting: alertingSchema.prefault({}),
  registry: z.strictObject({ server: z.string().min(1).default("localhost:5001") }).prefault({}),
});

/** Most zones of a network. Fewest is the stage's own. */
const mostZones = 6;

type Config = z.output<typeof schema>;

/** All that the program takes from configuration: plain, validated, with defaults applied. */
export interface Settings extends Readonly<Omit<Config, "stage" | "network" | "protection">> {
  readonly stack: string;
  readonly stageName: string;
  readonly stage: Stage;
  /** Whether what holds data is protected from deletion. */
  readonly protection: boolean;
  /** Only where the stage has a cloud. */
  readonly network: (NonNullable<Config["network"]> & { readonly region: string }) | undefined;
}

/**
 * Reads and validates the whole configuration of the running stack. Nothing else reads `pulumi.Config`.
 *
 * @throws SlipwayError naming the key, its value, what is allowed and what to do; secrets are never read here.
 */
export function readSettings(): Settings {
  const stack = pulumi.getStack();
  return parseSettings(stack, pulumi.runtime.allConfig(), new pulumi.Config("aws").get("region"));
}

/**
 * A secret of the running stack's configuration, as an output that stays secret.
 *
 * @param path of the key and of its parts: `["alerting", "slack", "token"]`; {@link readSettings} said that it is there.
 */
export function readSecret([key, ...path]: readonly [string, ...string[]]): pulumi.Output<string> {
  return new pulumi.Config("slipway")
    .requireSecretObject<unknown>(key)
    .apply((block) =>
      String(path.reduce((inner, part) => (inner as Readonly<Record<string, unknown>>)[part], block)),
    );
}

/** The pure part of {@link readSettings}: `all` maps full keys (`slipway:network`) to their text. */
export function parseSettings(
  stack: string,
  all: Readonly<Record<string, string>>,
  region: string | undefined,
): Settings {
  const raw: Record<string, unknown> = {};
  for (const [key, text] of Object.entries(all)) {
    if (!key.startsWith("slipway:")) continue;
    const name = key.slice("slipway:".length);
    if (!(name in schema.shape)) throw unknownKey(stack, name);
    const value = parsed(text, name);
    // The engine fills in Pulumi.yaml's default, an empty block; here that is no block.
    if (name !== "network" || JSON.stringify(value) !== "{}") raw[name] = value;
  }
  const result = schema.safeParse(raw);
  if (!result.success) throw explainIssue(stack, schema, result.error, raw);
  const { stage: stageName, network, protection, ...rest } = result.data;
  const stage = stages[stageName];
  if (stage === undefined) {
    throw new SlipwayError({
      where: `slipway:stage of stack ${stack}`,
      what: `there is no stage "${stageName}"${nearest(stageName, Object.keys(stages))}`,
      allowed: Object.keys(stages).join(", "),
      todo: "set one of them, or add a row to infra/stages.ts",
    });
  }
  return {
    ...rest,
    stack,
    stageName,
    stage,
    protection: protection ?? stage.protection,
    network: stage.cloud === "aws" ? cloudNetwork(stack, stageName, stage, network, region) : undefined,
  };
}

function cloudNetwork(
  stack: string,
  stageName: string,
  stage: Stage,
  network: Config["network"],
  region: string | undefined,
): NonNullable<Settings["network"]> {
  if (region === undefined) {
    throw new SlipwayError({
      where: `stack ${stack}`,
      what: "aws:region is not set",
      todo: `set it: pulumi config set aws:region eu-central-1 -s ${stack}`,
    });
  }
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) {
    throw new SlipwayError({
      where: `aws:region of stack ${stack}`,
      what: `"${region}" is no region`,
      allowed: "the name of an AWS region, such as eu-central-1",
      todo: `correct it in Pulumi.${stack}.yaml`,
    });
  }
  const count = network?.zones.length ?? 0;
  if (network === undefined || count < stage.minimumZones || count > mostZones) {
    throw new SlipwayError({
      where: `slipway:network.zones of stack ${stack}`,
      what: count === 1 ? "one zone is named" : `${count === 0 ? "no" : count} zones are named`,
      allowed: `${stage.minimumZones} to ${mostZones} in ${stageName}`,
      todo: `name them: pulumi config set --path 'slipway:network.zones[0]' ${region}a -s ${stack}`,
    });
  }
  const stranger = network.zones.find((name) => !new RegExp(`^${region}[a-z]$`).test(name));
  if (stranger !== undefined) {
    throw new SlipwayError({
      where: `slipway:network.zones of stack ${stack}`,
      what: `${stranger} is no zone of ${region}`,
      allowed: `zones of the region in aws:region, such as ${region}a`,
      todo: `correct it in Pulumi.${stack}.yaml`,
    });
  }
  inStackFile(stack, () => checkAddresses(network));
  return { ...network, region };
}

function unknownKey(stack: string, name: string): SlipwayError {
  const known = Object.keys(schema.shape);
  return new SlipwayError({
    where: `stack ${stack}`,
    what: `unknown config key slipway:${name}${nearest(name, known)}`,
    allowed: known.map((key) => `slipway:${key}`).join(", "),
    todo: `remove or rename it in Pulumi.${stack}.yaml`,
  });
}

/** Objects, lists and booleans reach a program as JSON text, strings as they are. */
function parsed(text: string, name: string): unknown {
  if (name === "stage") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
