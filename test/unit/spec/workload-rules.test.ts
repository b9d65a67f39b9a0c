import assert from "node:assert/strict";
import { contradictions } from "../../../components/spec/validate";
import type { SystemSpec } from "../../../components/spec/types";
import { changed } from "./contradictions";
import type { Change } from "./contradictions";
import { full } from "./full";

const api = full.services["api"]!;
const timing = { periodSeconds: 5, failureThreshold: 3, timeoutSeconds: 1 };
const size = api.size;
const volume = { path: "/data", size: "1Gi", claim: "perReplica" };
const right = { resources: ["configmaps"], verbs: ["get"] };

type Case = readonly [title: string, change: Change, field: string, allowed: RegExp];
const at = (...path: string[]): string[] => ["services", "api", ...path];

// prettier-ignore
const cases: readonly Case[] = [
  ["a TCP check of a port that is not declared", [{ ...timing, tcp: "admin" }, ...at("probes", "liveness")], "services.api.probes.liveness.tcp", /http, metrics/],
  ["a gRPC check of a port that is not declared", [{ ...timing, grpc: "admin" }, ...at("probes", "liveness")], "services.api.probes.liveness.grpc", /http, metrics/],
  ["a check by an empty command", [{ ...timing, exec: [] }, ...at("probes", "liveness")], "services.api.probes.liveness.exec", /words/],
  ["a check by a path and a port at once", [{ ...timing, path: "/", tcp: "http" }, ...at("probes", "liveness")], "services.api.probes.liveness", /exactly one of/],
  ["a check that says nothing to check", [timing, ...at("probes", "readiness")], "services.api.probes.readiness", /exactly one of/],
  ["a check that begins in the past", [-1, ...at("probes", "startup", "initialDelaySeconds")], "services.api.probes.startup.initialDelaySeconds", /0 to 3600/],
  ["an empty command", [[], ...at("command")], "services.api.command", /words/],
  ["an empty argument", [["a", ""], ...at("args")], "services.api.args", /words/],

  ["a stabilization of more than an hour", [3601, ...at("scaleOn", "behavior", "scaleDown", "stabilizationWindowSeconds")], "services.api.scaleOn.behavior.scaleDown.stabilizationWindowSeconds", /0 to 3600/],
  ["a scaling policy of an unknown type", ["Nodes", ...at("scaleOn", "behavior", "scaleUp", "policies", "0", "type")], "services.api.scaleOn.behavior.scaleUp.policies[0].type", /Pods, Percent/],
  ["a scaling policy over more than half an hour", [1801, ...at("scaleOn", "behavior", "scaleUp", "policies", "0", "periodSeconds")], "services.api.scaleOn.behavior.scaleUp.policies[0].periodSeconds", /1 to 1800/],
  ["a scaling policy of nothing", [0, ...at("scaleOn", "behavior", "scaleUp", "policies", "0", "value")], "services.api.scaleOn.behavior.scaleUp.policies[0].value", /1 to/],
  ["an empty list of scaling policies", [[], ...at("scaleOn", "behavior", "scaleUp", "policies")], "services.api.scaleOn.behavior.scaleUp.policies", /at least one/],
  ["an unknown choice among policies", ["Best", ...at("scaleOn", "behavior", "scaleUp", "selectPolicy")], "services.api.scaleOn.behavior.scaleUp.selectPolicy", /Max, Min, Disabled/],
  ["a behavior without a target", [{ behavior: {} }, ...at("scaleOn")], "services.api.scaleOn", /target for cpu or memory/],
  ["a rollout that can never move", [{ maxUnavailable: 0, maxSurge: 0 }, ...at("rollout")], "services.api.rollout", /above 0/],
  ["a rollout by a part of a pod", [0.5, ...at("rollout", "maxSurge")], "services.api.rollout.maxSurge", /integer/],
  ["a rollout of pods with volumes", [{ data: volume }, ...at("volumes")], "services.api.rollout", /one at a time/],

  ["a ReadWriteOnce volume that several replicas share", ["shared", "services", "node", "volumes", "data", "claim"], "services.node.volumes.data.claim", /perReplica, for a ReadWriteOnce volume takes one pod and up to 4 would share it/],
  ["an unknown kind of claim", ["mine", "services", "node", "volumes", "data", "claim"], "services.node.volumes.data.claim", /perReplica, shared/],
  ["a volume of no size", ["0Gi", "services", "node", "volumes", "data", "size"], "services.node.volumes.data.size", /Gi/],
  ["a volume at the root", ["/", "services", "node", "volumes", "data", "path"], "services.node.volumes.data.path", /below \//],
  ["a volume over a scratch directory", ["/tmp", "services", "node", "volumes", "data", "path"], "services.node.volumes.data.path", /nothing else/],
  ["a volume named like another kind's", [volume, "services", "node", "volumes", "config-x"], "services.node.volumes", /does not begin with/],

  ["a mount of a config that there is not", [{ config: "gone" }, ...at("mounts", "/etc/gone")], "services.api.mounts./etc/gone.config", /settings, switch/],
  ["a mount of a secret that there is not", [{ secret: "gone" }, ...at("mounts", "/etc/gone")], "services.api.mounts./etc/gone.secret", /session/],
  ["a mount over a scratch directory", [{ config: "settings" }, ...at("mounts", "/tmp")], "services.api.mounts./tmp", /no scratch/],
  ["a mount that is no directory", [{ config: "settings" }, ...at("mounts", "etc")], "services.api.mounts.etc", /absolute/],
  ["a variable of a config that there is not", [{ config: "gone", key: "x" }, ...at("env", "X")], "services.api.env.X.config", /settings, switch/],
  ["a variable of a key that the config has not", [{ config: "settings", key: "x" }, ...at("env", "X")], "services.api.env.X.key", /base-url/],
  ["a variable of a live config", [{ config: "switch", key: "percentage" }, ...at("env", "X")], "services.api.env.X.config", /a mount/],
  ["a config without texts", [{}, "config", "settings", "data"], "config.settings.data", /at least one/],
  ["a config key with a slash", ["x", "config", "settings", "data", "a/b"], "config.settings.data.a/b", /letters/],
  ["a config of more than a mebibyte", ["x".repeat(1_048_577), "config", "settings", "data", "big"], "config.settings.data", /1048576/],
  ["a config name that is no DNS label", [{ data: { a: "b" } }, "config", "My.Config"], "config", /DNS label/],

  ["a right by wildcard", [["*"], ...at("permissions", "0", "resources")], "services.api.permissions[0].resources[0]", /by name/],
  ["a right to open shells in pods", [["pods/exec"], ...at("permissions", "0", "resources")], "services.api.permissions[0].resources[0]", /another's rights/],
  ["a right to give rights", [{ ...right, apiGroup: "rbac.authorization.k8s.io" }, ...at("permissions", "0")], "services.api.permissions[0].apiGroup", /gives rights/],
  ["a right to every secret", [{ ...right, resources: ["secrets"] }, ...at("permissions", "0")], "services.api.permissions[0].names", /names of the secrets/],
  ["a right to do anything", [["*"], ...at("permissions", "0", "verbs")], "services.api.permissions[0].verbs[0]", /get, list/],
  ["a right to nothing", [[], ...at("permissions", "0", "resources")], "services.api.permissions[0].resources", /at least one/],
  ["a right to do nothing", [[], ...at("permissions", "0", "verbs")], "services.api.permissions[0].verbs", /at least one/],
  ["a right to create what has a name", [{ ...right, names: ["a"], verbs: ["create"] }, ...at("permissions", "0")], "services.api.permissions[0].verbs", /no create/],
  ["a right to the objects of an empty list", [[], ...at("permissions", "0", "names")], "services.api.permissions[0].names", /at least one/],

  ["a migration without command", [[], ...at("migrate", "command")], "services.api.migrate.command", /words/],
  ["a migration of a week and a day", ["8d", ...at("migrate", "timeout")], "services.api.migrate.timeout", /1s to 7d/],
  ["a migration that is tried forever", [11, ...at("migrate", "retries")], "services.api.migrate.retries", /0 to 10/],
  ["a migration whose limit is below its request", [["1", "500m"], ...at("migrate", "size", "cpu")], "services.api.migrate.size.cpu[1]", /at least the request/],
  ["a service named like another's migration", [api, "services", "api-migrate"], "services", /other than that of api-migrate/],
  ["a service named like another's members", [api, "services", "node-members"], "services", /other than that of node-members/],

  ["two containers of one name", [{ size }, ...at("init", "api")], "services.api.init", /no other container/],
  ["a sidecar with the name of what runs before it", [{ size }, ...at("sidecars", "prepare")], "services.api.sidecars", /no other container/],
  ["a helper that shares what there is not", [["/nowhere"], ...at("init", "prepare", "shares")], "services.api.init.prepare.shares[0]", /\/tmp/],
  ["a port of what ends before anybody asks", [{ x: 9000 }, ...at("init", "prepare", "ports")], "services.api.init.prepare.ports", /nothing/],
  ["a check of what ends by itself", [{}, ...at("init", "prepare", "probes")], "services.api.init.prepare.probes", /nothing/],
  ["a sidecar on a port of the service", [{ proxy: 3000 }, ...at("sidecars", "proxy", "ports")], "services.api.sidecars.proxy.ports.proxy", /not already "http"/],
  ["a sidecar with a port name of the service", [{ metrics: 9999 }, ...at("sidecars", "proxy", "ports")], "services.api.sidecars.proxy.ports.metrics", /no other container/],
  ["a sidecar of an image that nobody pinned", [{ pinned: "gone" }, ...at("sidecars", "proxy", "image")], "services.api.sidecars.proxy.image.pinned", /postgres:15/],
  ["a sidecar of an image with a tag", ["x:1", ...at("sidecars", "proxy", "image")], "services.api.sidecars.proxy.image", /without registry/],
  ["a sidecar's check of the service's own port", [{ startup: { ...timing, tcp: "http" } }, ...at("sidecars", "proxy", "probes")], "services.api.sidecars.proxy.probes.startup.tcp", /proxy/],

  ["an unknown protocol", ["quic", ...at("protocol")], "services.api.protocol", /http, h2c/],
  ["a drain of a worker", [5, "services", "worker", "drainSeconds"], "services.worker.drainSeconds", /with a port/],
  ["a drain of a negative time", [-1, ...at("drainSeconds")], "services.api.drainSeconds", /0 to 3600/],
  ["an empty command before the end", [[], ...at("preStop")], "services.api.preStop", /words/],
  ["a reach to the system's own namespace", [[{ namespace: "full", port: 80 }], ...at("reaches")], "services.api.reaches[0].namespace", /not the system's own/],
  ["a reach to the namespace that it has in a stage", [[{ namespace: "full-staging", port: 80 }], ...at("reaches")], "services.api.reaches[0].namespace", /not the system's own/],
  ["a reach to port 0", [[{ namespace: "legacy", port: 0 }], ...at("reaches")], "services.api.reaches[0].port", /1 to 65535/],
  ["one namespace twice", [[{ namespace: "a", port: 80 }, { namespace: "a", port: 80 }], ...at("reaches")], "services.api.reaches[1]", /once/],

  ["a schedule of four fields", ["0 2 * *", "jobs", "nightly", "schedule"], "jobs.nightly.schedule", /five fields/],
  ["a job named like a party of the edge", [full.jobs!["nightly"], "jobs", "monitoring"], "jobs", /other than/],
  ["a job named like a service", [full.jobs!["nightly"], "jobs", "worker"], "jobs", /no service, store or migration/],
  ["a job named like a store", [full.jobs!["nightly"], "jobs", "db"], "jobs", /no service, store or migration/],
  ["a job named like a migration", [full.jobs!["nightly"], "jobs", "api-migrate"], "jobs", /no service, store or migration/],
  ["an unknown concurrency", ["Allow", "jobs", "nightly", "concurrency"], "jobs.nightly.concurrency", /Forbid, Replace/],
  ["a concurrency of what runs once", ["Forbid", "jobs", "seed", "concurrency"], "jobs.seed.concurrency", /with a schedule/],
  ["a job of an image with a tag", ["x:1", "jobs", "nightly", "image"], "jobs.nightly.image", /without registry/],
  ["a job as root", [0, "jobs", "nightly", "user"], "jobs.nightly.user", /1 to/],
  ["a job that reaches what there is not", [["gone"], "jobs", "nightly", "reaches"], "jobs.nightly.reaches[0]", /api, node, db, cache, https/],

  ["a stage's variables of what there is not", [{ gone: {} }, "stages", "staging", "env"], "stages.staging.env", /api, worker, node, nightly, seed/],
  ["a stage's config that there is not", [{ gone: {} }, "stages", "staging", "config"], "stages.staging.config", /settings, switch/],
  ["a stage's key that the config has not", [{ gone: "x" }, "stages", "staging", "config", "settings"], "stages.staging.config.settings", /base-url/],
  ["a stage's namespace of the cluster", ["kube-system", "stages", "staging", "namespace"], "stages.staging.namespace", /kube-/],
];

function fieldsOf(spec: SystemSpec): string[] {
  return contradictions(spec).map(({ field }) => field);
}

describe("the rules for workloads, jobs and configs", () => {
  it("take a sound spec with all of it", () => assert.deepEqual(contradictions(full), []));

  for (const [title, change, field, allowed] of cases) {
    it(`refuse ${title}`, () => {
      const found = contradictions(changed(change, full));
      const named = found.find((one) => one.field === field && allowed.test(one.allowed));
      assert.ok(named, `expected ${field}, found ${JSON.stringify(found)}`);
    });
  }

  it("refuse one mistake with one finding, but for those that make another", () => {
    const findings = cases.map(
      ([title, change]) => [title, contradictions(changed(change, full)).length] as const,
    );
    assert.deepEqual(
      findings.filter(([, count]) => count !== 1),
      [
        // It stands at the path of another volume.
        ["a volume named like another kind's", 2],
        // A variable and a stage name its texts.
        ["a config without texts", 3],
        // Its check names the port that it had.
        ["a sidecar with a port name of the service", 2],
      ],
    );
  });

  it("refuse a volume that replicas share only in some stage", () => {
    const one = changed(["shared", "services", "node", "volumes", "data", "claim"], full);
    const single = changed([{ min: 1, max: 1 }, "services", "node", "replicas"], one);
    const still = changed([undefined, "services", "node", "scaleOn"], single);
    assert.deepEqual(fieldsOf(still), []);
    const staged = changed([{ node: { min: 1, max: 2 } }, "stages", "staging", "replicas"], still);
    assert.deepEqual(fieldsOf(staged), ["services.node.volumes.data.claim"]);
  });

  it("refuse a text that looks like a secret in a config, and do not repeat it", () => {
    for (const [key, text] of [
      ["api-key", "hunter2"],
      ["db.password", "hunter2"],
      ["url", "redis://:hunter2@cache:6379"],
    ] as const) {
      const found = contradictions(changed([text, "config", "settings", "data", key], full));
      assert.deepEqual(
        found.map(({ field }) => field),
        [`config.settings.data.${key}`],
      );
      assert.equal(JSON.stringify(found).includes("hunter2"), false);
    }
  });

  it("name every mistake at once, in whichever part of the spec it is", () => {
    const mistakes: Change[] = [
      ["gold", "tier"],
      [0, "services", "api", "user"],
      ["http2", "services", "api", "protocol"],
      [11, "services", "api", "migrate", "retries"],
      [["gone"], "services", "worker", "reaches"],
      ["shared", "services", "node", "volumes", "data", "claim"],
      [1, "services", "node", "repplicas"],
      ["noon", "jobs", "nightly", "schedule"],
      ["9", "stores", "db", "version"],
      [{}, "config", "switch", "data"],
      [8, "secrets", "session", "length"],
      ["gone", "routes", "0", "to"],
      [{ gone: {} }, "stages", "staging", "env"],
      [100, "objectives", "availability"],
    ];
    const spec = mistakes.reduce((broken, change) => changed(change, broken), full);
    assert.deepEqual(fieldsOf(spec).sort(), [
      "config.switch.data",
      "jobs.nightly.schedule",
      "objectives.availability",
      "routes[0].to",
      "secrets.session.length",
      "services.api.migrate.retries",
      "services.api.protocol",
      "services.api.user",
      "services.node.repplicas",
      "services.node.volumes.data.claim",
      "services.worker.reaches[0]",
      "stages.staging.env",
      "stores.db.version",
      "tier",
    ]);
  });
});
