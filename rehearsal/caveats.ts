import { notExercised as clusterNotExercised } from "../components/cluster/load-balancers";
import type { Compute } from "../components/cluster/types";
import { notExercised as edgeNotExercised } from "../components/edge/addons";
import { notExercised as monitoringNotExercised } from "../components/monitoring/operator/not-exercised";
import type { Caveat } from "./report";

/** What decides about the caveats of a rehearsal. */
export interface CaveatFacts {
  /** Whether the stack has a cloud. */
  readonly cloud: boolean;
  /** Who would run the nodes of the simulated cluster; absent without a cloud. */
  readonly compute?: Compute;
  /** Whether it runs on an embedded control plane, rather than on a cluster of the user's. */
  readonly embedded: boolean;
}

const withoutContainers: readonly Caveat[] = [
  {
    name: "containers",
    reason: "pods are objects without processes: images are not pulled and probes are not answered",
  },
  { name: "network policies", reason: "they are admitted by the API server, and no network enforces them" },
  { name: "autoscaling by load", reason: "there is no metrics API; the autoscaler only keeps the minimum" },
];

const withoutCloud: readonly Caveat[] = [
  {
    name: "AWS",
    reason: "no call leaves the machine: quotas, eventual consistency and IAM decisions are not tried",
  },
  {
    name: "load balancer and firewall",
    reason:
      "they are objects of the simulated account: no target is registered, no request passes, no rule looks at one",
  },
];

/** What a rehearsal leaves out: what is said of its provided add-ons, and what its cluster and cloud lack. */
export function notExercised({ cloud, compute, embedded }: CaveatFacts): readonly Caveat[] {
  return [
    ...edgeNotExercised("provided"),
    ...monitoringNotExercised("provided"),
    ...(compute === undefined ? [] : clusterNotExercised(compute)),
    ...(embedded ? withoutContainers : []),
    ...(cloud ? withoutCloud : []),
  ];
}

const partReasons: Readonly<Record<string, string>> = {
  aws: "a simulated account on disk with AWS's shapes and rules, as far as it models them; no account is touched",
  cloudflare: "zones, records and rules in the simulated account's file; no zone is touched",
  kubernetes: "does as the official provider documents, against a real API server",
  random: "values are generated as the official provider documents",
};

const dockerReasons = {
  hash: "digests are computed from the build context; nothing is built or pushed",
  build: "images are built by the Docker daemon of this machine; nothing is pushed",
} as const;

/** What took the place of something else in a rehearsal. */
export interface StandInFacts {
  /** Packages whose provider is a stand-in. */
  readonly packages: readonly string[];
  /** Images whose digest was made up. */
  readonly images: readonly string[];
  /** How an image of the platform's own got its digest. */
  readonly imageMode: "hash" | "build";
  /** Config keys whose secret value was generated. */
  readonly secrets: readonly string[];
  readonly cloud: boolean;
}

/** Why each stand-in is one: providers, digests, secrets, and the command that a cluster's kubeconfig calls. */
export function standInsOf(facts: StandInFacts): readonly Caveat[] {
  const { packages, images, imageMode, secrets, cloud } = facts;
  return [
    ...packages.map((name) => ({
      name: `provider ${name}`,
      reason: name === "docker" ? dockerReasons[imageMode] : (partReasons[name] ?? "a stand-in of ours"),
    })),
    ...(cloud
      ? [
          {
            name: "command aws eks get-token",
            reason: "gives a token of the rehearsal's own cluster; no login is tried",
          },
        ]
      : []),
    ...images.map((name) => ({
      name: `image ${name}`,
      reason: "no release has written its digest to the stack's config yet; this one is made up",
    })),
    ...secrets.map((name) => ({
      name: `secret ${name}`,
      reason: "the stack's own value is not opened; this one is generated",
    })),
  ];
}
