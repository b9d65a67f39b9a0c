import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { addonPlan } from "../../../components/cluster/addons";
import { dnsAddress, publicAccessProblem, serviceCidr } from "../../../components/cluster/cidrs";
import { eksKubeconfig } from "../../../components/cluster/kubeconfig";
import { clusterKeyStatements } from "../../../components/cluster/policies";
import { versions } from "../../../components/common/versions";

describe("serviceCidr", () => {
  const table: readonly (readonly [string, string])[] = [
    ["10.0.0.0/16", "172.20.0.0/16"],
    ["172.20.0.0/20", "10.100.0.0/16"],
    ["172.16.0.0/12", "10.100.0.0/16"],
    ["172.20.255.0/24", "10.100.0.0/16"],
    ["172.21.0.0/16", "172.20.0.0/16"],
    ["192.168.0.0/16", "172.20.0.0/16"],
    ["10.0.0.0/8", "172.20.0.0/16"],
  ];
  for (const [vpc, expected] of table) {
    it(`keeps clear of a VPC of ${vpc} with ${expected}`, () => assert.equal(serviceCidr(vpc), expected));
  }

  it("never overlaps a VPC of the sizes that AWS allows", () => {
    const octet = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(octet, octet, fc.integer({ min: 16, max: 28 }), (second, third, prefix) => {
        for (const first of [10, 172]) {
          const chosen = serviceCidr(`${first}.${second}.${third}.0/${prefix}`)
            .split(".")
            .slice(0, 2)
            .join(".");
          assert.notEqual(chosen, `${first}.${second}`);
        }
      }),
    );
  });
});

describe("what follows from the blocks", () => {
  it("takes the tenth address for DNS", () => {
    assert.equal(dnsAddress("172.20.0.0/16"), "172.20.0.10");
    assert.equal(dnsAddress("10.100.0.0/16"), "10.100.0.10");
  });

  it("has nothing against an office's block", () => {
    assert.equal(publicAccessProblem("203.0.113.0/24"), undefined);
    assert.equal(publicAccessProblem("203.0.113.7/32"), undefined);
  });
});

describe("addonPlan", () => {
  it("has a set for the Kubernetes version that the platform runs", () => {
    assert.deepEqual(Object.keys(versions.eksAddons), [versions.kubernetes.minor]);
    assert.equal(addonPlan("managed", versions.kubernetes.minor).length, 6);
    assert.equal(addonPlan("auto", versions.kubernetes.minor).length, 1);
  });

  it("pins kube-proxy to the cluster's own minor version", () => {
    for (const [minor, set] of Object.entries(versions.eksAddons)) {
      assert.ok(set["kube-proxy"].startsWith(`v${minor}.`));
      for (const version of Object.values(set)) assert.match(version, /^v\d+\.\d+\.\d+-eksbuild\.\d+$/);
    }
  });
});

describe("eksKubeconfig", () => {
  it("holds no credential, only the command that gets one", () => {
    const config = JSON.parse(
      eksKubeconfig({
        name: "c",
        region: "eu-central-1",
        endpoint: "https://e",
        certificateAuthority: "Y2E=",
      }),
    );
    assert.equal(config["current-context"], "c");
    assert.deepEqual(config.clusters, [
      { name: "c", cluster: { server: "https://e", "certificate-authority-data": "Y2E=" } },
    ]);
    assert.deepEqual(config.contexts, [{ name: "c", context: { cluster: "c", user: "c" } }]);
    assert.deepEqual(config.users, [
      {
        name: "c",
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "aws",
            args: ["eks", "get-token", "--cluster-name", "c", "--region", "eu-central-1", "--output", "json"],
            interactiveMode: "Never",
            provideClusterInfo: false,
          },
        },
      },
    ]);
  });
});

describe("clusterKeyStatements", () => {
  const args = { partition: "aws", region: "eu-central-1", accountId: "123456789012", clusterName: "c" };

  it("lets the log service use the key for the cluster's own log group alone", () => {
    const [logs, ...others] = clusterKeyStatements({ ...args, compute: "auto" });
    assert.deepEqual(others, []);
    assert.deepEqual(logs?.Principal, { Service: "logs.eu-central-1.amazonaws.com" });
    assert.deepEqual(logs.Condition, {
      ArnEquals: {
        "kms:EncryptionContext:aws:logs:arn":
          "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/eks/c/cluster",
      },
    });
  });

  it("lets auto scaling make encrypted node disks where nodes are managed", () => {
    const [logs, ...disks] = clusterKeyStatements({ ...args, compute: "managed" });
    assert.equal(logs?.Sid, "ClusterLogs");
    const AWS =
      "arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";
    assert.deepEqual(
      disks.map(({ Sid, Principal }) => [Sid, Principal]),
      [
        ["NodeDisks", { AWS }],
        ["NodeDiskGrants", { AWS }],
      ],
    );
    assert.deepEqual(disks[1]?.Condition, { Bool: { "kms:GrantIsForAWSResource": "true" } });
  });
});
