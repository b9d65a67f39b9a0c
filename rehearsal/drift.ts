import { layerOf, resourceLabel } from "../engine/layers";
import type { StateEntry } from "../engine/state";
import type { OperationResult } from "../engine/types";
import type { KubeClient } from "./kube/client";
import { Account } from "./providers/aws/account";
import { changeBehindItsBack } from "./providers/aws/outside";
import type { Drift } from "./report";

/** Something that was changed without the engine, and how to see whether it is as before. */
export interface Tampering {
  readonly urn: string;
  /** For people: `kubernetes:apps/v1:Deployment "daira-backend": image`. */
  readonly what: string;
  isMended(): Promise<boolean>;
}

/** One value of an object that somebody with kubectl could change. */
interface Field {
  readonly type: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly path: readonly string[];
  readonly value: string;
}

/** What is changed, by preference: a pod of a system, else the one object that every stack has. */
const fields: readonly Field[] = [
  {
    type: "kubernetes:apps/v1:Deployment",
    apiVersion: "apps/v1",
    kind: "Deployment",
    name: "image",
    path: ["spec", "template", "spec", "containers", "0", "image"],
    // Of a registry that the cluster's own policies allow, with a digest: they would refuse another.
    value: `registry.k8s.io/changed-behind-pulumis-back:1@sha256:${"0".repeat(64)}`,
  },
  {
    type: "kubernetes:core/v1:Namespace",
    apiVersion: "v1",
    kind: "Namespace",
    name: "owner",
    path: ["metadata", "labels", "slipway.dev/owner"],
    value: "changed-behind-pulumis-back",
  },
];

/** Changes the image of the first Deployment of a system, or what a stack without systems has, as somebody with kubectl would. */
export async function tamperWithCluster(
  client: KubeClient,
  state: readonly StateEntry[],
): Promise<Tampering> {
  const [found] = fields.flatMap((field) => {
    const entry = state.find(
      ({ type, urn }) => type === field.type && (type.endsWith(":Namespace") || layerOf(urn) === "system"),
    );
    return entry?.id === undefined ? [] : [{ field, urn: entry.urn, id: entry.id }];
  });
  if (found === undefined) throw new Error("the stack has no object to change");
  const { field, urn, id } = found;
  const { apiVersion, kind, path, value } = field;
  const [name = "", namespace] = id.split("/").reverse();
  const ref = { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
  const live = async (): Promise<unknown> =>
    path.reduce<unknown>(
      (inner, key) => (inner as Readonly<Record<string, unknown>> | undefined)?.[key],
      await client.get(ref),
    );
  const before = await live();
  const pointer = path.map((key) => `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
  await client.patch(ref, [{ op: "replace", path: pointer, value }], {
    type: "json",
    fieldManager: "somebody",
  });
  return {
    urn,
    what: `${resourceLabel(urn)}: ${field.name}`,
    isMended: async () => (await live()) === before,
  };
}

/** Sets how long the first log group of the account keeps its events, as somebody in the console would. */
export function tamperWithAccount(accountFile: string, state: readonly StateEntry[]): Promise<Tampering> {
  const entry = state.find(({ type }) => type === "aws:cloudwatch/logGroup:LogGroup");
  if (entry?.id === undefined) throw new Error("the stack has no log group to change");
  const { id, urn, type } = entry;
  const retention = (): unknown =>
    new Account(accountFile, "").all(type).find((object) => object.id === id)?.attributes["retentionInDays"];
  const before = retention();
  changeBehindItsBack(accountFile, { type, id, set: { retentionInDays: before === 1 ? 3 : 1 } });
  return Promise.resolve({
    urn,
    what: `${resourceLabel(urn)}: retentionInDays`,
    isMended: () => Promise.resolve(retention() === before),
  });
}

/** Compares what was changed with what refresh found and what the next `up` put back. */
export async function judgeDrift(
  tampered: readonly Tampering[],
  refreshed: OperationResult,
  mended: OperationResult,
): Promise<Drift & { readonly problems: readonly string[] }> {
  const touched = (result: OperationResult): string[] =>
    result.steps
      .filter(({ op }) => op !== "same" && op !== "read")
      .map(({ urn }) => urn)
      .sort();
  const expected = tampered.map(({ urn }) => urn).sort();
  const found = touched(refreshed);
  const repaired = touched(mended);
  const problems: string[] = [];
  const unexpected = found.filter((urn) => !expected.includes(urn));
  const missed = expected.filter((urn) => !found.includes(urn));
  for (const urn of missed) problems.push(`refresh did not find the change of ${resourceLabel(urn)}`);
  for (const urn of unexpected)
    problems.push(`refresh found a change of ${resourceLabel(urn)}, which nobody changed`);
  const sameSet = JSON.stringify(repaired) === JSON.stringify(expected);
  if (!sameSet)
    problems.push(
      `up changed ${repaired.map(resourceLabel).join(", ") || "nothing"} to mend ${expected.map(resourceLabel).join(", ")}`,
    );
  const asBefore = await Promise.all(tampered.map((one) => one.isMended()));
  tampered.forEach(({ what }, index) => {
    if (asBefore[index] !== true) problems.push(`${what} is not as it was before`);
  });
  return {
    changed: tampered.map(({ what }) => what).sort(),
    found: found.map((urn) => tampered.find((one) => one.urn === urn)?.what ?? resourceLabel(urn)).sort(),
    mended: sameSet && asBefore.every((one) => one),
    problems,
  };
}
