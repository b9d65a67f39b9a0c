import assert from "node:assert/strict";
import * as fs from "node:fs";
import { findSystem } from "../../infra/systems";
import { FrontEnd, image, systems } from "./front-end";

const inPod = "search omnitide.svc.cluster.local svc.cluster.local cluster.local\nnameserver 172.20.0.10\n";

describe("variables of the front ends", () => {
  let front: FrontEnd | undefined;
  const variables = (env: Record<string, string>, resolvConf?: string): ReturnType<FrontEnd["variables"]> => {
    front = new FrontEnd(resolvConf);
    return front.variables(env);
  };
  const value = (name: string, env: Record<string, string>, resolvConf?: string): string | undefined => {
    const found = variables(env, resolvConf);
    assert.notEqual(typeof found, "string", String(found));
    return (found as Record<string, string>)[name];
  };
  afterEach(async () => {
    await front?.remove();
    front = undefined;
  });

  for (const system of systems) {
    it(`that the template names are just those that the start gives ${system}`, () => {
      const template = fs.readFileSync(`${image}/nginx/site.conf.template`, "utf8");
      const named = new Set([...template.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name));
      const given = Object.keys(variables({ FRONTEND_SYSTEM: system }));
      assert.deepEqual(given.sort(), [...named, "FRONTEND_SYSTEM"].sort());
    });
  }

  it("that a system changes are all known to the defaults, so that none is misspelt", () => {
    const namesOf = (system: string): string[] =>
      fs
        .readFileSync(`${image}/systems/${system}.env`, "utf8")
        .split("\n")
        .filter((line) => line !== "" && !line.startsWith("#"))
        .map((line) => line.slice(0, line.indexOf("=")));
    const known = namesOf("default");
    for (const system of systems)
      for (const name of namesOf(system)) assert.ok(known.includes(name), `${system}: ${name}`);
  });

  it("come from the container first, then from the system, then from the defaults", () => {
    const found = variables({
      FRONTEND_SYSTEM: "daira",
      FRONTEND_REFERRER_POLICY: "no-referrer",
      FRONTEND_CACHE_FILES: "",
    }) as Record<string, string>;
    assert.equal(found["FRONTEND_REFERRER_POLICY"], "no-referrer");
    assert.equal(found["FRONTEND_CACHE_FILES"], "", "empty, so that none is sent");
    assert.equal(found["FRONTEND_FRAME_OPTIONS"], "SAMEORIGIN");
    assert.equal(found["FRONTEND_GZIP"], "on");
  });

  for (const [what, env, resolvConf, wanted] of [
    [
      "a name of the namespace",
      { FRONTEND_SYSTEM: "daira" },
      inPod,
      "http://backend.omnitide.svc.cluster.local:3000",
    ],
    [
      "a name without Kubernetes",
      { FRONTEND_SYSTEM: "daira" },
      "search corp.example\nnameserver 1.1.1.1\n",
      "http://backend:3000",
    ],
    [
      "a name without a search list",
      { FRONTEND_SYSTEM: "daira" },
      "nameserver 127.0.0.11\n",
      "http://backend:3000",
    ],
    [
      "a full name",
      { FRONTEND_API_UPSTREAM: "http://api.backend.svc.cluster.local:8080/" },
      inPod,
      "http://api.backend.svc.cluster.local:8080",
    ],
    [
      "API_BASE_URL",
      { FRONTEND_SYSTEM: "omnitide", API_BASE_URL: "http://api.backend:8080" },
      inPod,
      "http://api.backend:8080",
    ],
    [
      "both",
      { FRONTEND_API_UPSTREAM: "http://10.0.0.1", API_BASE_URL: "http://10.0.0.2" },
      inPod,
      "http://10.0.0.1",
    ],
    ["neither", {}, inPod, ""],
  ] as const) {
    it(`make an upstream of ${what}`, () => {
      assert.equal(value("FRONTEND_API_UPSTREAM", env, resolvConf), wanted);
    });
  }

  for (const [env, sentence] of [
    [
      { FRONTEND_SYSTEM: "daria" },
      'frontend: FRONTEND_SYSTEM is "daria"; allowed: daira default kova noa omnitide',
    ],
    [
      { FRONTEND_SYSTEM: "../../tmp" },
      'frontend: FRONTEND_SYSTEM is "../../tmp"; allowed: daira default kova noa omnitide',
    ],
    ...["https://api:8443", "http://api/v1", "api:3000", "http://user:pass@api", "http://a b"].map(
      (url) =>
        [
          { FRONTEND_API_UPSTREAM: url },
          `frontend: FRONTEND_API_UPSTREAM (or API_BASE_URL) is "${url}"; allowed: http://HOST or http://HOST:PORT`,
        ] as const,
    ),
    ...['DENY" always; return 200 "', "$host", "a\\b", "a\nb"].map(
      (text) =>
        [
          { FRONTEND_FRAME_OPTIONS: text },
          "frontend: FRONTEND_FRAME_OPTIONS may not hold a quote, a dollar sign, a backslash or a line break",
        ] as const,
    ),
    [{ FRONTEND_PAGES: "server" }, 'frontend: FRONTEND_PAGES is "server"; allowed: files, app'],
    [{ FRONTEND_IMMUTABLE_FILES: 'a" x;' }, "frontend: FRONTEND_IMMUTABLE_FILES may not hold a quote"],
  ] as const) {
    it(`refuse ${JSON.stringify(env)} in one sentence`, () => {
      assert.equal(variables(env), sentence);
    });
  }
});

describe("front ends and the specs of their systems", () => {
  const fronts: readonly (readonly [string, string])[] = [
    ["daira", "frontend"],
    ["kova", "frontend"],
    ["noa", "frontend"],
    ["omnitide", "control-panel"],
  ];

  it("are the same systems", () => {
    assert.deepEqual([...fronts.map(([system]) => system), "default"].sort(), systems);
  });

  for (const [system, name] of fronts) {
    it(`agree on the ports, the probes and the writable folders of ${system}`, () => {
      const service = findSystem(system).services[name];
      assert.equal(service?.port, 8080);
      for (const probe of [service.probes?.readiness, service.probes?.liveness]) {
        assert.ok(probe !== undefined && "path" in probe);
        assert.ok(["/health", "/_health"].includes(probe.path), probe.path);
      }
      if (service.metrics !== undefined) {
        assert.equal(service.metrics.path, "/metrics");
        assert.equal(service.ports?.[service.metrics.port ?? "http"], 9090);
      }
      assert.deepEqual(service.scratch?.map(({ path }) => path).sort(), ["/tmp", "/var/cache/nginx"]);
    });
  }

  for (const system of ["daira", "kova", "noa"]) {
    it(`agree on what the front end of ${system} calls, which it may reach`, () => {
      const spec = findSystem(system);
      const file = fs.readFileSync(`${image}/systems/${system}.env`, "utf8");
      const [, host = "", port] = /^FRONTEND_API_UPSTREAM=http:\/\/([a-z-]+):(\d+)$/m.exec(file) ?? [];
      const called = spec.services[host];
      assert.equal(String(called?.servicePort ?? called?.port), port);
      assert.ok(spec.services["frontend"]?.reaches?.includes(host));
    });
  }
});
