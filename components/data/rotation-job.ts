import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { labels, selector } from "../common/labels";
import { storeKinds } from "../spec/store-kinds";
import { createSecret, generation } from "./credentials";
import type { StoreProcess } from "./pod";
import { rotationPod } from "./rotation";
import type { StoreArgs } from "./types";

export interface RotationJobArgs extends StoreArgs {
  /** At least 2. */
  readonly rotation: number;
  /** All passwords, the one to put in force last. */
  readonly passwords: readonly pulumi.Output<string>[];
  /** Secret with the authority that signed the store's certificate. */
  readonly trust: pulumi.Input<string>;
  readonly process: StoreProcess;
}

/** Seconds after which a change of the password has failed. */
const DEADLINE = 600;

/**
 * Creates the Job that puts the newest password in force, and the opening that it needs and nobody else has: from its
 * pods to the store. Named by generation: the next change is a Job of its own.
 */
export function createRotation(
  name: string,
  args: RotationJobArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const { system, store, spec, owner, stage, namespace, rotation, passwords, trust, process } = args;
  const identity = { system, name: `${store}-rotation` };
  const matchLabels = selector(identity);
  const allLabels = labels({ ...identity, component: "rotation", owner, stage });
  const unnamed = { namespace, labels: allLabels };
  const end = `rotation${generation(rotation)}`;

  const secret = createSecret(
    `${name}-${end}-passwords`,
    unnamed,
    Object.fromEntries(passwords.map((password, index) => [String(index + 1), password])),
    opts,
  );
  const storePods = { podSelector: { matchLabels: selector({ system, name: store }) } };
  const ports = [{ protocol: "TCP", port: storeKinds[spec.kind].port }];
  const policy = (purpose: string, policySpec: k8s.types.input.networking.v1.NetworkPolicySpec) =>
    new k8s.networking.v1.NetworkPolicy(
      `${name}-rotation-${purpose}`,
      { metadata: { ...unnamed, name: `${store}-rotation-${purpose}` }, spec: policySpec },
      opts,
    );
  const openings = [
    policy("way-out", {
      podSelector: { matchLabels },
      policyTypes: ["Ingress", "Egress"],
      egress: [{ to: [storePods], ports }],
    }),
    policy("way-in", {
      ...storePods,
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ podSelector: { matchLabels } }], ports }],
    }),
  ];
  return new k8s.batch.v1.Job(
    `${name}-${end}`,
    {
      metadata: unnamed,
      spec: {
        backoffLimit: 4,
        activeDeadlineSeconds: DEADLINE,
        template: {
          metadata: { labels: allLabels },
          spec: rotationPod({ store, system, spec, rotation, passwords: secret, trust, process }),
        },
      },
    },
    pulumi.mergeOptions(opts, { dependsOn: openings }),
  );
}
