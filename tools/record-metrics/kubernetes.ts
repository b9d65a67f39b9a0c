import { Resolver } from "node:dns/promises";
import { versions } from "../../components/common/versions";
import type { MetricFamily } from "../../components/monitoring/catalogue";
import { stateMetricsArguments } from "../../components/monitoring/exporters/kube-state-metrics";
import { silent } from "../../engine/progress";
import { ensureTool } from "../../engine/tools";
import { rehearsedCluster } from "./cluster";
import type { Exporter } from "./exporter";
import { joined } from "./exposition";
import { goProgram } from "./go-program";
import { eventually, freePort } from "./session";

const stateMetricsVersion = "2.20.0";
/** Of each of these the cluster has objects. */
const resources = [
  ...["namespace", "node", "persistentvolumeclaim", "pod", "resourcequota", "service", "deployment"],
  ...["replicaset", "statefulset", "horizontalpodautoscaler", "cronjob", "job", "poddisruptionbudget"],
];

export const kubeStateMetrics: Exporter = {
  name: "kube-state-metrics",
  version: stateMetricsVersion,
  recorded:
    "with the arguments of the platform, on the embedded control plane with the objects of a rehearsal of staging and " +
    "some in trouble, and its own telemetry",
  async record(session) {
    const { kubeconfig } = await rehearsedCluster();
    const program = await goProgram({
      name: "kube-state-metrics",
      module: "k8s.io/kube-state-metrics/v2",
      version: stateMetricsVersion,
      ldflags: `-X github.com/prometheus/common/version.Version=v${stateMetricsVersion}`,
    });
    const [port, telemetry] = [await freePort(), await freePort()];
    const args = stateMetricsArguments.filter((argument) => !/^--(telemetry-)?port=/.test(argument));
    const hosts = ["--host=127.0.0.1", "--telemetry-host=127.0.0.1"];
    await session.start(
      program,
      [...args, ...hosts, `--port=${port}`, `--telemetry-port=${telemetry}`, `--kubeconfig=${kubeconfig}`],
      `http://127.0.0.1:${telemetry}/readyz`,
    );
    const exposed = (): Promise<Record<string, MetricFamily>> =>
      session.scrape(`http://127.0.0.1:${port}/metrics`);
    await eventually("kube-state-metrics has listed objects of each kind", async () => {
      const names = Object.keys(await exposed());
      const listed = resources.every((resource) =>
        names.some((name) => name.startsWith(`kube_${resource}_`)),
      );
      return listed && names.includes("kube_job_failed");
    });
    return joined(await exposed(), await session.scrape(`http://127.0.0.1:${telemetry}/metrics`));
  },
};

export const apiServer: Exporter = {
  name: "kube-apiserver",
  version: versions.kubernetes.version,
  recorded: "the embedded API server after a rehearsal of staging; EKS runs the same program",
  record: async (session) => session.scrape(`${(await rehearsedCluster()).open}/metrics`),
};

export const prometheusOperator: Exporter = {
  name: "prometheus-operator",
  version: versions.tools.prometheusOperator.version,
  recorded: "on the embedded control plane, with a Prometheus, an Alertmanager, a monitor and a rule",
  async record(session) {
    const { open, client } = await rehearsedCluster();
    const apiVersion = "monitoring.coreos.com/v1";
    const metadata = { name: "recorded", namespace: "recorded" };
    const groups = [{ name: "recorded", rules: [{ record: "job:up:sum", expr: "sum by (job) (up)" }] }];
    const everything = { serviceMonitorSelector: {}, ruleSelector: {} };
    await client.apply({ apiVersion, kind: "Prometheus", metadata, spec: everything });
    await client.apply({ apiVersion, kind: "Alertmanager", metadata, spec: { replicas: 1 } });
    await client.apply({ apiVersion, kind: "PrometheusRule", metadata, spec: { groups } });
    const endpoints = [{ port: "http" }];
    await client.apply({ apiVersion, kind: "ServiceMonitor", metadata, spec: { selector: {}, endpoints } });

    const { path } = await ensureTool("prometheus-operator", silent);
    const at = `127.0.0.1:${await freePort()}`;
    const args = [`--web.listen-address=${at}`, `--apiserver=${open}`, "--namespaces=recorded"];
    await session.start(path, args, `http://${at}/healthz`);
    await eventually("the operator made the StatefulSet of a Prometheus", async () => {
      const { items } = await client.list({
        apiVersion: "apps/v1",
        kind: "StatefulSet",
        namespace: "recorded",
      });
      return items.some(({ metadata: { name } }) => name === "prometheus-recorded");
    });
    return session.scrape(`http://${at}/metrics`);
  },
};

const coreDnsVersion = "1.14.3";

export const coreDns: Exporter = {
  name: "coredns",
  version: coreDnsVersion,
  recorded:
    "with the plugins of EKS's Corefile, asked for a Service, a name that is not and one that is passed on",
  async record(session) {
    const { kubeconfig } = await rehearsedCluster();
    const [port, metrics, health] = [await freePort(), await freePort(), await freePort()];
    const [upstream, upstreamHealth] = [await freePort(), await freePort()];
    const corefile = `.:${port} {
  bind 127.0.0.1
  errors
  health 127.0.0.1:${health}
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    kubeconfig ${kubeconfig}
    pods insecure
    fallthrough in-addr.arpa ip6.arpa
  }
  prometheus 127.0.0.1:${metrics}
  forward . 127.0.0.1:${upstream}
  cache 30
  reload
  loadbalance
}
`;
    const program = await goProgram({
      name: "coredns",
      module: "github.com/coredns/coredns",
      version: coreDnsVersion,
    });
    await session.start(
      program,
      ["-conf", session.write("upstream", upstreamFile(upstream, upstreamHealth))],
      `http://127.0.0.1:${upstreamHealth}/health`,
    );
    await session.start(
      program,
      ["-conf", session.write("Corefile", corefile)],
      `http://127.0.0.1:${health}/health`,
    );
    const resolver = new Resolver();
    resolver.setServers([`127.0.0.1:${port}`]);
    await eventually("the name of a Service is known", async () => {
      await resolver.resolve4("kubernetes.default.svc.cluster.local");
      return true;
    });
    await resolver.resolve4("absent.default.svc.cluster.local").catch(() => undefined);
    for (let time = 0; time < 2; time += 1) await resolver.resolve4("example.test");
    return session.scrape(`http://127.0.0.1:${metrics}/metrics`);
  },
};

/** Another CoreDNS, with an answer to everything. */
function upstreamFile(port: number, health: number): string {
  return `.:${port} {
  bind 127.0.0.1
  health 127.0.0.1:${health}
  template IN A {
    answer "{{ .Name }} 60 IN A 192.0.2.1"
  }
}
`;
}
