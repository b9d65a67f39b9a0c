import type { MetricFamily } from "../../components/monitoring/catalogue";
import type { Session } from "./session";

/** An exporter whose metrics are recorded. */
export interface Exporter {
  /** Name of its file in the catalogue, and what `exporters` of a metric says. */
  readonly name: string;
  readonly version: string;
  /** What it was given to watch, in a sentence of the catalogue. */
  readonly recorded: string;
  /** Starts it with something to watch, and gives what it exposes then. */
  readonly record: (session: Session) => Promise<Record<string, MetricFamily>>;
}
