import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import type { ResourceRule } from "../../policies/core/rule";
import { podSecurityRules } from "../../policies/rules/pod-security";
import { silent } from "../../engine/progress";
import type { EmbeddedCluster } from "../../rehearsal/cluster";
import { startCluster } from "../../rehearsal/cluster";
import { clusterParts } from "../support/cluster";
import { judge } from "../support/policy";
import { temporaryFolder } from "../support/temporary";
import { installTools } from "../support/tools";
import type { CorpusPod } from "./fixtures/pod-security-standard";
import { corpus, invalidPods } from "./fixtures/pod-security-standard";
import { PodSecurity } from "./support/pod-security";

/** What Pod Security calls each of the pack's rules; two of ours are one of its, and it says both with one word. */
const controls: Readonly<Record<string, string>> = {
  "kubernetes-core-pod-forbid-privileged": "privileged",
  "kubernetes-core-pod-forbid-host-namespaces": "host namespaces",
  "kubernetes-core-pod-forbid-host-ports": "hostPort",
  "kubernetes-core-pod-forbid-host-paths": "restricted volume types",
  "kubernetes-core-pod-restrict-volume-types": "restricted volume types",
  "kubernetes-core-pod-forbid-probe-hosts": "probe or lifecycle host",
  "kubernetes-core-pod-forbid-privilege-escalation": "allowPrivilegeEscalation != false",
  "kubernetes-core-pod-require-dropped-capabilities": "unrestricted capabilities",
  "kubernetes-core-pod-require-non-root": "runAsNonRoot != true",
  "kubernetes-core-pod-forbid-root-user": "runAsUser=0",
  "kubernetes-core-pod-require-seccomp-profile": "seccompProfile",
  "kubernetes-core-pod-restrict-apparmor-profiles": "forbidden AppArmor profile",
  "kubernetes-core-pod-restrict-selinux-options": "seLinuxOptions",
  "kubernetes-core-pod-forbid-unmasked-proc": "procMount",
  "kubernetes-core-pod-restrict-sysctls": "forbidden sysctls",
  "kubernetes-core-pod-forbid-windows-host-process": "hostProcess",
};

const standard = podSecurityRules.filter((rule): rule is ResourceRule => rule.ids.includes("PSS restricted"));

/** The controls that the pack's rules find broken. */
function saidByPack({ pod }: CorpusPod): readonly string[] {
  const refused = standard.filter((rule) => {
    const { violations, undecided } = judge(rule, { type: "kubernetes:core/v1:Pod", props: pod });
    assert.deepEqual(undecided, []);
    return violations.length > 0;
  });
  return [...new Set(refused.map(({ name }) => controls[name] ?? name))].sort();
}

describe("Pod Security restricted of the API server", function () {
  this.timeout(300_000);
  before(installTools);
  const pods = corpus();
  let folder: string;
  let cluster: EmbeddedCluster | undefined;
  let verdicts: readonly (readonly string[])[];
  let server: PodSecurity;

  before(async () => {
    folder = temporaryFolder("slipway-pod-security-");
    cluster = await startCluster({ folder, ...(await clusterParts()) }, silent);
    server = new PodSecurity(cluster.client, [...new Set(Object.values(controls))]);
    await server.prepare("restricted", pods);
    verdicts = await server.judge(pods);
  });

  after(async () => {
    await cluster?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is asked about at least 200 pods, good and bad", () => {
    assert.ok(pods.length >= 200, String(pods.length));
    const taken = verdicts.filter((controlsOf) => controlsOf.length === 0).length;
    assert.ok(taken >= 100, `takes ${taken}`);
    assert.ok(pods.length - taken >= 100, `refuses ${pods.length - taken}`);
  });

  it("finds every control of the standard broken somewhere, and alone", () => {
    const alone = verdicts.filter((one) => one.length === 1).map(([control]) => control);
    // Neither can be broken alone: the API server wants the node's network for host processes, and a privileged
    // container may gain rights.
    const never = ["hostProcess", "privileged"];
    assert.deepEqual([...new Set([...alone, ...never])].sort(), [...new Set(Object.values(controls))].sort());
    for (const control of never)
      assert.ok(
        verdicts.some((one) => one.includes(control)),
        control,
      );
  });

  it("and the rules of the pack agree on every pod, control by control", () => {
    assert.deepEqual(standard.map(({ name }) => name).sort(), Object.keys(controls).sort());
    const differences = pods.flatMap((pod, index) => {
      const pack = saidByPack(pod);
      const said = verdicts[index]!;
      return pack.join() === said.join()
        ? []
        : [`${pod.title}: the pack finds [${pack.join()}], the API server [${said.join()}]`];
    });
    assert.deepEqual(differences, []);
  });

  for (const { title, pod, message } of invalidPods) {
    it(`is never asked about ${title}`, async () => {
      await assert.rejects(server.create(pod), (error: Error) => {
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /violates PodSecurity/);
        return true;
      });
    });
  }
});
