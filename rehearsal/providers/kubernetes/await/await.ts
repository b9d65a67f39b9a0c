import type { KubeObject } from "../../../kube/client";
import { KubeTimeout } from "../../../kube/client";
import type { Props } from "../../part";
import type { Cluster } from "../cluster";
import { annotation, idOf, refOfObject } from "../objects";
import type { Judge } from "./kinds";
import { judgeOf, keyOf } from "./kinds";
import { field } from "./readiness";
import { untilRefused } from "./refusal";
import { waitForJudge } from "./wait-for";

/** The object exists and is not, or cannot become, ready. */
export class NotReady extends Error {
  constructor(
    readonly reasons: readonly string[],
    /** The object as it was last seen. */
    readonly last: KubeObject,
  ) {
    super(reasons.join("; "));
    this.name = "NotReady";
  }
}

/** How the official provider waits when nothing else is said. */
const defaultSeconds = 600;

/** Seconds to wait: the resource's own timeout, else the annotation's, else 600. */
export function timeoutOf(inputs: Props, timeoutSeconds: number): number {
  const annotated = Number(annotation(inputs, "pulumi.com/timeoutSeconds"));
  if (timeoutSeconds > 0) return timeoutSeconds;
  return Number.isInteger(annotated) && annotated > 0 ? annotated : defaultSeconds;
}

export function skipsAwait(inputs: Props): boolean {
  return annotation(inputs, "pulumi.com/skipAwait") === "true";
}

/**
 * Waits until an object that was just written is ready, by the annotations of its inputs or by its kind.
 *
 * @throws NotReady with the reason.
 */
export async function awaitReady(
  cluster: Cluster,
  written: KubeObject,
  inputs: Props,
  timeoutSeconds: number,
): Promise<KubeObject> {
  if (skipsAwait(inputs)) return written;
  const expression = annotation(inputs, "pulumi.com/waitFor");
  const judge = expression === undefined ? await builtInJudge(cluster, written) : waitForJudge(expression);
  // What is ready already, as most kinds are, needs no watch.
  if (judge(written).state === "ready" && !needsEndpoints(written)) return written;

  const seconds = timeoutOf(inputs, timeoutSeconds);
  const over = new AbortController();
  const signal = AbortSignal.any([cluster.signal, over.signal]);
  try {
    return await Promise.race([
      untilReady(cluster, written, judge, seconds, signal, expression === undefined),
      untilRefused(cluster.client, written, { timeout: seconds * 1000, signal }).then((reason): never => {
        throw new NotReady([reason], written);
      }),
    ]);
  } finally {
    over.abort();
  }
}

async function untilReady(
  { client }: Cluster,
  written: KubeObject,
  judge: Judge,
  seconds: number,
  signal: AbortSignal,
  builtIn: boolean,
): Promise<KubeObject> {
  const started = Date.now();
  let last = written;
  let reason = "it was not seen";
  try {
    const live = await client.waitUntil(
      refOfObject(written),
      ([object]) => {
        if (object === undefined) throw new NotReady(["it was deleted while it was waited for"], last);
        last = object;
        const readiness = judge(object);
        if (readiness.state === "ready") return object;
        reason = readiness.reason;
        if (readiness.state === "failed") throw new NotReady([reason], object);
        return undefined;
      },
      { timeout: seconds * 1000, signal },
    );
    if (!builtIn || !needsEndpoints(live)) return live;
    reason = "its endpoints are not ready; do its selector's pods start?";
    const left = Math.max(1, seconds * 1000 - (Date.now() - started));
    await client.waitUntil(
      { ...endpointsOf(live) },
      (slices) => slices.length > 0 && slices.every((slice) => !hasPendingEndpoint(slice)),
      { timeout: left, signal },
    );
    return live;
  } catch (error) {
    if (!(error instanceof KubeTimeout)) throw error;
    const warnings = await warningsOf({ client }, written).catch(() => []);
    throw new NotReady([`not ready after ${seconds} s: ${reason}`, ...warnings], last);
  }
}

/** The last warnings that controllers gave about an object, newest last. */
async function warningsOf(
  { client }: Pick<Cluster, "client">,
  object: KubeObject,
): Promise<readonly string[]> {
  const { items } = await client.list({
    ...eventsOf(object),
    fieldSelector: `involvedObject.uid=${object.metadata.uid ?? ""},type=Warning`,
  });
  return items.slice(-3).map((event) => `[${String(event["reason"])}] ${String(event["message"])}`);
}

function eventsOf({ metadata: { namespace = "default" } }: KubeObject) {
  return { apiVersion: "v1", kind: "Event", namespace } as const;
}

/** A claim whose class binds it when a pod first uses it stays unbound until then. */
async function builtInJudge({ client }: Cluster, object: KubeObject): Promise<Judge> {
  const judge = judgeOf(object);
  const storageClass = field(object, "spec.storageClassName");
  if (keyOf(object) !== "/PersistentVolumeClaim" || typeof storageClass !== "string") return judge;
  const found = await client.get({
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    name: storageClass,
  });
  return found?.["volumeBindingMode"] === "WaitForFirstConsumer" ? () => ({ state: "ready" }) : judge;
}

/** A Service with a selector is ready when its pods are; one without pods is ready, as with the official provider. */
function needsEndpoints(object: KubeObject): boolean {
  if (keyOf(object) !== "/Service" || field(object, "spec.type") === "ExternalName") return false;
  const selector = field(object, "spec.selector");
  return field(object, "spec.clusterIP") !== "None" && Object.keys(selector ?? {}).length > 0;
}

function endpointsOf({ metadata: { name, namespace = "default" } }: KubeObject) {
  const labelSelector = `kubernetes.io/service-name=${name}`;
  return { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", namespace, labelSelector } as const;
}

function hasPendingEndpoint(slice: KubeObject): boolean {
  const endpoints = (slice["endpoints"] ?? []) as readonly {
    readonly conditions?: { readonly ready?: boolean; readonly terminating?: boolean };
  }[];
  return endpoints.some(({ conditions }) => conditions?.ready === false && conditions.terminating !== true);
}

/** Waits until an object is gone; one of the same name with another uid is another object. */
export async function awaitGone(cluster: Cluster, object: KubeObject, seconds: number): Promise<void> {
  try {
    await cluster.client.waitUntil(
      refOfObject(object),
      (found) => found.every((other) => other.metadata.uid !== object.metadata.uid),
      { timeout: seconds * 1000, signal: cluster.signal },
    );
  } catch (error) {
    if (!(error instanceof KubeTimeout)) throw error;
    const finalizers = error.last[0]?.metadata.finalizers ?? [];
    const held = finalizers.length === 0 ? "" : `; finalizers hold it: ${finalizers.join(", ")}`;
    throw new Error(`${idOf(object)} was not gone after ${seconds} s${held}`, { cause: error });
  }
}
