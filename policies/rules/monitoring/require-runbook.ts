import { at, fields, list, shown } from "../../core/json";
import { objectRule } from "../../kubernetes/objects";

/** Who is woken by an alert must be told what to do, and by its severity who is woken. */
export const requireRunbook = objectRule({
  name: "kubernetes-monitoring-alert-require-runbook",
  area: "monitoring",
  title: "Alerts have a runbook and a severity",
  description:
    "Every alert has an annotation runbook_url that is an address, and a label severity that is known.",
  level: "mandatory",
  severity: "medium",
  checks: [40],
  ids: [],
  remedy: "Give the alert annotations.runbook_url and labels.severity.",
  url: "https://runbooks.prometheus-operator.dev/",
  parameters: {
    severities: {
      type: "array",
      items: { type: "string" },
      default: ["critical", "high", "warning", "info"],
      description: "Severities by which Alertmanager decides who is told.",
    },
  },
  kinds: ["monitoring.coreos.com/PrometheusRule"],
  types: ["kubernetes:monitoring.coreos.com/v1:PrometheusRule"],
  judge: (object, judgement, settings) => {
    const severities = settings.texts("severities");
    list(at(object.fields, "spec", "groups")).forEach((group, groupIndex) => {
      judgement.part(() => {
        list(at(group, "rules")).forEach((one, index) => {
          const rule = fields(one);
          const path = `${object.path}spec.groups[${groupIndex}].rules[${index}]`;
          judgement.part(() => {
            // Without a name it is a recording rule, or one that is refused.
            const { alert } = rule;
            if (typeof alert !== "string") return;
            judgement.part(() => {
              const url = at(rule, "annotations", "runbook_url");
              if (typeof url === "string" && /^https?:\/\/\S/.test(url)) return;
              judgement.report(
                `${path}.annotations.runbook_url`,
                `the alert ${shown(alert)} has no runbook: runbook_url is ${shown(url)}; set it to an address.`,
              );
            });
            judgement.part(() => {
              const severity = at(rule, "labels", "severity");
              if (typeof severity === "string" && severities.includes(severity)) return;
              judgement.report(
                `${path}.labels.severity`,
                `the alert ${shown(alert)} has severity ${shown(severity)}; set it to one of ${severities.join(", ")}.`,
              );
            });
          });
        });
      });
    });
  },
});
