import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import type { KubeObject } from "../../rehearsal/kube/client";
import { rehearsedCluster } from "./cluster";
import type { Exporter } from "./exporter";
import { goFolder, goProgram } from "./go-program";
import { eventually, freePort } from "./session";

/** The newest whose module the Go that builds the other tools understands. */
const version = "1.9.0";
const module = "github.com/argoproj/argo-rollouts";
const metadata = { name: "recorded", namespace: "recorded" };
const apiVersion = "argoproj.io/v1alpha1";

/** One attempt of a web check that nobody answers. */
const metrics = [{ name: "check", failureLimit: 0, provider: { web: { url: "http://127.0.0.1:1/" } } }];
const matchLabels = { app: "recorded" };

const objects: readonly KubeObject[] = [
  {
    apiVersion,
    kind: "Rollout",
    metadata,
    spec: {
      replicas: 1,
      selector: { matchLabels },
      template: {
        metadata: { labels: matchLabels },
        spec: { containers: [{ name: "main", image: "example.test/main:1" }] },
      },
      strategy: { canary: { steps: [{ setWeight: 50 }, { pause: {} }] } },
    },
  },
  { apiVersion, kind: "AnalysisTemplate", metadata, spec: { metrics } },
  { apiVersion, kind: "AnalysisRun", metadata, spec: { metrics } },
];

export const argoRollouts: Exporter = {
  name: "argo-rollouts",
  version,
  recorded:
    "on the embedded control plane, with a rollout and an analysis that fails; newer versions need a newer Go than " +
    "the tools here",
  async record(session) {
    const { kubeconfig, client } = await rehearsedCluster();
    const crds = path.join(await goFolder(module, version), "manifests", "crds");
    for (const file of readdirSync(crds).filter((name) => name.endsWith("-crd.yaml"))) {
      await client.apply(parse(readFileSync(path.join(crds, file), "utf8")) as KubeObject);
    }
    for (const { kind } of objects) {
      await eventually(`the API server serves ${kind}`, async () => {
        await client.resourceFor(apiVersion, kind);
        return true;
      });
    }
    for (const object of objects) await client.apply(object);

    const program = { name: "rollouts-controller", module, version, main: "cmd/rollouts-controller" };
    const [port, health] = [await freePort(), await freePort()];
    const ports = [`--metricsPort=${port}`, `--healthzPort=${health}`];
    const url = `http://127.0.0.1:${port}/metrics`;
    await session.start(
      await goProgram(program),
      [`--kubeconfig=${kubeconfig}`, "--namespace=recorded", "--leader-elect=false", ...ports],
      url,
    );
    await eventually("the rollout and the analysis were seen", async () => {
      const names = Object.keys(await session.scrape(url));
      return ["rollout_reconcile", "rollout_info", "analysis_run_info"].every((name) => names.includes(name));
    });
    return session.scrape(url);
  },
};
