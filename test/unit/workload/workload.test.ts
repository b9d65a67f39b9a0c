import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { autoscalerSpec, isScaled } from "../../../components/workload/autoscaler";
import { deploymentSpec, disruptionBudgetSpec, servicePorts } from "../../../components/workload/objects";
import { podSpec } from "../../../components/workload/pod";
import { serviceFootprint } from "../../../components/workload/resources";
import { Workload } from "../../../components/workload/workload";
import type { ServiceSpec } from "../../../components/spec/types";
import type { Recorded } from "../../support/recorder";
import { record, value } from "../../support/recorder";
import { shop } from "../spec/fixtures";

const { api, web, worker } = shop.services as Record<"api" | "web" | "worker", ServiceSpec>;
const matchLabels = { "app.kubernetes.io/part-of": "shop", "app.kubernetes.io/name": "api" };

function pod(service: ServiceSpec, env = {}): Recorded["inputs"] {
  return podSpec({ name: "api", service, image: "i@sha256:0", env, matchLabels }) as Recorded["inputs"];
}

describe("a service's pod", () => {
  it("meets Pod Security restricted, and can write to nothing but its scratch volumes", () => {
    const { securityContext, containers, volumes } = pod({ ...api, user: 1001 });
    assert.deepEqual(securityContext, {
      runAsNonRoot: true,
      runAsUser: 1001,
      runAsGroup: 1001,
      fsGroup: 1001,
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    });
    assert.deepEqual(containers[0].securityContext, {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      privileged: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
    });
    assert.deepEqual(volumes, [{ name: "scratch-tmp", emptyDir: { sizeLimit: "64Mi" } }]);
    assert.deepEqual(containers[0].volumeMounts, [{ name: "scratch-tmp", mountPath: "/tmp" }]);
  });

  it("runs as 10001 where the spec names no user", () => {
    assert.equal(pod(api).securityContext.runAsUser, 10_001);
  });

  it("gets no token of the API and no variables of other Services", () => {
    const { automountServiceAccountToken, enableServiceLinks, serviceAccountName } = pod(api);
    assert.deepEqual(
      [automountServiceAccountToken, enableServiceLinks, serviceAccountName],
      [false, false, "api"],
    );
  });

  it("keeps answering for five seconds, and has its whole grace period after that", () => {
    const { containers, terminationGracePeriodSeconds } = pod(api);
    assert.deepEqual(containers[0].lifecycle, { preStop: { sleep: { seconds: 5 } } });
    assert.equal(terminationGracePeriodSeconds, 65);
  });

  it("prefers to spread over zones and nodes, among the pods of its own revision", () => {
    const { topologySpreadConstraints, affinity } = pod(api);
    assert.deepEqual(topologySpreadConstraints, [
      {
        maxSkew: 1,
        topologyKey: "topology.kubernetes.io/zone",
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels },
        matchLabelKeys: ["pod-template-hash"],
      },
    ]);
    assert.deepEqual(affinity, {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 100,
            podAffinityTerm: {
              topologyKey: "kubernetes.io/hostname",
              labelSelector: { matchLabels },
              matchLabelKeys: ["pod-template-hash"],
            },
          },
        ],
      },
    });
  });

  it("lists variables by name, plain ones by value and others by reference", () => {
    assert.deepEqual(pod(api, { B: { secret: "s", key: "k" }, A: "1" }).containers[0].env, [
      { name: "A", value: "1" },
      { name: "B", valueFrom: { secretKeyRef: { name: "s", key: "k" } } },
    ]);
  });

  it("writes sizes in canonical form, so that the API server's answer is no difference", () => {
    const size = { cpu: ["0.5", "1000m"], memory: ["1024Mi", "2048Mi"] } as const;
    assert.deepEqual(pod({ ...worker, size }).containers[0].resources, {
      requests: { cpu: "500m", memory: "1Gi", "ephemeral-storage": "64Mi" },
      limits: { cpu: "1", memory: "2Gi", "ephemeral-storage": "64Mi" },
    });
  });
});

describe("a service's objects", () => {
  it("leave the count to an autoscaler only where it may move", () => {
    const args = { name: "api", image: "i", env: {}, matchLabels, labels: matchLabels };
    assert.equal(isScaled(api), true);
    assert.equal("replicas" in deploymentSpec({ ...args, service: api }), false);
    assert.equal(deploymentSpec({ ...args, service: web }).replicas, 3);
    const still = { ...api, replicas: { min: 1, max: 1 } };
    assert.equal(isScaled(still), false);
    assert.equal(deploymentSpec({ ...args, service: still }).replicas, 1);
  });

  it("roll by one pod more, never one fewer", () => {
    const { strategy } = deploymentSpec({
      name: "api",
      service: api,
      image: "i",
      env: {},
      matchLabels,
      labels: {},
    });
    assert.deepEqual(strategy, { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } });
  });

  it("scale on the named resources alone", () => {
    const names = (scaleOn: NonNullable<ServiceSpec["scaleOn"]>): string[] =>
      (autoscalerSpec("api", { ...api, scaleOn }).metrics as { resource: { name: string } }[]).map(
        ({ resource }) => resource.name,
      );
    assert.deepEqual(names({ memory: 80 }), ["memory"]);
  });

  it("have a budget from two pods on, which always lets one go", () => {
    assert.equal(disruptionBudgetSpec(matchLabels, worker), undefined);
    assert.equal(disruptionBudgetSpec(matchLabels, api)?.maxUnavailable, 1);
    assert.equal("minAvailable" in disruptionBudgetSpec(matchLabels, api)!, false);
  });

  it("serve every declared port by its name, and only http under another number", () => {
    assert.deepEqual(servicePorts({ ...api, servicePort: 80 }), [
      { name: "http", port: 80, targetPort: "http", protocol: "TCP" },
      { name: "metrics", port: 9090, targetPort: "metrics", protocol: "TCP" },
    ]);
    assert.deepEqual(servicePorts(worker), []);
  });

  it("count twice the most pods, for the old revision may still be finishing", () => {
    assert.deepEqual(
      [api, web, worker].map((service) => serviceFootprint(service).pods),
      [12, 6, 2],
    );
  });
});

describe("Workload", () => {
  const args = (service: string, spec: ServiceSpec): ConstructorParameters<typeof Workload>[1] => ({
    system: "shop",
    service,
    spec,
    owner: "retail",
    stage: "test",
    namespace: "shop",
    image: "i@sha256:0",
    env: {},
    podsAfter: [],
  });

  it("selects its pods by labels that the pods have, and that never change", async () => {
    const { one, counts } = await record(() => new Workload("shop-api", args("api", api)));
    assert.deepEqual(counts(), {
      "slipway:workload:Workload": 1,
      "kubernetes:core/v1:ServiceAccount": 1,
      "kubernetes:apps/v1:Deployment": 1,
      "kubernetes:core/v1:Service": 1,
      "kubernetes:autoscaling/v2:HorizontalPodAutoscaler": 1,
      "kubernetes:policy/v1:PodDisruptionBudget": 1,
    });
    const { selector, template } = one("kubernetes:apps/v1:Deployment").inputs["spec"];
    assert.deepEqual(selector.matchLabels, matchLabels);
    assert.deepEqual(one("kubernetes:core/v1:Service").inputs["spec"].selector, matchLabels);
    for (const [key, label] of Object.entries(matchLabels))
      assert.equal(template.metadata.labels[key], label);
  });

  it("has an account without token, in its namespace, and a Service that is closed to the outside", async () => {
    const { one } = await record(() => new Workload("shop-api", args("api", api)));
    const account = one("kubernetes:core/v1:ServiceAccount").inputs;
    assert.equal(account["automountServiceAccountToken"], false);
    assert.equal(account["metadata"].namespace, "shop");
    assert.equal(one("kubernetes:core/v1:Service").inputs["spec"].type, "ClusterIP");
  });

  it("copies no arguments into the state, and tells its names", async () => {
    const { one, result } = await record(() => new Workload("shop-worker", args("worker", worker)));
    assert.deepEqual(one("slipway:workload:Workload").inputs, {});
    assert.equal(result.serviceName, undefined);
    assert.equal(await value(result.deploymentName!), "worker");
    assert.ok(pulumi.Output.isInstance(result.deploymentName));
  });
});
