import assert from "node:assert/strict";
import {
  containerResources,
  jobFootprint,
  migrationFootprint,
  serviceFootprint,
} from "../../../components/workload/resources";
import { autoscalerSpec } from "../../../components/workload/autoscaler";
import { deploymentSpec, servicePorts } from "../../../components/workload/objects";
import type { ServiceSpec } from "../../../components/spec/types";
import { Workload } from "../../../components/workload/workload";
import { containerSecurity } from "../../../components/common/pods";
import { podOf } from "../../support/pods";
import type { ContainerInputs, PodInputs } from "../../support/pods";
import type { Recording } from "../../support/recorder";
import { record } from "../../support/recorder";
import { full } from "../spec/full";

const { api, node, worker } = full.services as Record<"api" | "node" | "worker", ServiceSpec>;
const { nightly, seed } = full.jobs!;
const matchLabels = { "app.kubernetes.io/part-of": "full", "app.kubernetes.io/name": "api" };
const settings = { volume: "config-settings", from: { configMap: "settings-1" } };
const trust = {
  volume: "trust-db",
  path: "/etc/slipway/stores/db",
  from: { secret: "db-ca" },
  keys: ["ca.crt"],
};

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const STATEFUL_SET = "kubernetes:apps/v1:StatefulSet";
const CLAIM = "kubernetes:core/v1:PersistentVolumeClaim";
const JOB = "kubernetes:batch/v1:Job";
const image = `registry.test/full/api@sha256:${"1".repeat(64)}`;

function create(
  service: string,
  spec: ServiceSpec,
  args: Partial<ConstructorParameters<typeof Workload>[1]> = {},
): Promise<Recording<Workload>> {
  return record(
    () =>
      new Workload(`full-${service}`, {
        system: "full",
        service,
        spec,
        owner: "platform",
        stage: "test",
        namespace: "full",
        image,
        env: {},
        files: [{ ...settings, path: "/etc/full" }, trust],
        helpers: {
          prepare: { image, env: {}, files: [trust] },
          proxy: {
            image: "redis:7",
            env: { A: { configMap: "settings-1", key: "mode" } },
            files: [{ ...settings, path: "/etc/proxy" }, trust],
          },
          agent: { image: "agent@sha256:2", env: {}, files: [trust] },
        },
        podsAfter: [],
        ...args,
      }),
  );
}

describe("a pod with everything", () => {
  let pod: PodInputs;
  let all: Recording<Workload>;
  before(async () => {
    all = await create("api", api, { priorityClass: "slipway-critical" });
    pod = podOf(all.one(DEPLOYMENT));
  });

  it("runs the spec's command and arguments", () => {
    assert.deepEqual(pod.containers[0].command, ["node"]);
    assert.deepEqual(pod.containers[0].args, ["server.js"]);
  });

  it("is checked by gRPC, HTTP and TCP, each at its port and in its time", () => {
    const { startupProbe, readinessProbe, livenessProbe } = pod.containers[0];
    const timing = { periodSeconds: 10, failureThreshold: 3, timeoutSeconds: 2 };
    // The API takes no name of a port for gRPC.
    assert.deepEqual(startupProbe, { grpc: { port: 3000, service: "full.Api" }, ...timing });
    assert.deepEqual(readinessProbe, {
      httpGet: { path: "/ready", port: "metrics", scheme: "HTTP" },
      initialDelaySeconds: 5,
      ...timing,
    });
    assert.deepEqual(livenessProbe, { tcpSocket: { port: "http" }, ...timing });
  });

  it("is checked by a command where its spec says so", async () => {
    const probe = { exec: ["pg_isready"], periodSeconds: 5, failureThreshold: 1, timeoutSeconds: 1 };
    const other = await create("worker", { ...worker, probes: { readiness: probe, liveness: probe } });
    const [container] = podOf(other.one(DEPLOYMENT)).containers;
    const { exec: command, ...timing } = probe;
    assert.deepEqual(container.readinessProbe, { exec: { command }, ...timing });
    assert.equal("startupProbe" in container, false);
  });

  it("starts sidecars first, then what prepares it, and runs sidecars for as long as itself", () => {
    const helpers = pod.initContainers ?? [];
    assert.deepEqual(
      helpers.map(({ name, image: runs, restartPolicy }) => [name, runs, restartPolicy]),
      [
        ["proxy", "redis:7", "Always"],
        ["agent", "agent@sha256:2", "Always"],
        ["prepare", image, undefined],
      ],
    );
    assert.deepEqual(helpers[0]!.ports, [{ name: "proxy", containerPort: 6400, protocol: "TCP" }]);
    assert.deepEqual(helpers[0]!.startupProbe?.["tcpSocket"], { port: "proxy" });
    assert.deepEqual(helpers[0]!.env, [
      { name: "A", valueFrom: { configMapKeyRef: { name: "settings-1", key: "mode" } } },
    ]);
    assert.deepEqual(helpers[2]!.command, ["sh", "-c", "prepare"]);
    for (const helper of helpers) {
      assert.deepEqual(helper.securityContext, containerSecurity, helper.name);
      assert.ok(helper.resources.limits.memory, helper.name);
    }
  });

  it("gives each container its own directories, and a helper those that it shares", () => {
    const mounts = (container: ContainerInputs | undefined): unknown =>
      container?.volumeMounts?.map(({ name, mountPath, readOnly }) => [name, mountPath, readOnly === true]);
    const trusted = ["trust-db", "/etc/slipway/stores/db", true];
    assert.deepEqual(mounts(pod.containers[0]), [
      ["scratch-tmp", "/tmp", false],
      ["config-settings", "/etc/full", true],
      trusted,
    ]);
    assert.deepEqual(mounts(pod.initContainers?.[0]), [["config-settings", "/etc/proxy", true], trusted]);
    assert.deepEqual(mounts(pod.initContainers?.[2]), [
      ["prepare-scratch-work", "/work", false],
      ["scratch-tmp", "/tmp", false],
      trusted,
    ]);
  });

  it("has each volume once, whoever sees it", () => {
    assert.deepEqual(pod.volumes, [
      { name: "scratch-tmp", emptyDir: { sizeLimit: "32Mi" } },
      { name: "prepare-scratch-work", emptyDir: { sizeLimit: "8Mi" } },
      { name: "config-settings", configMap: { name: "settings-1" } },
      {
        name: "trust-db",
        secret: { secretName: "db-ca", items: [{ key: "ca.crt", path: "ca.crt" }], defaultMode: 0o440 },
      },
    ]);
  });

  it("runs its own command before it stops, within the wait and the grace period together", () => {
    assert.deepEqual(pod.containers[0].lifecycle, { preStop: { exec: { command: ["drain"] } } });
    assert.equal(pod.terminationGracePeriodSeconds, 70);
  });

  it("names its priority class, and nothing where there is none", async () => {
    assert.equal(pod.priorityClassName, "slipway-critical");
    assert.equal("priorityClassName" in podOf((await create("worker", worker)).one(DEPLOYMENT)), false);
  });

  it("has a token and a role with just its rights, bound to its account alone", () => {
    assert.equal(pod.automountServiceAccountToken, true);
    assert.equal(
      all.one("kubernetes:core/v1:ServiceAccount", "full-api-account").inputs["automountServiceAccountToken"],
      false,
    );
    assert.deepEqual(all.one("kubernetes:rbac.authorization.k8s.io/v1:Role").inputs["rules"], [
      { apiGroups: [""], resources: ["configmaps"], resourceNames: ["switch"], verbs: ["get", "watch"] },
    ]);
    const binding = all.one("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding").inputs;
    assert.deepEqual(binding["roleRef"], {
      apiGroup: "rbac.authorization.k8s.io",
      kind: "Role",
      name: "api",
    });
    assert.deepEqual(binding["subjects"], [{ kind: "ServiceAccount", name: "api", namespace: "full" }]);
    assert.equal(all.one(DEPLOYMENT).dependsOn.filter((urn) => urn.includes("RoleBinding::")).length, 1);
  });

  it("has no role where it has no rights", async () => {
    const { counts } = await create("worker", worker);
    assert.equal(counts()["kubernetes:rbac.authorization.k8s.io/v1:Role"], undefined);
  });
});

describe("a service's objects, with everything", () => {
  it("roll as the spec says, but never take the last pod away", () => {
    const strategy = (replicas: ServiceSpec["replicas"], rollout = api.rollout!): unknown =>
      deploymentSpec({
        name: "api",
        service: { ...api, sidecars: {}, init: {}, replicas, rollout },
        image,
        env: {},
        matchLabels,
        labels: {},
      }).strategy;
    const rolling = (maxUnavailable: number, maxSurge: number): unknown => ({
      type: "RollingUpdate",
      rollingUpdate: { maxUnavailable, maxSurge },
    });
    assert.deepEqual(strategy({ min: 3, max: 10 }), rolling(1, 1));
    assert.deepEqual(strategy({ min: 1, max: 10 }), rolling(0, 1));
    assert.deepEqual(strategy({ min: 3, max: 3 }, { maxUnavailable: 5, maxSurge: 0 }), rolling(2, 0));
    assert.deepEqual(strategy({ min: 1, max: 1 }, { maxUnavailable: 1, maxSurge: 0 }), rolling(0, 1));
  });

  it("scale by the spec's rules, as they stand", () => {
    assert.deepEqual(autoscalerSpec("api", api).behavior, {
      scaleUp: {
        stabilizationWindowSeconds: 0,
        policies: [
          { type: "Percent", value: 100, periodSeconds: 15 },
          { type: "Pods", value: 4, periodSeconds: 15 },
        ],
        selectPolicy: "Max",
      },
      scaleDown: {
        stabilizationWindowSeconds: 300,
        policies: [{ type: "Percent", value: 50, periodSeconds: 60 }],
      },
    });
    assert.equal("behavior" in autoscalerSpec("node", node), false);
  });

  it("say where a port speaks HTTP/2, and serve the sidecars' ports too", () => {
    assert.deepEqual(servicePorts(api), [
      { name: "http", port: 80, targetPort: "http", protocol: "TCP", appProtocol: "kubernetes.io/h2c" },
      { name: "metrics", port: 9090, targetPort: "metrics", protocol: "TCP" },
      { name: "proxy", port: 6400, targetPort: "proxy", protocol: "TCP" },
    ]);
  });

  it("count a pod as the scheduler does: all that runs at once, or what runs before where that is more", () => {
    // The init container asks for 200m and 32Mi, the service for 100m and 64Mi; each sidecar adds 10m and 16Mi.
    assert.deepEqual(serviceFootprint(api).resources, {
      requests: { cpu: "220m", memory: "96Mi", "ephemeral-storage": "224Mi" },
      limits: { cpu: "340m", memory: "160Mi", "ephemeral-storage": "224Mi" },
    });
    assert.deepEqual(containerResources(worker), serviceFootprint(worker).resources);
  });

  it("count pods with volumes once, their claims, and one or two pods of what ends", () => {
    const { pods, volumeBytes, claims } = serviceFootprint(node);
    assert.deepEqual([pods, volumeBytes, claims], [4, 4 * 10 * 1024 ** 3, 4]);
    assert.equal(serviceFootprint(worker).claims, 0);
    assert.equal(migrationFootprint(api)?.pods, 2);
    assert.equal(migrationFootprint(node), undefined);
    assert.deepEqual(
      [jobFootprint(nightly!).pods, jobFootprint({ ...nightly!, concurrency: "Forbid" }).pods],
      [2, 1],
    );
    assert.equal(jobFootprint(seed!).pods, 2);
  });
});

describe("a service whose pods have volumes of their own", () => {
  let all: Recording<Workload>;
  before(async () => {
    all = await create("node", node, { files: [], storageClass: "gp3", protect: true });
  });

  it("is a StatefulSet with an autoscaler, and no Deployment", () => {
    const { spec } = all.one(STATEFUL_SET, "full-node-set").inputs;
    assert.equal(all.ofType(DEPLOYMENT).length, 0);
    assert.equal(all.result.deploymentName, undefined);
    assert.equal("replicas" in spec, false);
    assert.equal(spec.podManagementPolicy, "Parallel");
    assert.deepEqual(spec.persistentVolumeClaimRetentionPolicy, {
      whenDeleted: "Retain",
      whenScaled: "Retain",
    });
    assert.deepEqual(
      all.one("kubernetes:autoscaling/v2:HorizontalPodAutoscaler").inputs["spec"].scaleTargetRef,
      {
        apiVersion: "apps/v1",
        kind: "StatefulSet",
        name: "node",
      },
    );
  });

  it("names its pods by a headless Service, beside the one that others call", () => {
    const headless = all.one("kubernetes:core/v1:Service", "full-node-members").inputs;
    assert.equal(all.one(STATEFUL_SET).inputs["spec"].serviceName, "node-members");
    assert.equal(headless["metadata"].name, "node-members");
    assert.equal(headless["spec"].clusterIP, "None");
    assert.equal(all.one("kubernetes:core/v1:Service", "full-node-service").inputs["spec"].type, "ClusterIP");
  });

  it("has a claim of its own for each pod that always runs, under the name that the set looks for", () => {
    const claims = all.ofType(CLAIM);
    assert.deepEqual(
      claims.map(({ name, inputs }): unknown[] => [name, inputs["metadata"].name, inputs["spec"]]),
      [0, 1].map((ordinal) => [
        `full-node-data-${ordinal}`,
        `data-node-${ordinal}`,
        {
          accessModes: ["ReadWriteOnce"],
          resources: { requests: { storage: "10Gi" } },
          storageClassName: "gp3",
        },
      ]),
    );
    assert.deepEqual(
      [...new Set(claims.flatMap(({ protect, retainOnDelete }) => [protect, retainOnDelete]))],
      [true],
    );
    const { volumeClaimTemplates } = all.one(STATEFUL_SET).inputs["spec"];
    assert.deepEqual(volumeClaimTemplates, [{ metadata: { name: "data" }, spec: claims[0]!.inputs["spec"] }]);
  });

  it("comes after its claims, and is not replaced when they grow", () => {
    const set = all.one(STATEFUL_SET);
    assert.equal(set.dependsOn.filter((urn) => urn.includes("PersistentVolumeClaim::")).length, 2);
    assert.deepEqual(set.ignoreChanges, ["spec.volumeClaimTemplates[*].spec.resources"]);
  });

  it("mounts the volume, and spreads pods of one revision of the set", () => {
    const pod = podOf(all.one(STATEFUL_SET));
    assert.deepEqual(pod.containers[0].volumeMounts, [
      { name: "scratch-tmp", mountPath: "/tmp" },
      { name: "data", mountPath: "/data" },
    ]);
    assert.equal(pod.securityContext["fsGroup"], 10_001);
    assert.deepEqual(pod.topologySpreadConstraints[0]?.matchLabelKeys, ["controller-revision-hash"]);
  });

  it("has no empty list where it has no port", async () => {
    const { port: _port, ...portless } = node;
    const { one } = await create("node", portless, { files: [] });
    assert.equal("ports" in one("kubernetes:core/v1:Service", "full-node-members").inputs["spec"], false);
  });
});

describe("a service of one pod with a shared volume", () => {
  it("lets the volume go before the next pod takes it", async () => {
    const { scaleOn: _scaleOn, ...rest } = node;
    const service: ServiceSpec = {
      ...rest,
      replicas: { min: 1, max: 1 },
      volumes: { data: { path: "/data", size: "512Mi", claim: "shared" } },
    };
    const { one, ofType } = await create("node", service, { files: [] });
    assert.deepEqual(one(DEPLOYMENT).inputs["spec"].strategy, { type: "Recreate" });
    assert.deepEqual(
      ofType(CLAIM).map(({ name, inputs }): unknown[] => [
        name,
        inputs["metadata"].name,
        inputs["spec"].storageClassName,
      ]),
      [["full-node-data", "node-data", undefined]],
    );
    const { volumes } = podOf(one(DEPLOYMENT));
    assert.deepEqual(volumes?.[1], { name: "data", persistentVolumeClaim: { claimName: "node-data" } });
    assert.equal(serviceFootprint(service).pods, 1);
  });
});

describe("a migration", () => {
  let all: Recording<Workload>;
  before(async () => {
    all = await create("api", api, { env: { DATABASE_URL: { secret: "db-1", key: "url" } } });
  });

  it("is a Job of the service's image that the pods wait for", () => {
    const job = all.one(JOB, "full-api-migrate-run");
    assert.equal(all.one(DEPLOYMENT).dependsOn.includes(job.urn), true);
    assert.equal(podOf(job)["containers"][0].image, image);
    assert.deepEqual(podOf(job)["containers"][0].command, ["npm", "run", "migrate"]);
    assert.equal(all.ofType(JOB).length, 1);
  });

  it("gets the service's variables, files and scratch, but no token, port, helper or check", () => {
    const pod = podOf(all.one(JOB));
    const [container] = pod.containers;
    assert.deepEqual(container.env, [
      { name: "DATABASE_URL", valueFrom: { secretKeyRef: { name: "db-1", key: "url" } } },
    ]);
    assert.equal(pod.automountServiceAccountToken, false);
    assert.equal(pod.serviceAccountName, "api-migrate");
    assert.equal(pod.restartPolicy, "Never");
    assert.equal(pod.priorityClassName, "slipway-job");
    assert.equal(pod.securityContext["runAsUser"], 1001);
    for (const absent of ["ports", "lifecycle", "startupProbe", "readinessProbe", "livenessProbe"])
      assert.equal(absent in container, false, absent);
    assert.equal("initContainers" in pod, false);
    assert.equal(container.volumeMounts?.length, 3);
  });

  it("has pods that no Service and no budget of the service selects", () => {
    const { labels } = all.one(JOB).inputs["spec"].template.metadata;
    assert.equal(labels["app.kubernetes.io/name"], "api-migrate");
    assert.equal(
      all.one("kubernetes:core/v1:Service").inputs["spec"].selector["app.kubernetes.io/name"],
      "api",
    );
  });

  it("is tried as often and as long as the spec says, evictions apart, and the engine waits longer", () => {
    const { spec, metadata } = all.one(JOB).inputs;
    assert.equal(spec.backoffLimit, 1);
    assert.equal(spec.activeDeadlineSeconds, 300);
    assert.deepEqual(spec.podFailurePolicy.rules, [
      { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
    ]);
    assert.equal("ttlSecondsAfterFinished" in spec, false);
    assert.deepEqual(metadata.annotations, { "pulumi.com/replaceUnready": "true" });
  });

  it("is another Job for another image or another command, and the same for the same", async () => {
    const nameOf = async (args: {
      image?: string;
      command?: string[];
      env?: Record<string, string>;
    }): Promise<string> => {
      const service = {
        ...api,
        migrate: { ...api.migrate!, command: args.command ?? ["npm", "run", "migrate"] },
      };
      const { one } = await create("api", service, { image: args.image ?? image, env: args.env ?? {} });
      return String(one(JOB).inputs["metadata"].name);
    };
    const first = await nameOf({});
    assert.match(first, /^api-migrate-[0-9a-f]{10}$/);
    assert.equal(await nameOf({ env: { MODE: "other" } }), first);
    assert.equal(await nameOf({ image: image.replace("registry.test", "mirror.test") }), first);
    assert.notEqual(await nameOf({ image: image.replace("sha256:1", "sha256:2") }), first);
    assert.notEqual(await nameOf({ command: ["npm", "run", "other"] }), first);
  });

  it("is not there where the spec names none", async () => {
    const { counts } = await create("node", node);
    assert.equal(counts()[JOB], undefined);
    assert.equal(counts()["kubernetes:core/v1:ServiceAccount"], 1);
  });
});
