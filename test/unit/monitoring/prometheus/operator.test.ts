import assert from "node:assert/strict";
import { versions } from "../../../../components/common/versions";
import { notExercised } from "../../../../components/monitoring/operator/not-exercised";
import { Operator } from "../../../../components/monitoring/operator/operator";
import { operatorClusterRules, operatorRules } from "../../../../components/monitoring/operator/rights";
import { recordOn } from "./fixtures";

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";

const recordOperator = (): ReturnType<typeof recordOn<Operator>> =>
  recordOn((site) => new Operator("operator", { site }));

describe("the Prometheus operator", () => {
  it("is one pod with its rights, its policy and the definitions of its kinds", async () => {
    assert.deepEqual((await recordOperator()).counts(), {
      "slipway:monitoring:Operator": 1,
      "pulumi:providers:kubernetes": 1,
      "kubernetes:core/v1:ConfigMap": 2,
      "kubernetes:helm.sh/v3:Release": 1,
      "kubernetes:core/v1:ServiceAccount": 1,
      "kubernetes:core/v1:Service": 1,
      "kubernetes:networking.k8s.io/v1:NetworkPolicy": 1,
      "kubernetes:rbac.authorization.k8s.io/v1:Role": 1,
      "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": 1,
      "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole": 1,
      "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding": 1,
      [DEPLOYMENT]: 1,
      "kubernetes:monitoring.coreos.com/v1:ServiceMonitor": 1,
    });
  });

  it("runs unprivileged, and works in the namespace of monitoring alone", async () => {
    const { spec } = (await recordOperator()).one(DEPLOYMENT).inputs;
    const { spec: pod } = spec.template;
    const [container] = pod.containers;
    assert.equal(container.image, "quay.io/prometheus-operator/prometheus-operator:v0.93.1");
    const args = container.args as string[];
    assert.ok(args.includes("--namespaces=monitoring"));
    assert.ok(
      args.includes(
        "--prometheus-config-reloader=quay.io/prometheus-operator/prometheus-config-reloader:v0.93.1",
      ),
    );
    assert.ok(args.includes("--kubelet-endpoints=false"), "else it would write to kube-system");
    assert.equal(pod.automountServiceAccountToken, true);
    assert.equal(pod.securityContext.runAsUser, 65_534);
    assert.deepEqual(container.securityContext, {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      privileged: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
    });
    assert.deepEqual(container.resources, {
      requests: { cpu: "50m", memory: "192Mi" },
      limits: { cpu: "500m", memory: "192Mi" },
    });
  });

  it("has no right by wildcard, and none at Secrets beyond its namespace", () => {
    for (const { verbs, resources } of [...operatorRules, ...operatorClusterRules]) {
      assert.ok(![verbs, resources].flat().includes("*"));
    }
    const everywhere = operatorClusterRules.map(({ resources, verbs }) => [resources, verbs]);
    assert.deepEqual(everywhere, [
      [["storageclasses"], ["get"]],
      [["events"], ["create", "patch"]],
    ]);
  });

  it("is made after its rights and the definitions, for which its own monitor waits too", async () => {
    const made = await recordOperator();
    const names = (urns: readonly string[]): (string | undefined)[] =>
      urns.map((urn) => urn.split("::").at(-1));
    const before = names(made.one(DEPLOYMENT).dependsOn);
    for (const name of ["ready", "operator-crds", "operator-role-binding", "operator-cluster-role-binding"]) {
      assert.ok(before.includes(name), name);
    }
    const monitor = made.one("kubernetes:monitoring.coreos.com/v1:ServiceMonitor");
    assert.ok(names(monitor.dependsOn).includes("operator-crds"));
    assert.deepEqual(
      made.result.ready.map((resource) => (resource as unknown as { __name: string }).__name),
      ["operator-crds", "operator-deployment"],
    );
  });

  it("comes in one version with its definitions, its reloader, and the Prometheus that the tests run", () => {
    const { images, charts, crds, tools } = versions;
    const { tag } = images["prometheus-operator"];
    assert.deepEqual(
      [
        images["prometheus-config-reloader"].tag,
        charts.prometheusOperatorCrds.operator,
        `v${crds.prometheusOperator.version}`,
        `v${tools.prometheusOperator.version}`,
      ],
      [tag, tag, tag, tag],
    );
    assert.equal(images.prometheus.tag, `v${tools.prometheus.version}`);
  });

  it("is named as not tried where somebody else runs it", () => {
    assert.deepEqual(notExercised("install"), []);
    assert.deepEqual(
      notExercised("provided").map(({ name }) => name),
      ["Prometheus operator"],
    );
  });
});
