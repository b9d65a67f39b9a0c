/** Names under which the files of a new system are written. */
export interface SystemNames {
  /** The system's own: a DNS label. */
  readonly name: string;
  /** The constant that holds its spec. */
  readonly identifier: string;
}

/** Path of the spec of a system, from the root of the repository. */
export function specFile(name: string): string {
  return `infra/systems/${name}.ts`;
}

/** Path of the test of a system, from the root of the repository. */
export function testFile(name: string): string {
  return `test/unit/systems/${name}.test.ts`;
}

/**
 * A spec to begin with: one service that the public reaches, and its database. It is sound in every stage as it
 * stands, and a laptop runs it without an image.
 */
export function specText({ name, identifier }: SystemNames): string {
  return `import { http } from "../../components/spec/probes";
import type { SystemSpec } from "../../components/spec/types";

/** TODO: what it is for, in one line. */
export const ${identifier}: SystemSpec = {
  name: "${name}",
  owner: "${name}",
  tier: "standard",
  domain: "${name}.example.com",
  services: {
    web: {
      image: "${name}/web",
      port: 8080,
      probes: http({ ready: "/ready", live: "/health" }),
      metrics: { path: "/metrics" },
      replicas: { min: 2, max: 4 },
      size: { cpu: ["100m", "500m"], memory: ["128Mi", "256Mi"] },
      scaleOn: { cpu: 70 },
      env: { DATABASE_URL: { store: "main", key: "url" } },
    },
  },
  stores: {
    main: { kind: "postgres", version: "15", storage: "10Gi", size: { cpu: ["100m", "1"], memory: "512Mi" } },
  },
  routes: [{ path: "/", to: "web" }],
  stages: {
    production: { host: "${name}.example.com" },
    local: { host: "${name}.localhost" },
  },
  delivery: { strategy: "rolling" },
  objectives: { availability: 99.9 },
};
`;
}

/** The test of that spec: it is listed, sound in every stage, and opens what it names and nothing else. */
export function testText({ name, identifier }: SystemNames): string {
  return `import assert from "node:assert/strict";
import { specForStage } from "../../../components/spec/stage";
import { validateSpec } from "../../../components/spec/validate";
import { stages } from "../../../infra/stages";
import { findSystem } from "../../../infra/systems";
import { ${identifier} } from "../../../infra/systems/${name}";
import { describeReachability } from "../../support/reachability";

describe("${name}", () => {
  it("is in the list of systems", () => {
    assert.equal(findSystem("${name}"), ${identifier});
  });

  for (const [stage, { share }] of Object.entries(stages)) {
    it(\`is sound in \${stage}\`, () => {
      validateSpec(specForStage(${identifier}, { stage, replicaShare: share, storeShare: share }));
    });
  }
});

// The whole of what is open; what is not listed is closed.
describeReachability(${identifier}, {
  open: [
    ["gateway", "web", 8080],
    ["monitoring", "web", 8080],
    ["monitoring", "main", 9187],
    ["web", "main", 5432],
    ["web", "dns", 53],
  ],
  closed: [
    ["gateway", "main", 5432],
    ["web", "internet", 443],
    ["main", "web", 8080],
    ["stranger", "web", 8080],
  ],
});
`;
}
