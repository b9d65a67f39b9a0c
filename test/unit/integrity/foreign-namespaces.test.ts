import assert from "node:assert/strict";
import type { Change, Get } from "./change";
import { findings } from "./change";

/** The policy of the store lets a namespace in that is not there. */
const opensTo = (namespace: string, annotation?: string): Change => {
  return (get: Get) => {
    const policy = get("NetworkPolicy", "store");
    policy.spec.ingress[0].from[1].namespaceSelector.matchLabels = {
      "kubernetes.io/metadata.name": namespace,
    };
    if (annotation !== undefined)
      policy.metadata.annotations = { "slipway.dev/foreign-namespaces": annotation };
  };
};
const missing = (namespace: string): string =>
  `NetworkPolicy/store: spec.ingress[0].from[1].namespaceSelector selects kubernetes.io/metadata.name=${namespace}, which no namespace has`;

describe("policies that name namespaces of others", () => {
  it("finds a namespace that is not there", () => {
    assert.deepEqual(findings(opensTo("monitoring")), [missing("monitoring")]);
  });

  it("takes one that the policy says others make", () => {
    assert.deepEqual(findings(opensTo("monitoring", "monitoring")), []);
    assert.deepEqual(findings(opensTo("monitoring", "backend,monitoring")), []);
  });

  it("finds one that is not among those that others make", () => {
    assert.deepEqual(findings(opensTo("monitorign", "monitoring")), [missing("monitorign")]);
    assert.deepEqual(findings(opensTo("monitor", "monitoring")), [missing("monitor")]);
  });

  it("finds a selector that names no namespace, whatever others make", () => {
    const change: Change = (get) => {
      opensTo("x", "monitoring")(get, []);
      get("NetworkPolicy", "store").spec.ingress[0].from[1].namespaceSelector.matchLabels = { team: "none" };
    };
    assert.equal(findings(change).length, 1);
  });
});
