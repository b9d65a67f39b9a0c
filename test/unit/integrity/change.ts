import assert from "node:assert/strict";
import type { KubeObject } from "../../../rehearsal/kube/client";
import { checkIntegrity } from "../../../rehearsal/integrity";
import type { Loose } from "./fixture";
import { compliant, object } from "./fixture";

/** Looks an object of the fixture up, to change it. */
export type Get = (kind: string, name: string) => Loose;

/** A change of the fixture's objects. */
export type Change = (get: Get, objects: KubeObject[]) => void;

/** A change after which there are findings. */
export interface Breaking {
  readonly name: string;
  readonly change: Change;
  /** `Kind/name: message` of each finding. */
  readonly finds: readonly string[];
}

/** The change that takes one object away. */
export const remove =
  (kind: string, name: string): Change =>
  (_get, objects) => {
    const index = objects.findIndex((one) => one.kind === kind && one.metadata.name === name);
    assert.notEqual(index, -1);
    objects.splice(index, 1);
  };

/** Spec of the fixture's Deployment's pods. */
export const pod = (get: Get): Loose => get("Deployment", "web").spec.template.spec;
/** Its one container that goes on running. */
export const main = (get: Get): Loose => pod(get).containers[0];

/** What is found after one change of the fixture. */
export function findings(change: Change): string[] {
  const objects = compliant();
  const get = (kind: string, name: string): Loose => {
    const found = objects.find((one) => one.kind === kind && one.metadata.name === name);
    assert.ok(found, `${kind} ${name} is in the fixture`);
    return found;
  };
  change(get, objects);
  return checkIntegrity(objects).map(({ kind, name, message }) => `${kind}/${name}: ${message}`);
}

/** A CronJob whose pods read a ConfigMap. */
export function cronJob(configMap: string): KubeObject {
  const spec = { containers: [{ name: "main", envFrom: [{ configMapRef: { name: configMap } }] }] };
  return object("batch/v1", "CronJob", "nightly", {
    metadata: { namespace: "shop" },
    spec: { jobTemplate: { spec: { template: { metadata: { labels: {} }, spec } } } },
  });
}
