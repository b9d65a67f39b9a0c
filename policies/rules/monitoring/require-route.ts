import { Buffer } from "node:buffer";
import { at, fields, isAbsent, list, shown } from "../../core/json";
import type { Judgement } from "../../core/judgement";
import { Lookup, matches, some } from "../../core/lookup";
import { stackRule } from "../../core/rule";
import { namespaceLabels } from "../../kubernetes/gateways";
import { Cluster } from "../../kubernetes/graph";
import type { Registered } from "../../kubernetes/graph";
import { isEverything, selectorOf } from "../../kubernetes/selectors";

const GROUP = "monitoring.coreos.com";

/**
 * An alert reaches somebody: a Prometheus loads it and knows an Alertmanager, which has a configuration of its own. Where
 * the stack has no Prometheus, who evaluates its alerts is made elsewhere, and nothing can be told.
 */
export const requireRoute = stackRule({
  name: "slipway-stack-alert-require-route",
  area: "monitoring",
  title: "Alerts reach somebody",
  description: "Every alert is evaluated by a Prometheus that tells an Alertmanager with receivers.",
  level: "mandatory",
  severity: "high",
  checks: [40],
  ids: [],
  remedy:
    "Let spec.ruleSelector of the Prometheus select the PrometheusRule, name an Alertmanager in spec.alerting, and give that a configSecret.",
  url: "https://prometheus-operator.dev/docs/developer/alerting/",
  parameters: {
    receivers: {
      type: "boolean",
      default: false,
      description: "Whether Alertmanager must have a receiver that tells somebody, and not only keep alerts.",
    },
  },
  judge: (graph, judgement, settings) => {
    const cluster = new Cluster(graph, judgement);
    judgeRules(cluster, judgement);
    const secrets = new Lookup(cluster.all("/Secret"), ({ namespace, name }) => [`${namespace}/${name}`]);
    const configs = cluster.all(`${GROUP}/AlertmanagerConfig`);
    for (const alertmanager of cluster.all(`${GROUP}/Alertmanager`)) {
      judgement.part(() =>
        judgeAlertmanager(alertmanager, secrets, configs, settings.flag("receivers"), judgement),
      );
    }
  },
});

function judgeRules(cluster: Cluster, judgement: Judgement): void {
  const servers = cluster.all(`${GROUP}/Prometheus`, `${GROUP}/ThanosRuler`);
  if (servers.length === 0) return;
  const namespaces = new Lookup(cluster.all("/Namespace"), ({ name }) => [name]);
  for (const rules of cluster.all(`${GROUP}/PrometheusRule`)) {
    judgement.part(() => {
      if (!hasAlerts(rules)) return;
      const loaders = matches(servers, (server) => loads(server, rules, namespaces));
      if (loaders.length === 0) {
        rules.report(
          judgement,
          "metadata.labels",
          `no Prometheus of the stack loads the alerts of ${rules.label}; give it the labels of a ruleSelector.`,
        );
        return;
      }
      if (some(loaders, tellsAlertmanager)) return;
      rules.report(
        judgement,
        "metadata.name",
        `the alerts of ${rules.label} are told to nobody: ${loaders[0]?.label ?? "its Prometheus"} names no Alertmanager; add one to spec.alerting.`,
      );
    });
  }
}

function hasAlerts(rules: Registered): boolean {
  return list(rules.spec("groups")).some((group) =>
    list(fields(group)["rules"]).some((rule) => !isAbsent(fields(rule)["alert"])),
  );
}

function loads(server: Registered, rules: Registered, namespaces: Lookup<Registered>): boolean {
  if (!selectorOf(server.spec("ruleSelector"))(rules.labels)) return false;
  const selector = server.spec("ruleNamespaceSelector");
  if (isAbsent(selector)) return server.namespace === rules.namespace;
  if (isEverything(selector)) return true;
  const { namespace } = rules;
  const [registered] = namespaces.matches([namespace]);
  return selectorOf(selector)(
    registered === undefined
      ? (key) => (key === "kubernetes.io/metadata.name" ? namespace : undefined)
      : namespaceLabels(registered),
  );
}

function tellsAlertmanager(server: Registered): boolean {
  if (server.object.kind === "ThanosRuler") {
    return list(server.spec("alertmanagersUrl")).length > 0 || !isAbsent(server.spec("alertmanagersConfig"));
  }
  return (
    list(server.spec("alerting", "alertmanagers")).length > 0 ||
    !isAbsent(server.spec("additionalAlertManagerConfigs"))
  );
}

function judgeAlertmanager(
  alertmanager: Registered,
  secrets: Lookup<Registered>,
  configs: readonly Registered[],
  mustTell: boolean,
  judgement: Judgement,
): void {
  const configSecret = alertmanager.spec("configSecret");
  const named = typeof configSecret === "string" ? configSecret : "";
  // The operator's own default.
  const secret = named === "" ? `alertmanager-${alertmanager.name}` : named;
  const [found] = secrets.matches([`${alertmanager.namespace}/${secret}`]);
  const selector = selectorOf(alertmanager.spec("alertmanagerConfigSelector"));
  const hasObjects =
    !isAbsent(alertmanager.spec("alertmanagerConfiguration", "name")) ||
    some(configs, ({ labels }) => selector(labels));
  if (found === undefined && !hasObjects && named === "") {
    alertmanager.report(
      judgement,
      "spec.configSecret",
      `${alertmanager.label} has no configuration, and then tells nobody; name a Secret with alertmanager.yaml in configSecret.`,
    );
    return;
  }
  if (!mustTell || hasObjects || found === undefined || tells(found)) return;
  alertmanager.report(
    judgement,
    "spec.configSecret",
    `${alertmanager.label} has no receiver that tells anybody in ${shown(secret)}; add one, such as of Slack or e-mail.`,
  );
}

/** Whether the configuration has a receiver with a way to tell somebody, such as `slack_configs:`. */
function tells(secret: Registered): boolean {
  const { data, stringData } = secret.object.fields;
  const plain = at(stringData, "alertmanager.yaml");
  const encoded = at(data, "alertmanager.yaml");
  const config =
    typeof plain === "string"
      ? plain
      : typeof encoded === "string"
        ? Buffer.from(encoded, "base64").toString("utf8")
        : "";
  return /[a-z]_configs"?\s{0,9}:/.test(config);
}
