import assert from "node:assert/strict";
import { countedApart, theProgram } from "../../support/program";

/** What watches DAIRA and the platform, in every stage. */
const everywhere = {
  "kubernetes:apps/v1:DaemonSet": 1,
  "kubernetes:core/v1:ConfigMap": 9,
  "kubernetes:core/v1:Namespace": 2,
  "kubernetes:gateway.networking.k8s.io/v1:ReferenceGrant": 1,
  "kubernetes:helm.sh/v3:Release": 1,
  "kubernetes:monitoring.coreos.com/v1:Alertmanager": 1,
  "kubernetes:monitoring.coreos.com/v1:PodMonitor": 7,
  "kubernetes:monitoring.coreos.com/v1:Probe": 1,
  "kubernetes:monitoring.coreos.com/v1:Prometheus": 1,
  "kubernetes:monitoring.coreos.com/v1:PrometheusRule": 2,
  "kubernetes:monitoring.coreos.com/v1:ServiceMonitor": 11,
  "kubernetes:monitoring.coreos.com/v1alpha1:ScrapeConfig": 1,
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole": 4,
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding": 4,
  "kubernetes:rbac.authorization.k8s.io/v1:Role": 7,
  "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": 7,
  "random:index/randomPassword:RandomPassword": 2,
  "slipway:monitoring:AlertRules": 1,
  "slipway:monitoring:Alertmanager": 1,
  "slipway:monitoring:BlackboxExporter": 1,
  "slipway:monitoring:BrowserReceiver": 1,
  "slipway:monitoring:Grafana": 1,
  "slipway:monitoring:Jaeger": 1,
  "slipway:monitoring:KubeStateMetrics": 1,
  "slipway:monitoring:LogCollector": 1,
  "slipway:monitoring:Loki": 1,
  "slipway:monitoring:Monitoring": 1,
  "slipway:monitoring:NodeExporter": 1,
  "slipway:monitoring:Operator": 1,
  "slipway:monitoring:Prometheus": 1,
};

const stacks = {
  // Traces are kept in memory.
  local: {
    ...everywhere,
    "kubernetes:apps/v1:Deployment": 5,
    "kubernetes:apps/v1:StatefulSet": 3,
    "kubernetes:core/v1:PersistentVolumeClaim": 2,
    "kubernetes:core/v1:Secret": 3,
    "kubernetes:core/v1:Service": 13,
    "kubernetes:core/v1:ServiceAccount": 11,
    "kubernetes:networking.k8s.io/v1:NetworkPolicy": 12,
  },
  // Traces are kept on a volume.
  staging: {
    ...everywhere,
    "kubernetes:apps/v1:Deployment": 4,
    "kubernetes:apps/v1:StatefulSet": 4,
    "kubernetes:core/v1:PersistentVolumeClaim": 3,
    "kubernetes:core/v1:Secret": 3,
    "kubernetes:core/v1:Service": 14,
    "kubernetes:core/v1:ServiceAccount": 11,
    "kubernetes:networking.k8s.io/v1:NetworkPolicy": 12,
  },
  // Traces go to OpenSearch, of which a job takes what is old; what runs as a pair has a budget.
  production: {
    ...everywhere,
    "kubernetes:apps/v1:Deployment": 5,
    "kubernetes:apps/v1:StatefulSet": 3,
    "kubernetes:batch/v1:CronJob": 1,
    "kubernetes:core/v1:PersistentVolumeClaim": 5,
    "kubernetes:core/v1:Secret": 5,
    "kubernetes:core/v1:Service": 13,
    "kubernetes:core/v1:ServiceAccount": 12,
    "kubernetes:networking.k8s.io/v1:NetworkPolicy": 13,
    "kubernetes:policy/v1:PodDisruptionBudget": 7,
  },
};

describe("what watches a stack", function () {
  this.timeout(60_000);
  for (const [stack, counts] of Object.entries(stacks)) {
    it(`is exactly these resources for ${stack} with DAIRA on it`, async () => {
      const made = await theProgram(stack, { "slipway:systems": ["daira"] });
      assert.deepEqual(countedApart(made).monitoring, counts);
    });
  }
});
