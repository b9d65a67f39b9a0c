import { z } from "zod";
import type {
  AlertSpec,
  BrowserSpec,
  DashboardSpec,
  Indicators,
  MetricsSpec,
  Objectives,
  PanelSpec,
} from "../types";
import { anyObject, list, number, object, record, text } from "./parts";
import type { Fields } from "./parts";

const change = {
  above: number.optional(),
  below: number.optional(),
  for: text.optional(),
  severity: text.optional(),
  team: text.optional(),
};

// One shape for an alert and for a change of one: which of them it is, and what it then lacks, is for the rules.
export const alert = z.union(
  [
    z.literal("off"),
    object({
      ...change,
      query: text.optional(),
      summary: text.optional(),
      description: text.optional(),
      range: z.tuple([number, number], "a pair: least and most").optional(),
    } satisfies Fields<AlertSpec>),
  ],
  'an alert, a change of one, or "off"',
);

const panel = object({
  title: text,
  kind: text,
  unit: text.optional(),
  description: text.optional(),
  queries: record(text),
  units: record(text).optional(),
  thresholds: object({ warning: number.optional(), critical: number.optional() }).optional(),
  width: number.optional(),
} satisfies Fields<PanelSpec>);

export const dashboard = object({
  uid: text,
  title: text,
  panels: list(panel),
} satisfies Fields<DashboardSpec>);

const indicators = object({
  service: text,
  requests: text,
  errors: text,
  duration: text.optional(),
} satisfies Fields<Indicators>);

export const objectives = object({
  availability: number,
  latency: anyObject.optional(),
  indicators: indicators.optional(),
} satisfies Fields<Objectives>);

export const metrics = object({
  path: text,
  port: text.optional(),
  interval: text.optional(),
  annotated: z.boolean("true or false").optional(),
  exposes: record(text).optional(),
} satisfies Fields<MetricsSpec>);

export const browser = object({ metrics: record(text) } satisfies Fields<BrowserSpec>);
