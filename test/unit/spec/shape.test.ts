import assert from "node:assert/strict";
import { contradictions, validateSpec } from "../../../components/spec/validate";
import { changed } from "./contradictions";
import type { Change } from "./contradictions";
import { shop } from "./fixtures";
import { full } from "./full";

// Nothing compiles a spec before it runs, so what the compiler would refuse must be refused here too.
const cases: readonly (readonly [
  title: string,
  change: Change,
  field: string,
  value: string,
  allowed: RegExp,
])[] = [
  [
    "a misspelt field of a service",
    [1, "services", "api", "repplicas"],
    "services.api.repplicas",
    "1",
    /no such field \(did you mean "replicas"\?\); known: .*replicas/,
  ],
  ["an unknown field of the system", [1, "wheels"], "wheels", "1", /no such field; known: name, owner, tier/],
  [
    "a missing field of a service",
    [undefined, "services", "api", "image"],
    "services.api.image",
    "absent",
    /a text/,
  ],
  [
    "a missing list of sizes",
    [undefined, "services", "api", "size", "cpu"],
    "services.api.size.cpu",
    "absent",
    /a pair: request and limit/,
  ],
  ["a port as text", ["3000", "services", "api", "port"], "services.api.port", '"3000"', /a number/],
  ["a path that is a number", [1, "routes", 0, "path"], "routes[0].path", "1", /a text/],
  ["services as a list", [[], "services"], "services", "[]", /an object with a field for each name/],
  ["a service that is nothing", [null, "services", "api"], "services.api", "null", /an object/],
  [
    "a variable that is a number",
    [1, "services", "api", "env", "N"],
    "services.api.env.N",
    "1",
    /a text or an object/,
  ],
  [
    "a probe without times",
    [{ path: "/" }, "services", "api", "probes", "liveness"],
    "services.api.probes.liveness.periodSeconds",
    "absent",
    /a number/,
  ],
  [
    "a config text that is a number",
    [100, "config", "switch", "data", "percentage"],
    "config.switch.data.percentage",
    "100",
    /a text/,
  ],
  [
    "a misspelt field of a job",
    [1, "jobs", "nightly", "cron"],
    "jobs.nightly.cron",
    "1",
    /no such field; known: command/,
  ],
  [
    "a misspelt field of a volume",
    [1, "services", "node", "volumes", "data", "pathh"],
    "services.node.volumes.data.pathh",
    "1",
    /did you mean "path"/,
  ],
  ["an objective that is missing", [undefined, "objectives"], "objectives", "absent", /an object/],
];

describe("the shape of a spec", () => {
  for (const [title, change, field, value, allowed] of cases) {
    it(`refuses ${title}`, () => {
      const found = contradictions(changed(change, full));
      const named = found.find((one) => one.field === field);
      assert.ok(named, `expected ${field}, found ${JSON.stringify(found)}`);
      assert.equal(named.value, value);
      assert.match(named.allowed, allowed);
      assert.equal(found.filter((one) => one.field === field).length, 1);
    });
  }

  it("keeps no other part from being judged", () => {
    const broken = changed(["x", "routes", 0, "to"], changed([null, "services", "api"], shop));
    const found = contradictions(changed([0, "services", "worker", "user"], broken)).map(
      ({ field }) => field,
    );
    for (const field of ["services.api", "services.worker.user", "routes[0].to"])
      assert.ok(found.includes(field), `${field} is not among ${found.join()}`);
  });

  it("refuses what is no spec at all with a sentence", () => {
    for (const odd of [{}, { name: "x" }, { name: "x", services: 1, routes: 2, stages: "3" }]) {
      assert.throws(() => validateSpec(odd as never), { name: "SlipwayError" });
    }
  });

  it("takes the host that a stage adds", () => {
    assert.deepEqual(contradictions({ ...full, host: "full.example.com" } as never), []);
  });
});
