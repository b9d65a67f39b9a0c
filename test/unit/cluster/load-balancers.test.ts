import * as assert from "node:assert/strict";
import { loadBalancerStatements } from "../../../components/cluster/load-balancer-rights";
import { loadBalancerValues, notExercised } from "../../../components/cluster/load-balancers";
import { versions } from "../../../components/common/versions";
import { value } from "../../support/recorder";
import { recordCluster } from "./fixtures";

const RELEASE = "kubernetes:helm.sh/v3:Release";
const ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
const IDENTITY = "platform-identity-kube-system-aws-load-balancer-controller";

describe("the AWS Load Balancer Controller", () => {
  it("runs on managed nodes under its pinned version, with a role of its own", async () => {
    const made = await recordCluster({ compute: "managed" });
    const { inputs } = made.one(RELEASE, "platform-load-balancers");
    const { repository, chart, version } = versions.charts.awsLoadBalancerController;
    assert.equal(inputs["chart"], chart);
    assert.equal(inputs["version"], version);
    assert.deepEqual(inputs["repositoryOpts"], { repo: repository });
    assert.equal(inputs["namespace"], "kube-system");
    assert.equal(inputs["name"], "aws-load-balancer-controller");
    const association = made.one(ASSOCIATION, IDENTITY).inputs;
    assert.equal(association["namespace"], "kube-system");
    assert.equal(association["serviceAccount"], inputs["values"].serviceAccount.name);
  });

  it("starts after nodes, add-ons and its rights, and whoever needs a load balancer waits for it", async () => {
    const made = await recordCluster({ compute: "managed" });
    const release = made.one(RELEASE);
    const needed = [
      ...made.ofType("aws:eks/nodeGroup:NodeGroup"),
      made.one("aws:eks/addon:Addon", "platform-coredns"),
      made.one(ASSOCIATION),
    ];
    for (const { urn, name } of needed) assert.ok(release.dependsOn.includes(urn), name);
    const ready = await Promise.all(made.result.ready.map(({ urn }) => value(urn)));
    assert.ok(ready.includes(release.urn));
  });

  it("is left out where somebody else provides it, while its rights are not", async () => {
    const made = await recordCluster({ compute: "managed", addons: "provided" });
    assert.deepEqual(made.ofType(RELEASE), []);
    assert.equal(made.ofType(ASSOCIATION).length, 1);
  });

  it("is not there on Auto Mode, which has one of its own", async () => {
    for (const addons of ["install", "provided"] as const) {
      const made = await recordCluster({ compute: "auto", addons });
      assert.deepEqual([...made.ofType(RELEASE), ...made.ofType(ASSOCIATION)], []);
    }
  });

  it("asks the node's metadata service for nothing, and makes no security group", () => {
    const values = loadBalancerValues({ clusterName: "c", region: "eu-central-1", vpcId: "vpc-1" }) as Record<
      string,
      unknown
    >;
    assert.equal(values["clusterName"], "c");
    assert.equal(values["region"], "eu-central-1");
    assert.equal(values["vpcId"], "vpc-1");
    assert.equal(values["enableBackendSecurityGroup"], false);
    assert.equal(values["enableServiceMutatorWebhook"], false);
    assert.equal(values["loadBalancerClass"], "service.k8s.aws/nlb");
  });
});

describe("what provided add-ons leave unproved of a cluster", () => {
  it("is named by what would run, with a reason", () => {
    const names = (compute: "auto" | "managed"): string[] => notExercised(compute).map(({ name }) => name);
    assert.deepEqual(names("managed"), ["AWS Load Balancer Controller"]);
    assert.deepEqual(names("auto"), ["load balancers of EKS Auto Mode"]);
  });
});

describe("what a cluster tells of its identities", () => {
  it("is which service accounts have a role, and where private endpoints of AWS answer", async () => {
    const identity = {
      namespace: "shop",
      serviceAccount: "web",
      statements: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::shop/*"] }],
    };
    const { cloud } = (await recordCluster({ identities: [identity] })).result;
    assert.deepEqual(cloud, {
      identities: [{ namespace: "shop", serviceAccount: "web" }],
      apiCidrs: ["10.0.0.0/16"],
    });
    const managed = await recordCluster({ compute: "managed", identities: [identity] });
    assert.deepEqual(
      managed.result.cloud.identities.map(({ serviceAccount }) => serviceAccount),
      ["web", "aws-load-balancer-controller"],
    );
  });
});

describe("the rights of the AWS Load Balancer Controller", () => {
  const statements = loadBalancerStatements({
    clusterName: "c",
    arn: (resource) => `arn:elb:${resource}`,
    serviceRoleArn: "arn:role",
  });

  it("change nothing outside network load balancers, their listeners and target groups", () => {
    for (const { actions, resources } of statements) {
      if (resources.includes("*")) {
        for (const action of actions) assert.match(action, /^(ec2|elasticloadbalancing):(Describe|Get)/);
      } else if (resources.includes("arn:role")) {
        assert.deepEqual(actions, ["iam:CreateServiceLinkedRole"]);
      } else {
        for (const resource of resources) {
          assert.match(resource as string, /^arn:elb:(loadbalancer\/net|listener\/net|targetgroup)\/\*$/);
        }
      }
    }
  });

  it("touch no security group and no tag of another service", () => {
    const writes = statements
      .flatMap(({ actions }) => actions)
      .filter((action) => !/:(Describe|Get)/.test(action));
    assert.deepEqual(
      writes.filter((action) => !action.startsWith("elasticloadbalancing:")),
      ["iam:CreateServiceLinkedRole"],
    );
    for (const action of writes) assert.doesNotMatch(action, /[*]/);
  });

  it("are bound to what carries the tag of this cluster, but for listeners' tags and targets", () => {
    const unbound = statements.filter(
      ({ conditions, actions }) =>
        !JSON.stringify(conditions ?? {}).includes("elbv2.k8s.aws/cluster") &&
        !actions.every((action) => /:(Describe|Get)/.test(action)),
    );
    assert.deepEqual(
      unbound.map(({ actions }) => actions),
      [
        ["iam:CreateServiceLinkedRole"],
        ["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"],
        ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"],
      ],
    );
  });

  it("let it tag what it makes, and never hand it the tag of another cluster", () => {
    const tagging = statements.filter(
      ({ actions, conditions }) =>
        actions.includes("elasticloadbalancing:AddTags") && conditions !== undefined,
    );
    assert.deepEqual(
      tagging.map(({ conditions }) => conditions),
      [
        {
          StringEquals: {
            "aws:RequestTag/elbv2.k8s.aws/cluster": "c",
            "elasticloadbalancing:CreateAction": "CreateLoadBalancer",
          },
        },
        {
          StringEquals: {
            "aws:RequestTag/elbv2.k8s.aws/cluster": "c",
            "elasticloadbalancing:CreateAction": "CreateTargetGroup",
          },
        },
        {
          StringEquals: { "aws:ResourceTag/elbv2.k8s.aws/cluster": "c" },
          Null: { "aws:RequestTag/elbv2.k8s.aws/cluster": "true" },
        },
      ],
    );
  });
});
