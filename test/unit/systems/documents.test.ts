import assert from "node:assert/strict";
import { imagesOf } from "../../../components/spec/services";
import { systems } from "../../../infra/systems";
import { recordStack } from "../../support/stack";
import type { Recorded, Recording } from "../../support/recorder";

// What the documents of four systems ask for, read off the objects that the stacks of the repository make.
// test/unit/system/daira.test.ts has the rest of DAIRA.

const stacks = ["production", "staging", "local"] as const;
type Stack = (typeof stacks)[number];

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const STATEFUL_SET = "kubernetes:apps/v1:StatefulSet";
const CLAIM = "kubernetes:core/v1:PersistentVolumeClaim";
const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const HPA = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler";
const ROUTE = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute";
const TRAFFIC = "kubernetes:gateway.envoyproxy.io/v1alpha1:BackendTrafficPolicy";

describe("as the documents ask,", function () {
  this.timeout(120_000);
  const recordings = new Map<Stack, Recording<unknown>>();
  before(async () => {
    const digests = Object.values(systems)
      .flatMap(imagesOf)
      .map((image) => [image, `sha256:${"1".repeat(64)}`]);
    for (const stack of stacks) {
      recordings.set(stack, await recordStack(stack, { images: Object.fromEntries(digests) as object }));
    }
  });

  const inputs = (stack: Stack, type: string, name: string): Recorded["inputs"] =>
    recordings.get(stack)!.one(type, name).inputs;
  const spec = (stack: Stack, type: string, name: string): Recorded["inputs"] =>
    inputs(stack, type, name)["spec"] as Recorded["inputs"];
  /** Pod of a Deployment, StatefulSet or Job. */
  const pod = (stack: Stack, type: string, name: string): Recorded["inputs"] =>
    spec(stack, type, name)["template"].spec as Recorded["inputs"];
  const container = (stack: Stack, type: string, name: string): Recorded["inputs"] =>
    pod(stack, type, name)["containers"][0] as Recorded["inputs"];
  const variables = (stack: Stack, type: string, name: string): Record<string, unknown> =>
    Object.fromEntries(
      (container(stack, type, name)["env"] as { name: string; value?: string; valueFrom?: unknown }[]).map(
        (variable) => [variable.name, variable.value ?? variable.valueFrom],
      ),
    );
  const from = (name: string, key: string): unknown => ({ secretKeyRef: { name: `${name}-0a1b`, key } });
  const sizes = (stack: Stack, type: string, name: string): unknown => {
    const { requests, limits } = container(stack, type, name)["resources"];
    return [requests.cpu, requests.memory, limits.cpu, limits.memory];
  };
  const ports = (stack: Stack, name: string): unknown =>
    (spec(stack, "kubernetes:core/v1:Service", name)["ports"] as { name: string; port: number }[]).map(
      (port) => [port.name, port.port],
    );
  const listens = (stack: Stack, type: string, name: string): unknown =>
    (container(stack, type, name)["ports"] as { name: string; containerPort: number }[]).map((port) => [
      port.name,
      port.containerPort,
    ]);
  const utilization = (stack: Stack, name: string): unknown =>
    (spec(stack, HPA, name)["metrics"] as { resource: { name: string; target: object } }[]).map(
      ({ resource }) => [resource.name, Object.values(resource.target)],
    );
  const replicas = (stack: Stack, name: string): unknown => {
    const { minReplicas, maxReplicas } = spec(stack, HPA, name);
    return [minReplicas, maxReplicas];
  };
  const hosts = (name: string): unknown =>
    stacks.map((stack) => (spec(stack, ROUTE, name)["hostnames"] as string[])[0]);
  const headers = (name: string, rule: number): Record<string, string> => {
    const set = spec("production", ROUTE, name)["rules"][rule].filters[0].responseHeaderModifier.set as {
      name: string;
      value: string;
    }[];
    return Object.fromEntries(set.map((header) => [header.name, header.value]));
  };
  /** Image, volume and argument or variable of a store inside the cluster. */
  const member = (name: string): { image: string; args: readonly string[]; paths: readonly string[] } => {
    const { image, args, volumeMounts } = container("staging", STATEFUL_SET, `${name}-member`);
    return {
      image: String(image),
      args: args as string[],
      paths: (volumeMounts as { mountPath: string }[]).map(({ mountPath }) => mountPath),
    };
  };

  describe("DAIRA", () => {
    it("can have its database as it was at any second of the last 30 days, in production", () => {
      const { backupRetentionPeriod, deleteAutomatedBackups, multiAz, storageEncrypted, deletionProtection } =
        inputs("production", "aws:rds/instance:Instance", "daira-postgres-instance");
      assert.deepEqual([backupRetentionPeriod, deleteAutomatedBackups], [30, false]);
      assert.deepEqual([multiAz, storageEncrypted, deletionProtection], [true, true, true]);
    });
  });

  describe("KOVA", () => {
    it("has PostgreSQL 15 and Redis 7, each on a volume of its own", () => {
      const postgres = member("kova-postgres");
      assert.match(postgres.image, /^docker\.io\/library\/postgres:15\.\d+-alpine/);
      assert.ok(postgres.paths.includes("/var/lib/postgresql/data"));
      const redis = member("kova-redis");
      assert.match(redis.image, /^docker\.io\/library\/redis:7\.\d+\.\d+-alpine/);
      assert.ok(redis.paths.includes("/data"));
      assert.equal(redis.args[redis.args.indexOf("--appendonly") + 1], "yes");
      for (const store of ["postgres", "redis"]) {
        assert.ok(spec("staging", CLAIM, `kova-${store}-data`)["resources"].requests.storage, store);
      }
    });

    it("has the database kova with an account of that name, in RDS too", () => {
      const { dbName, username, engineVersion } = inputs(
        "production",
        "aws:rds/instance:Instance",
        "kova-postgres-instance",
      );
      assert.deepEqual([dbName, username, engineVersion], ["kova", "kova", "15"]);
    });

    it("asks its server for /api/health on 3000", () => {
      const server = container("production", DEPLOYMENT, "kova-app-deployment");
      for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
        assert.deepEqual(server[probe].httpGet, { path: "/api/health", port: "http", scheme: "HTTP" });
      }
      assert.deepEqual(listens("production", DEPLOYMENT, "kova-app-deployment"), [["http", 3000]]);
    });

    it("has nginx before its server, on an unprivileged port behind port 80", () => {
      assert.deepEqual(listens("production", DEPLOYMENT, "kova-frontend-deployment"), [["http", 8080]]);
      assert.deepEqual(ports("production", "kova-frontend-service"), [["http", 80]]);
    });

    it("migrates with npm run db:migrate before the pods of its server", () => {
      const job = "kova-app-migrate-run";
      assert.deepEqual(container("production", "kubernetes:batch/v1:Job", job)["command"], [
        "npm",
        "run",
        "db:migrate",
      ]);
      const { one } = recordings.get("production")!;
      const server = one(DEPLOYMENT, "kova-app-deployment");
      assert.ok(server.dependsOn.includes(one("kubernetes:batch/v1:Job", job).urn));
    });

    it("takes its database and cache by reference", () => {
      const { DATABASE_URL, REDIS_URL } = variables("production", DEPLOYMENT, "kova-app-deployment");
      assert.deepEqual(DATABASE_URL, from("kova-postgres-connection", "url"));
      assert.deepEqual(REDIS_URL, from("kova-redis-connection", "url"));
    });

    it("has a host and a mode of its own in each stage", () => {
      assert.equal(new Set(hosts("kova-frontend-route") as string[]).size, 3);
      assert.deepEqual(
        stacks.map((stack) => variables(stack, DEPLOYMENT, "kova-app-deployment")["NODE_ENV"]),
        ["production", "staging", "development"],
      );
    });
  });

  describe("Noa", () => {
    it("scales its API from 3 to 50 by the block of its document", () => {
      const { scaleTargetRef, behavior } = spec("production", HPA, "noa-noa-api-autoscaler");
      assert.deepEqual(scaleTargetRef, { apiVersion: "apps/v1", kind: "Deployment", name: "noa-api" });
      assert.deepEqual(replicas("production", "noa-noa-api-autoscaler"), [3, 50]);
      assert.deepEqual(utilization("production", "noa-noa-api-autoscaler"), [
        ["cpu", [70, "Utilization"]],
        ["memory", [80, "Utilization"]],
      ]);
      assert.deepEqual(behavior, {
        scaleDown: {
          stabilizationWindowSeconds: 300,
          policies: [{ type: "Percent", value: 50, periodSeconds: 60 }],
        },
        scaleUp: {
          stabilizationWindowSeconds: 0,
          policies: [
            { type: "Percent", value: 100, periodSeconds: 15 },
            { type: "Pods", value: 4, periodSeconds: 15 },
          ],
        },
      });
    });

    it("has half of production's pods and volumes in staging", () => {
      assert.deepEqual(replicas("staging", "noa-noa-api-autoscaler"), [2, 25]);
      const size = (name: string): unknown => spec("staging", CLAIM, name)["resources"].requests.storage;
      assert.deepEqual([size("noa-database-data"), size("noa-cache-data")], ["25Gi", "2Gi"]);
      const { allocatedStorage } = inputs("production", "aws:rds/instance:Instance", "noa-database-instance");
      assert.equal(allocatedStorage, 50);
    });

    it("answers under the hosts of its document", () => {
      assert.deepEqual(hosts("noa-frontend-route"), [
        "noa-server.example.com",
        "staging.noa-server.example.com",
        "noa.localhost",
      ]);
    });

    it("takes the database's address and the JWT secret from Secrets", () => {
      const { DATABASE_URL, JWT_SECRET } = variables("production", DEPLOYMENT, "noa-noa-api-deployment");
      assert.deepEqual(DATABASE_URL, from("noa-database-connection", "url"));
      assert.deepEqual(JWT_SECRET, from("noa-jwt-secret", "value"));
    });

    it("keeps a copy of each of its secrets in AWS Secrets Manager in production", () => {
      const names = recordings
        .get("production")!
        .ofType("aws:secretsmanager/secret:Secret")
        .map(({ inputs: { name } }) => String(name))
        .filter((name) => name.startsWith("slipway-production/noa/"));
      assert.deepEqual(names.sort(), [
        "slipway-production/noa/cache",
        "slipway-production/noa/database",
        "slipway-production/noa/jwt",
      ]);
      assert.equal(recordings.get("staging")!.ofType("aws:secretsmanager/secret:Secret").length, 0);
    });

    it("asks its API for /health, and serves it on 3000", () => {
      const api = container("production", DEPLOYMENT, "noa-noa-api-deployment");
      for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
        assert.deepEqual(api[probe].httpGet, { path: "/health", port: "http", scheme: "HTTP" });
      }
      assert.deepEqual(ports("production", "noa-noa-api-service"), [["http", 3000]]);
    });

    it("has a cache that forgets, beside its database", () => {
      const { args } = member("noa-cache");
      assert.equal(args[args.indexOf("--appendonly") + 1], "no");
      assert.equal(args[args.indexOf("--maxmemory-policy") + 1], "allkeys-lru");
    });

    it("gives exports, which are streamed, five minutes", () => {
      const rules = spec("production", ROUTE, "noa-frontend-route")["rules"] as {
        matches: { path: { value: string } }[];
        timeouts: object;
      }[];
      assert.deepEqual(
        rules.map(({ matches, timeouts }) => [matches[0]?.path.value, timeouts]),
        [
          ["/", { request: "30s" }],
          ["/api", { request: "5m" }],
        ],
      );
    });

    it("replaces pods one by one, none before its successor is ready", () => {
      assert.deepEqual(spec("production", DEPLOYMENT, "noa-noa-api-deployment")["strategy"], {
        type: "RollingUpdate",
        rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
      });
    });
  });

  describe("Omnitide", () => {
    const NAME = "omnitide-control-panel";
    const POD = `${NAME}-deployment`;

    it("scales from 3 to 10 by the block of its document", () => {
      assert.deepEqual(replicas("production", `${NAME}-autoscaler`), [3, 10]);
      assert.deepEqual(utilization("production", `${NAME}-autoscaler`), [
        ["cpu", [70, "Utilization"]],
        ["memory", [80, "Utilization"]],
      ]);
      assert.deepEqual(spec("production", HPA, `${NAME}-autoscaler`)["behavior"], {
        scaleDown: {
          stabilizationWindowSeconds: 300,
          policies: [{ type: "Percent", value: 10, periodSeconds: 60 }],
        },
        scaleUp: {
          stabilizationWindowSeconds: 0,
          policies: [
            { type: "Percent", value: 100, periodSeconds: 15 },
            { type: "Pods", value: 4, periodSeconds: 15 },
          ],
          selectPolicy: "Max",
        },
      });
    });

    it("replaces pods with one missing and one too many at most", () => {
      assert.deepEqual(spec("production", DEPLOYMENT, POD)["strategy"], {
        type: "RollingUpdate",
        rollingUpdate: { maxUnavailable: 1, maxSurge: 1 },
      });
    });

    it("has the sizes of its document", () => {
      assert.deepEqual(sizes("production", DEPLOYMENT, POD), ["100m", "256Mi", "500m", "512Mi"]);
    });

    it("is asked for /health in the times of its document", () => {
      const { readinessProbe, livenessProbe } = container("production", DEPLOYMENT, POD);
      const httpGet = { path: "/health", port: "http", scheme: "HTTP" };
      assert.deepEqual(livenessProbe, {
        ...{ httpGet, initialDelaySeconds: 30, periodSeconds: 10 },
        ...{ timeoutSeconds: 5, failureThreshold: 3 },
      });
      assert.deepEqual(readinessProbe, {
        ...{ httpGet, initialDelaySeconds: 5, periodSeconds: 5 },
        ...{ timeoutSeconds: 3, failureThreshold: 3 },
      });
    });

    it("runs as user 1001 without privileges, capabilities or a writable root", () => {
      const { runAsUser, runAsNonRoot, seccompProfile } = pod("production", DEPLOYMENT, POD)[
        "securityContext"
      ];
      assert.deepEqual([runAsUser, runAsNonRoot, seccompProfile], [1001, true, { type: "RuntimeDefault" }]);
      assert.deepEqual(container("production", DEPLOYMENT, POD)["securityContext"], {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        privileged: false,
        readOnlyRootFilesystem: true,
        runAsNonRoot: true,
      });
    });

    it("runs under a ServiceAccount of its own, without a token", () => {
      const { serviceAccountName, automountServiceAccountToken } = pod("production", DEPLOYMENT, POD);
      assert.deepEqual([serviceAccountName, automountServiceAccountToken], ["control-panel", false]);
    });

    it("takes API_BASE_URL from the key api-base-url of control-panel-config", () => {
      const { API_BASE_URL, NODE_ENV } = variables("production", DEPLOYMENT, POD);
      const { metadata, data, immutable } = inputs(
        "production",
        CONFIG_MAP,
        "omnitide-control-panel-config-config",
      );
      assert.match(String(metadata.name), /^control-panel-config-[0-9a-f]{10}$/);
      assert.deepEqual(Object.keys(data as object), ["api-base-url"]);
      assert.equal(immutable, true);
      assert.deepEqual(API_BASE_URL, { configMapKeyRef: { name: metadata.name, key: "api-base-url" } });
      assert.equal(NODE_ENV, "production");
    });

    it("keeps port 80 at its Service, before 8080 of its pods, and 9090 for metrics", () => {
      assert.deepEqual(ports("production", `${NAME}-service`), [
        ["http", 80],
        ["metrics", 9090],
      ]);
      assert.deepEqual(listens("production", DEPLOYMENT, POD), [
        ["http", 8080],
        ["metrics", 9090],
      ]);
      assert.equal(spec("production", "kubernetes:core/v1:Service", `${NAME}-service`)["type"], "ClusterIP");
    });

    it("answers under control.omnitide.dev in production", () => {
      assert.equal((hosts(`${NAME}-route`) as string[])[0], "control.omnitide.dev");
    });

    it("sends HSTS for a year and the headers of its nginx", () => {
      for (const rule of [0, 1]) {
        const { "Content-Security-Policy": policy, ...rest } = headers(`${NAME}-route`, rule);
        assert.deepEqual(rest, {
          "Referrer-Policy": "strict-origin-when-cross-origin",
          "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
          "X-Content-Type-Options": "nosniff",
          "X-Frame-Options": "DENY",
          "X-XSS-Protection": "0",
        });
        assert.match(String(policy), /^default-src 'self'; script-src 'self' .* wss:;$/);
      }
    });

    it("takes 100 requests a second of one address, and bodies of 16 MiB", () => {
      const { rateLimit, requestBuffer } = spec("production", TRAFFIC, `${NAME}-root-traffic`);
      for (const { limit } of rateLimit.local.rules as { limit: object }[]) {
        assert.deepEqual(limit, { requests: 100, unit: "Second" });
      }
      assert.deepEqual(requestBuffer, { limit: "16Mi" });
    });

    it("keeps two of three pods through a disruption, and can be drained in staging too", () => {
      const budget = (stack: Stack): unknown =>
        spec(stack, "kubernetes:policy/v1:PodDisruptionBudget", `${NAME}-budget`)["maxUnavailable"];
      assert.deepEqual([budget("production"), replicas("production", `${NAME}-autoscaler`)], [1, [3, 10]]);
      assert.deepEqual([budget("staging"), replicas("staging", `${NAME}-autoscaler`)], [1, [2, 5]]);
    });

    it("migrates before its pods", () => {
      const { one } = recordings.get("production")!;
      const job = one("kubernetes:batch/v1:Job", `${NAME}-migrate-run`);
      assert.ok(one(DEPLOYMENT, POD).dependsOn.includes(job.urn));
    });
  });

  describe("DWCP", () => {
    const NAME = "dwcp-dwcp-v3";
    const SET = `${NAME}-set`;

    it("lives in the namespace dwcp-v3", () => {
      for (const stack of stacks) {
        const { metadata } = inputs(stack, "kubernetes:core/v1:Namespace", "dwcp-namespace");
        assert.equal(metadata.name, "dwcp-v3");
      }
    });

    it("scales from 3 to 10", () => {
      assert.deepEqual(replicas("production", `${NAME}-autoscaler`), [3, 10]);
    });

    it("has the sizes of its document", () => {
      assert.deepEqual(sizes("production", STATEFUL_SET, SET), ["500m", "512Mi", "2", "2Gi"]);
    });

    it("is asked for /ready after 10 and for /health after 30 seconds", () => {
      const { readinessProbe, livenessProbe } = container("production", STATEFUL_SET, SET);
      assert.deepEqual([readinessProbe.httpGet.path, readinessProbe.initialDelaySeconds], ["/ready", 10]);
      assert.deepEqual([livenessProbe.httpGet.path, livenessProbe.initialDelaySeconds], ["/health", 30]);
    });

    it("serves 8080 behind port 80 of its Service, and metrics on 9090", () => {
      assert.deepEqual(ports("production", `${NAME}-service`), [
        ["http", 80],
        ["metrics", 9090],
      ]);
      assert.deepEqual(listens("production", STATEFUL_SET, SET), [
        ["http", 8080],
        ["metrics", 9090],
      ]);
    });

    it("gives each pod 10Gi of its own, which one node mounts at a time", () => {
      for (const ordinal of [0, 1, 2]) {
        const { accessModes, resources } = spec("production", CLAIM, `${NAME}-data-${ordinal}`);
        assert.deepEqual([accessModes, resources.requests.storage], [["ReadWriteOnce"], "10Gi"]);
      }
      const [template] = spec("production", STATEFUL_SET, SET)[
        "volumeClaimTemplates"
      ] as Recorded["inputs"][];
      assert.equal(template!["spec"].resources.requests.storage, "10Gi");
    });

    it("has each variable of its document, secrets by reference", () => {
      const { API_KEY, REDIS_URL, NODE_EXTRA_CA_CERTS, ...plain } = variables(
        "production",
        STATEFUL_SET,
        SET,
      );
      assert.equal(NODE_EXTRA_CA_CERTS, "/etc/slipway/stores/redis/ca.crt");
      assert.deepEqual(API_KEY, from("dwcp-api-key-secret", "value"));
      assert.deepEqual(REDIS_URL, from("dwcp-redis-connection", "url"));
      const { NODE_ENV, PORT, PROMETHEUS_PORT, LOG_LEVEL, ...own } = plain;
      assert.deepEqual([NODE_ENV, PORT, PROMETHEUS_PORT, LOG_LEVEL], ["production", "8080", "9090", "info"]);
      for (const name of ["BUFFER_SIZE", "DWCP_VERSION", "MAX_CONNECTIONS"]) assert.ok(own[name], name);
    });

    it("runs as the numbered user of its image, 1001", () => {
      assert.equal(pod("production", STATEFUL_SET, SET)["securityContext"].runAsUser, 1001);
    });

    it("reads its rollout's percentage from a file, out of a ConfigMap that others may change", () => {
      const config = recordings.get("production")!.one(CONFIG_MAP, "dwcp-dwcp-v3-rollout-config");
      const { metadata, data } = config.inputs;
      assert.equal(metadata.name, "dwcp-v3-rollout");
      assert.deepEqual(Object.keys(data as object), ["percentage"]);
      assert.equal("immutable" in config.inputs, false);
      assert.deepEqual(config.ignoreChanges, ["data"]);
      const { volumes } = pod("production", STATEFUL_SET, SET);
      const volume = (volumes as Recorded["inputs"][]).find((each) => each["configMap"] !== undefined);
      assert.deepEqual(volume?.["configMap"], { name: "dwcp-v3-rollout" });
    });

    it("has a Redis of 512Mi with a volume, which says its metrics", () => {
      const redis = container("staging", STATEFUL_SET, "dwcp-redis-member");
      assert.equal(redis["resources"].limits.memory, "512Mi");
      const { containers, initContainers = [] } = pod("staging", STATEFUL_SET, "dwcp-redis-member");
      const names = [...(containers as { name: string }[]), ...(initContainers as { name: string }[])];
      assert.ok(names.some(({ name }) => name === "exporter"));
      assert.ok(spec("staging", CLAIM, "dwcp-redis-data"));
    });

    it("has a bucket for artifacts on AWS: versioned, encrypted with a key, by TLS alone, with an end of life", () => {
      const { one } = recordings.get("production")!;
      const { versioningConfiguration } = one(
        "aws:s3/bucketVersioning:BucketVersioning",
        "dwcp-artifacts-versioning",
      ).inputs;
      assert.deepEqual(versioningConfiguration, { status: "Enabled" });
      const [encryption] = one(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "dwcp-artifacts-encryption",
      ).inputs["rules"] as { applyServerSideEncryptionByDefault: { sseAlgorithm: string } }[];
      assert.equal(encryption?.applyServerSideEncryptionByDefault.sseAlgorithm, "aws:kms");
      const { policy } = one("aws:s3/bucketPolicy:BucketPolicy", "dwcp-artifacts-policy").inputs;
      assert.match(String(policy), /"Effect":"Deny".*"aws:SecureTransport":"false"/);
      const { rules } = one(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "dwcp-artifacts-lifecycle",
      ).inputs;
      assert.ok(
        (rules as { expiration?: { days?: number } }[]).some(({ expiration }) => expiration?.days === 90),
      );
    });
  });
});
