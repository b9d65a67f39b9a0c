import * as assert from "node:assert/strict";
import { EksCluster } from "../../../components/cluster/eks-cluster";
import type { EksClusterArgs } from "../../../components/cluster/types";
import { record } from "../../support/recorder";
import { clusterArgs, network } from "./fixtures";

const { nodes } = clusterArgs();
const rights = [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::b/*"] }];

const cases: readonly (readonly [string, Partial<EksClusterArgs>, RegExp])[] = [
  [
    "the whole IPv4 internet",
    { publicAccessCidrs: ["0.0.0.0/0"] },
    /publicAccessCidrs: 0\.0\.0\.0\/0 is the whole internet; allowed: /,
  ],
  ["the whole IPv6 internet", { publicAccessCidrs: ["::/0"] }, /::\/0 is the whole internet/],
  ["any block of prefix 0", { publicAccessCidrs: ["10.0.0.0/0"] }, /10\.0\.0\.0\/0 is the whole internet/],
  ["a block that is none", { publicAccessCidrs: ["office"] }, /"office" is no CIDR block/],
  [
    "an address without a prefix",
    { publicAccessCidrs: ["203.0.113.7"] },
    /"203\.0\.113\.7" is no CIDR block/,
  ],
  ["an IPv6 block", { publicAccessCidrs: ["2001:db8::/32"] }, /is IPv6, and the cluster is IPv4 only/],
  ["a block with stray bits", { publicAccessCidrs: ["203.0.113.7/24"] }, /did you mean 203\.0\.113\.0\/24/],
  [
    "41 blocks",
    { publicAccessCidrs: Array.from({ length: 41 }, (_, i) => `203.0.113.${i}/32`) },
    /41 blocks are named; allowed: at most 40/,
  ],
  ["a cluster without an admin", { admins: [] }, /admins: nobody could administer the cluster/],
  [
    "an admin named twice",
    { admins: [...clusterArgs().admins, ...clusterArgs().admins] },
    /admins: platform is named twice/,
  ],
  [
    "a Kubernetes version without add-ons",
    { version: "1.29" },
    /no set of add-ons for Kubernetes 1\.29; allowed: 1\.36/,
  ],
  ["a retention that CloudWatch has not", { logRetentionDays: 31 }, /cannot keep logs for 31 days/],
  ["a name that IAM names cannot begin with", { name: "Slipway_1" }, /"Slipway_1" cannot name a cluster/],
  ["a name that is too long", { name: "a".repeat(41) }, /at most 40/],
  [
    "a limit of no cores",
    { nodes: { ...nodes, limits: { cpu: "many", memory: "1Gi" } } },
    /nodes\.limits\.cpu: "many"/,
  ],
  [
    "a limit of no memory",
    { nodes: { ...nodes, limits: { cpu: "1", memory: "0Gi" } } },
    /nodes\.limits\.memory: "0Gi"/,
  ],
  [
    "fewer nodes at most than at least",
    { nodes: { ...nodes, managed: { ...nodes.managed, min: 3, max: 2 } } },
    /min 3, desired 2, max 2 contradict each other/,
  ],
  [
    "a disk too small",
    { nodes: { ...nodes, managed: { ...nodes.managed, diskGib: 8 } } },
    /8 GiB is too small; allowed: 20 or more/,
  ],
  [
    "nodes of no type",
    { nodes: { ...nodes, managed: { ...nodes.managed, instanceTypes: [] } } },
    /no instance type/,
  ],
  [
    "a network with one zone",
    {
      network: {
        ...network(),
        zones: ["eu-central-1a"],
        privateSubnetIds: network().privateSubnetIds.slice(0, 1),
      },
    },
    /1 private subnets for 1 zones/,
  ],
  [
    "a VPC that takes both service blocks",
    { network: network("0.0.0.0/0") },
    /leaves no room for service addresses/,
  ],
  [
    "a workload with every right",
    {
      identities: [
        { namespace: "a", serviceAccount: "b", statements: [{ actions: ["*"], resources: ["*"] }] },
      ],
    },
    /identities a\/b: a statement allows \*/,
  ],
  [
    "a workload with every right on one service",
    {
      identities: [
        {
          namespace: "a",
          serviceAccount: "b",
          statements: [{ actions: ["s3:*"], resources: ["arn:aws:s3:::b"] }],
        },
      ],
    },
    /a statement allows s3:\*/,
  ],
  [
    "a workload without rights",
    { identities: [{ namespace: "a", serviceAccount: "b", statements: [] }] },
    /has no rights/,
  ],
  [
    "a workload named twice",
    { identities: [1, 2].map(() => ({ namespace: "a", serviceAccount: "b", statements: rights })) },
    /a\/b is named twice/,
  ],
];

describe("EksCluster refuses before any resource exists", () => {
  for (const [what, changes, message] of cases) {
    it(what, async () => {
      let refused: unknown;
      const { resources } = await record(() => {
        try {
          new EksCluster("platform", clusterArgs(changes));
        } catch (error) {
          refused = error;
        }
      });
      assert.ok(refused instanceof Error, "nothing was refused");
      assert.match(refused.message, message);
      assert.doesNotMatch(refused.message, /\n/);
      assert.deepEqual(resources, []);
    });
  }
});
