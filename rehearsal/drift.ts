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

const foreignImage = "registry.invalid/changed-behind-pulumis-back:1";

/** Changes the image of the first Deployment of a system, as somebody with kubectl would. */
export async function tamperWithCluster(
  client: KubeClient,
  state: readonly StateEntry[],
): Promise<Tampering> {
  const entry = state.find(
    ({ type, urn }) => type === "kubernetes:apps/v1:Deployment" && layerOf(urn) === "system",
  );
  if (entry?.id === undefined) throw new Error("the stack has no Deployment of a system to change");
  const [namespace = "default", name = ""] = entry.id.split("/");
  const ref = { apiVersion: "apps/v1", kind: "Deployment", name, namespace };
  const image = async (): Promise<string | undefined> => {
    const object = await client.get(ref);
    const spec = object?.["spec"] as { template: { spec: { containers: { image: string }[] } } } | undefined;
    return spec?.template.spec.containers[0]?.image;
  };
  const before = await image();
  const operation = { op: "replace", path: "/spec/template/spec/containers/0/image", value: foreignImage };
  await client.patch(ref, [operation], { type: "json", fieldManager: "somebody" });
  return {
    urn: entry.urn,
    what: `${resourceLabel(entry.urn)}: image`,
    isMended: async () => (await image()) === before,
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
