import assert from "node:assert/strict";
import { daira } from "../../../infra/systems/daira";
import type { Recorded, Recording } from "../../support/recorder";
import { value } from "../../support/recorder";
import type { System } from "../../../components/system/system";
import { ruleName } from "../../../components/system/traffic";
import { decoded, render } from "./fixtures";

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const STATEFUL_SET = "kubernetes:apps/v1:StatefulSet";
const SERVICE = "kubernetes:core/v1:Service";
const HPA = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler";
const BUDGET = "kubernetes:policy/v1:PodDisruptionBudget";
const ROUTE = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute";
const CLAIM = "kubernetes:core/v1:PersistentVolumeClaim";
const SECRET = "kubernetes:core/v1:Secret";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const PASSWORD = "random:index/randomPassword:RandomPassword";

// Exactly what DAIRA is, in every stage: nothing of it depends on the stage but sizes, hosts and variables.
const counts = {
  "slipway:system:System": 1,
  "slipway:workload:Workload": 2,
  "slipway:data:Store": 2,
  "kubernetes:core/v1:Namespace": 1,
  "kubernetes:core/v1:ResourceQuota": 1,
  "kubernetes:core/v1:LimitRange": 1,
  [POLICY]: 6,
  "kubernetes:core/v1:ServiceAccount": 5,
  // The migration of the backend.
  "slipway:workload:Job": 1,
  "kubernetes:batch/v1:Job": 1,
  [DEPLOYMENT]: 2,
  [STATEFUL_SET]: 2,
  [SERVICE]: 6,
  [HPA]: 2,
  [BUDGET]: 2,
  [CLAIM]: 2,
  // Per store a connection and what it starts with, and the system's own.
  [SECRET]: 5,
  // Per store the account's and the admin's, Redis one for its checks, and the system's own.
  [PASSWORD]: 6,
  "kubernetes:core/v1:ConfigMap": 1,
  "kubernetes:cert-manager.io/v1:Issuer": 4,
  "kubernetes:cert-manager.io/v1:Certificate": 4,
  [ROUTE]: 2,
  "kubernetes:gateway.envoyproxy.io/v1alpha1:BackendTrafficPolicy": 3,
};

// What the fixture's own surroundings add.
const surroundings = [
  "pulumi:providers:kubernetes",
  "test:index:Nodes",
  "kubernetes:storage.k8s.io/v1:StorageClass",
];

function own(recording: Recording<System>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(recording.counts()).filter(([type]) => !surroundings.includes(type)),
  );
}

function container(resource: Recorded): Recorded["inputs"] {
  return resource.inputs["spec"].template.spec.containers[0] as Recorded["inputs"];
}

const stages = [
  {
    stage: "production",
    share: 1,
    protect: true,
    namespace: "daira",
    host: "daira.dev",
    volumes: ["20Gi", "4Gi"],
  },
  {
    stage: "staging",
    share: 0.5,
    protect: false,
    namespace: "daira-staging",
    host: "staging.daira.dev",
    volumes: ["10Gi", "2Gi"],
  },
] as const;

for (const { stage, share, protect, namespace, host, volumes } of stages) {
  describe(`DAIRA in ${stage}`, () => {
    let all: Recording<System>;
    before(async () => {
      all = await render(daira, { stage, share, protect });
    });

    it("is exactly these resources, each with a URN of its own", () => {
      assert.deepEqual(own(all), counts);
      const urns = all.resources.map(({ urn }) => urn);
      assert.equal(new Set(urns).size, urns.length);
    });

    it("hangs every resource under the system, and creates it with the cluster's provider", () => {
      for (const resource of all.resources.filter(({ name }) => name.startsWith("daira-"))) {
        assert.match(resource.parent, /slipway:(system|workload|data):/, resource.name);
        if (resource.type.startsWith("kubernetes:"))
          assert.match(resource.provider, /::cluster::/, resource.name);
      }
    });

    it("keeps sizes of pods as the document has them", () => {
      const disk = { backend: "128Mi", frontend: "192Mi" };
      const sizes = {
        backend: ["250m", "256Mi", "500m", "512Mi"],
        frontend: ["100m", "128Mi", "200m", "256Mi"],
      };
      for (const name of ["backend", "frontend"] as const) {
        const [cpu, memory, cpuLimit, memoryLimit] = sizes[name];
        assert.deepEqual(container(all.one(DEPLOYMENT, `daira-${name}-deployment`))["resources"], {
          requests: { cpu, memory, "ephemeral-storage": disk[name] },
          limits: { cpu: cpuLimit, memory: memoryLimit, "ephemeral-storage": disk[name] },
        });
      }
    });

    it("scales each service from 2 to 5 by cpu and memory, and leaves the count to the autoscaler", () => {
      for (const name of ["backend", "frontend"]) {
        assert.deepEqual(all.one(HPA, `daira-${name}-autoscaler`).inputs["spec"], {
          scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
          minReplicas: 2,
          maxReplicas: 5,
          metrics: [
            {
              type: "Resource",
              resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } },
            },
            {
              type: "Resource",
              resource: { name: "memory", target: { type: "Utilization", averageUtilization: 80 } },
            },
          ],
        });
        assert.equal("replicas" in all.one(DEPLOYMENT, `daira-${name}-deployment`).inputs["spec"], false);
      }
    });

    it("lets one pod of each service be disrupted at a time, and unready ones always", () => {
      for (const name of ["backend", "frontend"]) {
        assert.deepEqual(all.one(BUDGET, `daira-${name}-budget`).inputs["spec"], {
          maxUnavailable: 1,
          selector: { matchLabels: { "app.kubernetes.io/part-of": "daira", "app.kubernetes.io/name": name } },
          unhealthyPodEvictionPolicy: "AlwaysAllow",
        });
      }
    });

    it("checks start, readiness and life of each service under its path", () => {
      for (const [name, path] of [
        ["backend", "/api/health"],
        ["frontend", "/_health"],
      ] as const) {
        const pod = container(all.one(DEPLOYMENT, `daira-${name}-deployment`));
        for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
          assert.deepEqual(pod[probe].httpGet, { path, port: "http", scheme: "HTTP" });
        }
      }
    });

    it("serves the backend on 3000 and the frontend's 8080 behind port 80", () => {
      const ports = (name: string): unknown => all.one(SERVICE, `daira-${name}-service`).inputs["spec"].ports;
      assert.deepEqual(ports("backend"), [{ name: "http", port: 3000, targetPort: "http", protocol: "TCP" }]);
      assert.deepEqual(ports("frontend"), [{ name: "http", port: 80, targetPort: "http", protocol: "TCP" }]);
      assert.deepEqual(container(all.one(DEPLOYMENT, "daira-frontend-deployment"))["ports"], [
        { name: "http", containerPort: 8080, protocol: "TCP" },
      ]);
    });

    it("gives the backend its variables, every secret one by reference", () => {
      const { env } = container(all.one(DEPLOYMENT, "daira-backend-deployment"));
      const from = (name: string, key: string): unknown => ({
        secretKeyRef: { name: `${name}-0a1b2c3d`, key },
      });
      assert.deepEqual(env, [
        { name: "CORS_ORIGIN", value: `https://${host}` },
        { name: "DATABASE_URL", valueFrom: from("daira-postgres-connection", "url") },
        { name: "JWT_SECRET", valueFrom: from("daira-jwt-secret", "value") },
        { name: "LOG_LEVEL", value: stage === "production" ? "info" : "debug" },
        { name: "NODE_ENV", value: stage },
        { name: "NODE_EXTRA_CA_CERTS", value: "/etc/slipway/stores/redis/ca.crt" },
        { name: "NODE_OPTIONS", value: "--max-old-space-size=256" },
        { name: "REDIS_URL", valueFrom: from("daira-redis-connection", "url") },
      ]);
      assert.equal("env" in container(all.one(DEPLOYMENT, "daira-frontend-deployment")), false);
    });

    it("runs each image by its digest from the registry", () => {
      for (const name of ["backend", "frontend"]) {
        assert.match(
          String(container(all.one(DEPLOYMENT, `daira-${name}-deployment`))["image"]),
          new RegExp(`^registry\\.test/daira/${name}@sha256:0{64}$`),
        );
      }
    });

    it("routes the API and its WebSockets to the backend and the rest to the frontend, by HTTPS alone", () => {
      const parentRefs = [
        { name: "edge", namespace: "slipway-edge", sectionName: `https-${host.replaceAll(".", "-")}` },
      ];
      const rule = (path: string, name: string, port: number, request: string): unknown => ({
        name: ruleName(path),
        matches: [{ path: { type: "PathPrefix", value: path } }],
        backendRefs: [{ name, port }],
        timeouts: { request },
      });
      // test/unit/system/traffic.test.ts has the headers.
      const spec = (name: string): unknown => {
        const { rules, ...rest } = all.one(ROUTE, name).inputs["spec"] as { rules: object[] };
        const own = (each: object): object =>
          Object.fromEntries(Object.entries(each).filter(([key]) => key !== "filters"));
        return { ...rest, rules: rules.map(own) };
      };
      assert.deepEqual(spec("daira-backend-route"), {
        parentRefs,
        hostnames: [host],
        rules: [rule("/api", "backend", 3000, "30s"), rule("/socket.io", "backend", 3000, "0s")],
      });
      assert.deepEqual(spec("daira-frontend-route"), {
        parentRefs,
        hostnames: [host],
        rules: [rule("/", "frontend", 80, "30s")],
      });
    });

    it("claims volumes of the stage's size, apart from the StatefulSets", () => {
      const storage = (name: string): unknown =>
        all.one(CLAIM, name).inputs["spec"].resources.requests.storage;
      assert.deepEqual([storage("daira-postgres-data"), storage("daira-redis-data")], volumes);
      for (const set of all.ofType(STATEFUL_SET)) {
        assert.equal("volumeClaimTemplates" in set.inputs["spec"], false);
        assert.equal(set.inputs["spec"].replicas, 1);
      }
    });

    it(`${protect ? "protects" : "does not protect"} what holds data: namespace, claims and generated values, and nothing else`, () => {
      const kept = (flag: "protect" | "retainOnDelete"): string[] =>
        all.resources
          .filter((resource) => resource[flag])
          .map(({ name }) => name)
          .sort();
      const expected = [
        "daira-jwt-value",
        "daira-namespace",
        "daira-postgres-data",
        "daira-postgres-password",
        "daira-redis-data",
        "daira-redis-password",
      ];
      assert.deepEqual(kept("protect"), protect ? expected : []);
      assert.deepEqual(kept("retainOnDelete"), protect ? expected : []);
    });

    it("tells its namespace, host, address and Services", async () => {
      const { result } = all;
      assert.equal(await value(result.namespace), namespace);
      const elsewhere = all.resources.filter(
        ({ inputs }) => (inputs["metadata"]?.namespace ?? namespace) !== namespace,
      );
      assert.deepEqual(elsewhere, []);
      assert.equal(result.host, host);
      assert.equal(result.url, `https://${host}`);
      assert.deepEqual(Object.keys(result.serviceNames), ["backend", "frontend"]);
      assert.equal(await value(result.serviceNames["frontend"]!), "frontend");
    });

    it("gives the stores' Secrets the hosts and URLs of the document", () => {
      const secret = (name: string): Record<string, string> => decoded(all.one(SECRET, name));
      assert.deepEqual(secret("daira-postgres-connection"), {
        host: "postgres",
        port: "5432",
        username: "daira",
        password: "generated-for-daira-postgres-password",
        database: "daira",
        url: "postgresql://daira:generated-for-daira-postgres-password@postgres:5432/daira?sslmode=verify-full&sslrootcert=/etc/slipway/stores/postgres/ca.crt",
      });
      assert.deepEqual(secret("daira-redis-connection"), {
        host: "redis",
        port: "6379",
        username: "default",
        password: "generated-for-daira-redis-password",
        database: "0",
        url: "rediss://default:generated-for-daira-redis-password@redis:6379",
      });
    });

    it("has no empty list, which the API server would drop", () => {
      for (const { name, inputs } of all.resources) assert.ok(!JSON.stringify(inputs).includes(":[]"), name);
    });

    it("shows no generated value outside a Secret, and every Secret is immutable, unnamed and secret", () => {
      for (const { type, name, inputs, secrets } of all.resources) {
        if (type === SECRET) {
          assert.equal(inputs["immutable"], true, name);
          assert.equal("name" in inputs["metadata"], false, name);
          assert.ok(secrets.includes("data"), name);
          assert.equal("stringData" in inputs, false, name);
        } else assert.ok(!JSON.stringify(inputs).includes("generated-for-"), name);
      }
    });
  });
}
