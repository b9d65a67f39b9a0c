import { z } from "zod";
import type {
  ConfigSpec,
  HelperSpec,
  JobSpec,
  Migration,
  Permission,
  Probes,
  Replicas,
  Rollout,
  ScaleOn,
  ScalingRules,
  ServiceSpec,
  Size,
  VolumeSpec,
} from "../types";
import { metrics } from "./monitoring";
import { list, number, object, pair, record, text, words } from "./parts";
import type { Fields } from "./parts";

/** What only the rules can tell apart: which of several forms it has. */
const anyObject = z.looseObject({}, "an object");
const envValue = z.union([text, anyObject], "a text or an object");

export const size = object({ cpu: pair, memory: pair } satisfies Fields<Size>);
export const replicas = object({ min: number, max: number } satisfies Fields<Replicas>);
export const env = record(envValue);
const scratch = list(object({ path: text, size: text })).optional();
const mounts = record(
  z.union([object({ config: text }), object({ secret: text })], "{ config } or { secret }"),
);
const container = {
  command: words,
  args: words,
  env: env.optional(),
  size,
  scratch,
  mounts: mounts.optional(),
};

const probe = z.looseObject(
  {
    initialDelaySeconds: number.optional(),
    periodSeconds: number,
    failureThreshold: number,
    timeoutSeconds: number,
  },
  "an object",
);
const probes = (required: z.ZodType): z.ZodType =>
  object({ startup: probe.optional(), readiness: required, liveness: required } satisfies Fields<Probes>);
const ports = record(number).optional();

const helper = object({
  ...container,
  image: z.union([text, object({ pinned: text })], "a name or { pinned }").optional(),
  shares: words,
  ports,
  probes: probes(probe.optional()).optional(),
} satisfies Fields<HelperSpec>);

const permission = object({
  apiGroup: text.optional(),
  resources: list(text),
  names: words,
  verbs: list(text),
} satisfies Fields<Permission>);

const workload = {
  ...container,
  image: text,
  reaches: list(
    z.union([text, object({ namespace: text, port: number })], "a name or { namespace, port }"),
  ).optional(),
  traces: z.boolean("true or false").optional(),
  user: number.optional(),
  permissions: list(permission).optional(),
};

const scalingRules = object({
  stabilizationWindowSeconds: number.optional(),
  policies: list(object({ type: text, value: number, periodSeconds: number })).optional(),
  selectPolicy: text.optional(),
} satisfies Fields<ScalingRules>);

const scaleOn = object({
  cpu: number.optional(),
  memory: number.optional(),
  behavior: object({ scaleUp: scalingRules.optional(), scaleDown: scalingRules.optional() }).optional(),
} satisfies Fields<ScaleOn>);

const migration = object({
  command: list(text),
  timeout: text.optional(),
  retries: number.optional(),
  size: size.optional(),
} satisfies Fields<Migration>);

const volume = object({ path: text, size: text, claim: text } satisfies Fields<VolumeSpec>);
const rollout = { maxUnavailable: number.optional(), maxSurge: number.optional() } satisfies Fields<Rollout>;

export const service = object({
  ...workload,
  port: number.optional(),
  servicePort: number.optional(),
  protocol: text.optional(),
  ports,
  metrics: metrics.optional(),
  probes: probes(probe).optional(),
  replicas,
  scaleOn: scaleOn.optional(),
  rollout: object(rollout).optional(),
  volumes: record(volume).optional(),
  migrate: migration.optional(),
  init: record(helper).optional(),
  sidecars: record(helper).optional(),
  graceSeconds: number.optional(),
  drainSeconds: number.optional(),
  preStop: words,
} satisfies Fields<ServiceSpec>);

export const job = object({
  ...workload,
  schedule: text.optional(),
  concurrency: text.optional(),
  timeout: text.optional(),
  retries: number.optional(),
} satisfies Fields<JobSpec>);

export const config = object({
  data: record(text),
  live: z.boolean("true or false").optional(),
} satisfies Fields<ConfigSpec>);
