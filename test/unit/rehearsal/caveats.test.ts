import assert from "node:assert/strict";
import { notExercised as clusterNotExercised } from "../../../components/cluster/load-balancers";
import { notExercised as edgeNotExercised } from "../../../components/edge/addons";
import { notExercised as monitoringNotExercised } from "../../../components/monitoring/operator/not-exercised";
import { notExercised, standInsOf } from "../../../rehearsal/caveats";
import type { StandInFacts } from "../../../rehearsal/caveats";
import { standIns as clusterStandIns } from "../../../rehearsal/cluster";
import { namespaceCaveats } from "../../../rehearsal/host";

const names = (list: readonly { readonly name: string }[]): string[] => list.map(({ name }) => name);

describe("what a rehearsal did not try", () => {
  const provided = [...edgeNotExercised("provided"), ...monitoringNotExercised("provided")];

  it("has what the edge and monitoring say of their provided add-ons, word by word", () => {
    assert.ok(names(provided).includes("Envoy Gateway") && names(provided).includes("Prometheus operator"));
    for (const facts of [
      { cloud: true, embedded: true },
      { cloud: false, embedded: false },
    ]) {
      assert.deepEqual(notExercised(facts).slice(0, provided.length), provided);
    }
  });

  const onAws = ["AWS", "load balancer and firewall"];
  for (const [cloud, embedded, more] of [
    [true, true, ["containers", "network policies", "autoscaling by load", ...onAws]],
    [false, true, ["containers", "network policies", "autoscaling by load"]],
    [true, false, onAws],
    [false, false, []],
  ] as const) {
    const where = `${embedded ? "an embedded control plane" : "a cluster of the user's"} ${cloud ? "with" : "without"} a cloud`;
    it(`has beside it, on ${where}, ${more.join(", ") || "nothing"}`, () => {
      const all = names(notExercised({ cloud, embedded }));
      assert.deepEqual(all.slice(provided.length), more);
      assert.equal(new Set(all).size, all.length);
    });
  }
});

describe("the load balancers of a simulated cluster", () => {
  for (const compute of ["auto", "managed"] as const) {
    it(`are among what was not tried, as the cluster says of ${compute} nodes`, () => {
      const [caveat] = clusterNotExercised(compute);
      assert.ok(caveat);
      const all = notExercised({ cloud: true, compute, embedded: true });
      assert.deepEqual(
        all.filter(({ name }) => name === caveat.name),
        [caveat],
      );
    });
  }
});

describe("the stand-ins of a rehearsal", () => {
  const facts: StandInFacts = { packages: [], images: [], imageMode: "hash", secrets: [], cloud: false };

  it("are none where everything was the real thing", () => {
    assert.deepEqual(standInsOf(facts), []);
  });

  it("are each named once, with a reason of one sentence", () => {
    const all = [
      ...clusterStandIns,
      ...namespaceCaveats(["cert-manager"]),
      ...standInsOf({
        packages: ["aws", "docker", "kubernetes", "random", "other"],
        images: ["daira/backend"],
        imageMode: "hash",
        secrets: ["other:token"],
        cloud: true,
      }),
    ];
    assert.deepEqual(names(all), [
      "nodes and pods (KWOK)",
      "volumes",
      "load balancer addresses",
      "NodeClass schema (eks.amazonaws.com/v1)",
      "TargetGroupBinding schema (eks.amazonaws.com/v1, elbv2.k8s.aws/v1beta1)",
      "namespace cert-manager",
      "provider aws",
      "provider docker",
      "provider kubernetes",
      "provider random",
      "provider other",
      "command aws eks get-token",
      "image daira/backend",
      "secret other:token",
    ]);
    for (const { name, reason } of all) {
      assert.match(reason, /\S/, name);
      assert.doesNotMatch(reason, /[.\n]$/, name);
    }
    assert.equal(all.find(({ name }) => name === "provider other")?.reason, "a stand-in of ours");
  });

  it("say of docker what was done to get a digest", () => {
    const docker = (imageMode: "hash" | "build"): string | undefined =>
      standInsOf({ ...facts, packages: ["docker"], imageMode })[0]?.reason;
    assert.equal(docker("hash"), "digests are computed from the build context; nothing is built or pushed");
    assert.equal(docker("build"), "images are built by the Docker daemon of this machine; nothing is pushed");
  });
});
