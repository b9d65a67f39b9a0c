import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import slipway from "../../infra";
import { imagesOfAll } from "../../infra/images";
import { stages } from "../../infra/stages";
import type { Stage } from "../../infra/stages";
import { systems } from "../../infra/systems";
import type { SystemSpec } from "../../components/spec/types";
import { record } from "./recorder";
import type { Recorded, Recording } from "./recorder";
import { temporaryFolder } from "./temporary";

/** A stack's config as its file holds it, by full key. */
export type StackConfig = Readonly<Record<string, unknown>>;
export type Program = Recording<Record<string, unknown>>;

const root = join(__dirname, "../..");
const ACCOUNT = "123456789012";

/** How every secret begins that the program generates or is given; the name of what generates it comes after. */
export const GENERATED = "generated-for-";

const kubeconfig = {
  apiVersion: "v1",
  kind: "Config",
  clusters: [{ name: "laptop", cluster: { server: "https://127.0.0.1:6443" } }],
  users: [{ name: "laptop", user: { token: `${GENERATED}kubeconfig` } }],
  contexts: [{ name: "laptop", context: { cluster: "laptop", user: "laptop" } }],
  "current-context": "laptop",
};

/** Config of a stack of the repository, as its file stands, but that a made-up value stands for each secret one. */
export function stackFile(stack: string): StackConfig {
  const text = readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8");
  return open((parse(text) as { config: StackConfig }).config, "config") as StackConfig;
}

/** `{ secure: … }` at any depth becomes a text that names where it stood: `generated-for-slack-token`. */
function open(value: unknown, ...at: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item, index) => open(item, ...at, String(index)));
  if (typeof value !== "object" || value === null) return value;
  if ("secure" in value) return `${GENERATED}${at.slice(-2).join("-")}`;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, open(inner, ...at, key)]));
}

/** A made-up digest for each image of every system. */
export function everyDigest(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    imagesOfAll(Object.values(systems)).map((image) => [image, `sha256:${"0".repeat(64)}`]),
  );
}

/**
 * Records the whole program as a stack runs it, from the stack's file with `changes` over it; a key that is changed
 * to undefined is left out. Every image has a digest.
 */
export async function runProgram(
  stack: string,
  changes: StackConfig = {},
  file = stackFile(stack),
): Promise<Program> {
  const config = Object.entries<unknown>({ "slipway:images": everyDigest(), ...file, ...changes }).flatMap(
    ([key, value]) =>
      value === undefined ? [] : [[key, typeof value === "string" ? value : JSON.stringify(value)]],
  );
  const folder = temporaryFolder();
  try {
    const path = join(folder, "kubeconfig");
    writeFileSync(path, JSON.stringify(kubeconfig));
    const program = await record(
      () => {
        pulumi.runtime.setAllConfig(Object.fromEntries(config) as Record<string, string>);
        return slipway({ KUBECONFIG: path });
      },
      { stack, outputs, call },
    );
    refuseHoles(program);
    return program;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A resource whose inputs wait for an output that no mock gives is never registered, and would pass unseen. */
function refuseHoles({ resources }: Pick<Recording<unknown>, "resources">): void {
  const parents = new Set(resources.map(({ parent }) => parent));
  const empty = resources.filter(({ custom, urn }) => !custom && !parents.has(urn));
  const controlling = new Set(
    resources
      .filter(({ type }) => /:(?:Deployment|StatefulSet|DaemonSet)$/.test(type))
      .map(({ parent }) => parent),
  );
  const idle = resources.filter(({ type, urn }) => withPods.test(type) && !controlling.has(urn));
  const holes = [...empty, ...idle].map(({ name }) => name);
  if (holes.length > 0) throw new Error(`nothing was recorded of, or no pods of: ${holes.join(", ")}`);
}

/** Components that make pods themselves. */
const withPods =
  /^slipway:(?:workload:Workload|data:Store|monitoring:(?:BlackboxExporter|BrowserReceiver|Grafana|Jaeger|KubeStateMetrics|LogCollector|Loki|NodeExporter))$/;

/** How many resources of each type a program makes: those of the monitoring stack, and all others. */
export function countedApart({
  resources,
}: Pick<Program, "resources">): Readonly<Record<"monitoring" | "others", Readonly<Record<string, number>>>> {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const isMonitoring = (resource: Recorded | undefined): boolean =>
    resource !== undefined &&
    (resource.type === "slipway:monitoring:Monitoring" || isMonitoring(byUrn.get(resource.parent)));
  const counts = (some: readonly Recorded[]): Readonly<Record<string, number>> => {
    const found: Record<string, number> = {};
    for (const { type } of some) found[type] = (found[type] ?? 0) + 1;
    return found;
  };
  return {
    monitoring: counts(resources.filter(isMonitoring)),
    others: counts(resources.filter((resource) => !isMonitoring(resource))),
  };
}

const recorded = new Map<string, Promise<Program>>();

/** The same, recorded once in a process for the same arguments: for tests that only look. */
export function theProgram(stack: string, changes: StackConfig = {}): Promise<Program> {
  const key = JSON.stringify([stack, changes, Object.keys(systems)]);
  const found = recorded.get(key) ?? runProgram(stack, changes);
  recorded.set(key, found);
  return found;
}

/** Runs something while the table of stages has one row more. */
export async function withStage<T>(name: string, row: Stage, run: () => Promise<T>): Promise<T> {
  return withRow(stages, name, row, run);
}

/** Runs something while there is one system more. */
export async function withSystem<T>(spec: SystemSpec, run: () => Promise<T>): Promise<T> {
  return withRow(systems, spec.name, spec, run);
}

async function withRow<R, T>(
  table: Readonly<Record<string, R>>,
  name: string,
  row: R,
  run: () => Promise<T>,
): Promise<T> {
  const open = table as Record<string, R>;
  open[name] = row;
  try {
    return await run();
  } finally {
    Reflect.deleteProperty(open, name);
  }
}

/** What tells one resource from another for as long as it lives. */
export function identities({ resources }: Pick<Program, "resources">): string[] {
  return resources.map(({ urn }) => urn).sort();
}

/** All that the engine is told of each resource, by URN; the order in which they were registered is left out. */
export function byIdentity({ resources }: Pick<Program, "resources">): ReadonlyMap<string, Recorded> {
  const sorted = resources.map((resource) => ({
    ...resource,
    dependsOn: [...resource.dependsOn].sort(),
    // Providers are referred to by URN and an id that mocks leave open.
    provider: resource.provider.replace(/::[^:]*$/, ""),
  }));
  return new Map(sorted.map((resource) => [resource.urn, resource]));
}

/** What AWS, Kubernetes, Docker and random answer: ids and values that exist only once a thing is made. */
function outputs({ type, name, inputs }: pulumi.runtime.MockResourceArgs): Record<string, unknown> {
  const given = inputs as Record<string, unknown>;
  const physical = typeof given["name"] === "string" ? given["name"] : name;
  const arn = `arn:aws:test:eu-central-1:${ACCOUNT}:${type.split(":")[1] ?? ""}/${physical}`;
  switch (type) {
    case "aws:eks/cluster:Cluster":
      return {
        arn,
        endpoint: "https://eks.test",
        kubernetesNetworkConfig: { serviceIpv4Cidr: "172.20.0.0/16" },
        certificateAuthority: { data: "Y2E=" },
        vpcConfig: { ...(given["vpcConfig"] as object), clusterSecurityGroupId: "cluster-group-id" },
      };
    case "aws:ec2/launchTemplate:LaunchTemplate":
      return { latestVersion: 1 };
    case "aws:ecr/repository:Repository":
      return { arn, repositoryUrl: `${ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com/${physical}` };
    case "docker:index/image:Image":
      return { repoDigest: `${String(given["imageName"])}@sha256:${"1".repeat(64)}` };
    case "random:index/randomPassword:RandomPassword":
      // The provider itself marks it.
      return { result: pulumi.secret(`${GENERATED}${name}`) };
  }
  if (type.startsWith("aws:")) {
    return {
      ...{ arn, name: physical, keyId: `${name}-key-id` },
      address: `${name}.test`,
      primaryEndpointAddress: `${name}.test`,
      readerEndpointAddress: `${name}-reader.test`,
      domainValidationOptions: [
        {
          domainName: "x.test",
          resourceRecordName: "_x",
          resourceRecordType: "CNAME",
          resourceRecordValue: "y",
        },
      ],
    };
  }
  const { metadata } = given as { metadata?: { name?: string } };
  return metadata === undefined ? {} : { metadata: { ...metadata, name: metadata.name ?? `${name}-0a1b` } };
}

function call({ token }: pulumi.runtime.MockCallArgs): Record<string, unknown> {
  return token.endsWith(":getCallerIdentity")
    ? { accountId: ACCOUNT }
    : { userName: "AWS", password: `${GENERATED}registry`, proxyEndpoint: "https://registry.test" };
}
