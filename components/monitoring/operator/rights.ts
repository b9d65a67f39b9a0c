import { MONITORING_NAMESPACE } from "../../common/monitoring";
import { allow, FOLLOW } from "../rights";
import type { PolicyRule } from "../rights";

const GROUP = "monitoring.coreos.com";

/**
 * What the operator does in the one namespace that it works in: of the rights that it documents those for the kinds
 * that are made here, by https://prometheus-operator.dev/docs/platform/rbac/.
 */
export const operatorRules: readonly PolicyRule[] = [
  allow(GROUP, ["prometheuses", "alertmanagers"], [...FOLLOW, "patch", "update"]),
  allow(
    GROUP,
    ["prometheuses", "alertmanagers"].flatMap((kind) => [`${kind}/status`, `${kind}/finalizers`]),
    ["update", "patch"],
  ),
  allow(
    GROUP,
    ["servicemonitors", "podmonitors", "probes", "prometheusrules", "scrapeconfigs", "alertmanagerconfigs"],
    FOLLOW,
  ),
  allow("apps", ["statefulsets"], [...FOLLOW, "create", "update", "patch", "delete"]),
  allow("", ["configmaps", "secrets"], [...FOLLOW, "create", "update", "patch", "delete"]),
  allow("", ["services"], ["get", "create", "update", "patch", "delete"]),
  allow("", ["pods"], ["list", "delete"]),
  {
    ...allow("", ["namespaces"], ["get"]),
    resourceNames: [MONITORING_NAMESPACE],
  },
];

/** What is asked of the whole cluster: whether a storage class is there, and to say what is wrong with an object. */
export const operatorClusterRules: readonly PolicyRule[] = [
  allow("storage.k8s.io", ["storageclasses"], ["get"]),
  allow("events.k8s.io", ["events"], ["create", "patch"]),
];
