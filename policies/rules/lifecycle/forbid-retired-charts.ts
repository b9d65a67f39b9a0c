import { at, shown } from "../../core/json";
import { resourceRule } from "../../core/rule";

/** Charts, by their own names, and by where they are from. */
const retired: readonly { readonly pattern: RegExp; readonly instead: string }[] = [
  {
    pattern: /(^|\/)(ingress-nginx|nginx-ingress-controller)$|kubernetes\.github\.io\/ingress-nginx/,
    instead: "ingress-nginx is retired since March 2026; use the gateway",
  },
  {
    pattern: /(^|\/)(promtail|loki-stack)$/,
    instead: "Promtail is at its end since March 2026; use Grafana Alloy",
  },
  { pattern: /(^|\/)jaeger-operator$/, instead: "Jaeger 1 is at its end since December 2025; use Jaeger 2" },
  {
    pattern: /(^|[/.])bitnami(charts|legacy)?([/.]|$)/,
    instead: "Bitnami's images are frozen since August 2025; use charts of the project itself",
  },
];

/** What a chart makes is seen by no rule, so the charts of retired things are known by name. */
export const forbidRetiredCharts = resourceRule({
  name: "kubernetes-helm-release-forbid-retired-chart",
  area: "lifecycle",
  title: "Helm charts are not retired",
  description:
    "No Helm release installs ingress-nginx, Promtail, the operator of Jaeger 1 or a chart of Bitnami.",
  level: "mandatory",
  severity: "high",
  checks: [15],
  ids: ["C-0292"],
  remedy: "Use the chart that the message names.",
  url: "https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/",
  types: ["kubernetes:helm.sh/v3:Release"],
  judge: ({ props }, judgement) => {
    const sources: readonly (readonly [string, () => unknown])[] = [
      ["chart", () => props["chart"]],
      ["repositoryOpts.repo", () => at(props["repositoryOpts"], "repo")],
    ];
    for (const [path, valueOf] of sources) {
      judgement.part(() => {
        const value = valueOf();
        const found = retired.find(({ pattern }) => typeof value === "string" && pattern.test(value));
        if (found) judgement.report(path, `the release installs ${shown(value)}: ${found.instead}.`);
      });
    }
  },
});
