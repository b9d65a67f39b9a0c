import type { Caveat } from "./report";

/** What a rehearsal leaves out, whatever the stack. */
export function notExercised(cloud: boolean): readonly Caveat[] {
  const both: readonly Caveat[] = [
    {
      name: "Envoy Gateway",
      reason:
        "its controller is provided as CRDs and an empty namespace: no proxy runs, and nothing waits on a Gateway's status",
    },
    {
      name: "cert-manager",
      reason: "its controller is provided as CRDs and an empty namespace: no certificate is issued",
    },
    {
      name: "containers",
      reason: "pods are objects without processes: images are not pulled and probes are not answered",
    },
    { name: "network policies", reason: "they are admitted by the API server, and no network enforces them" },
    { name: "autoscaling by load", reason: "there is no metrics API; the autoscaler only keeps the minimum" },
  ];
  return cloud
    ? [
        ...both,
        {
          name: "AWS",
          reason: "no call leaves the machine: quotas, eventual consistency and IAM decisions are not tried",
        },
        {
          name: "load balancer and firewall",
          reason:
            "they are objects of the simulated account: no target is registered, no request passes, no rule looks at one",
        },
        {
          name: "external-dns",
          reason: "its controller is not there: no record of a host is written",
        },
      ]
    : both;
}

const partReasons: Readonly<Record<string, string>> = {
  aws: "a simulated account on disk with AWS's shapes and rules, as far as it models them; no account is touched",
  cloudflare: "zones, records and rules in the simulated account's file; no zone is touched",
  docker: "digests are computed from the build context; nothing is built or pushed",
  kubernetes: "does as the official provider documents, against a real API server",
  random: "values are generated as the official provider documents",
};

/** Why each stand-in provider is one, and which images have a digest that was made up. */
export function standInsOf(packages: readonly string[], images: readonly string[]): readonly Caveat[] {
  return [
    ...packages.map((name) => ({
      name: `provider ${name}`,
      reason: partReasons[name] ?? "a stand-in of ours",
    })),
    ...images.map((name) => ({
      name: `image ${name}`,
      reason: "no release has written its digest to the stack's config yet; this one is made up",
    })),
  ];
}
