import type { InhibitRule } from "./config-types";
import { INFO_INHIBITOR } from "./routes";

/** Alerts on one thing, the worst first: one that fires says all that those after it would say. */
interface Ladder {
  readonly alerts: readonly string[];
  /** Labels that say that it is the same thing. */
  readonly same: readonly string[];
}

const ladders: readonly Ladder[] = [
  {
    alerts: ["ErrorBudgetBurnFast", "ErrorBudgetBurn", "ErrorBudgetBurnSlow", "ErrorBudgetBurnCreeping"],
    same: ["system", "slo"],
  },
  {
    alerts: [
      "KubeAPIErrorBudgetBurnFast",
      "KubeAPIErrorBudgetBurn",
      "KubeAPIErrorBudgetBurnSlow",
      "KubeAPIErrorBudgetBurnCreeping",
    ],
    same: ["system"],
  },
  { alerts: ["CertificateExpiresVerySoon", "CertificateExpiresSoon"], same: ["system", "host"] },
  {
    alerts: ["NodeFilesystemAlmostFull", "NodeFilesystemSpaceFillingUp"],
    same: ["instance", "device", "mountpoint"],
  },
  { alerts: ["KubeNodeNotReady", "KubeNodeReadinessFlapping"], same: ["node"] },
];

/** Names of alerts that the rules speak of. */
export const inhibiting: readonly string[] = [
  ...new Set([INFO_INHIBITOR, ...ladders.flatMap(({ alerts }) => alerts)]),
];

/** Of which alerts nobody is told, because another one says more. */
export const inhibitRules: readonly InhibitRule[] = [
  // The same alert in several severities.
  {
    source_matchers: ['severity="critical"'],
    target_matchers: ['severity=~"high|warning|info"'],
    equal: ["alertname", "namespace", "system"],
  },
  // What is merely good to know is told only beside something that matters in the same namespace.
  {
    source_matchers: [`alertname="${INFO_INHIBITOR}"`],
    target_matchers: ['severity="info"', `alertname!="${INFO_INHIBITOR}"`],
    equal: ["namespace"],
  },
  // Of a node that is away its pods are too.
  {
    source_matchers: ['alertname="KubeNodeNotReady"'],
    target_matchers: ['pod!=""'],
    equal: ["node"],
  },
  ...ladders.flatMap(({ alerts, same }) =>
    alerts.slice(0, -1).map((worst, index) => ({
      source_matchers: [`alertname="${worst}"`],
      target_matchers: [`alertname=~"${alerts.slice(index + 1).join("|")}"`],
      equal: same,
    })),
  ),
];
