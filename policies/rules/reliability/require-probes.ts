import { list } from "../../core/json";
import { podRule } from "../../kubernetes/pods";
import { eachLasting, hasProbe, lastingGroupKinds, lastingVariables, probeOf } from "../../kubernetes/probes";

const celHasPorts = "c.?ports.orValue([]).size() > 0";

/**
 * Without a liveness probe a process that hangs is never restarted; without a readiness probe requests reach one that is
 * not ready. Only a container with a port can be called, so only it must say when it is ready, and a sidecar without one
 * needs no probe at all. Whether a sidecar's readiness is its pod's is for its author to say: a broken exporter of
 * metrics should not take a database out of service.
 */
export const requireProbes = podRule({
  name: "kubernetes-core-pod-require-probes",
  area: "reliability",
  title: "What serves is probed",
  description:
    "Every main container, and every sidecar with a port, has a liveness probe, and a main container with a port one of readiness; jobs are left alone.",
  level: "mandatory",
  severity: "medium",
  checks: [23],
  ids: ["PR core_liveness", "PR core_readiness"],
  remedy:
    "Give the container a livenessProbe that fails when only a restart helps, and a readinessProbe that fails earlier.",
  url: "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
  kinds: lastingGroupKinds,
  judge: (pod, judgement) => {
    eachLasting(pod, judgement, ({ path, label, fields: container, list: where }) => {
      const isMain = where === "containers";
      judgement.part(() => {
        if (probeOf(container, "livenessProbe") || !(isMain || hasPorts(container))) return;
        judgement.report(
          `${path}.livenessProbe`,
          `${label} has no livenessProbe; add one that fails when only a restart helps.`,
        );
      });
      judgement.part(() => {
        if (!isMain || probeOf(container, "readinessProbe") || !hasPorts(container)) return;
        judgement.report(
          `${path}.readinessProbe`,
          `${label} has ports and no readinessProbe; add one that fails while it cannot serve.`,
        );
      });
    });
  },
  cel: {
    variables: lastingVariables,
    validations: () => [
      {
        expression: `(variables.lastingMain + variables.sidecars.filter(c, ${celHasPorts})).all(c, ${hasProbe("c", "livenessProbe")})`,
        message: "a container has no livenessProbe; add one that fails when only a restart helps.",
      },
      {
        expression: `variables.lastingMain.filter(c, ${celHasPorts}).all(c, ${hasProbe("c", "readinessProbe")})`,
        message: "a container with ports has no readinessProbe; add one that fails while it cannot serve.",
      },
    ],
  },
});

function hasPorts(container: Readonly<Record<string, unknown>>): boolean {
  return list(container["ports"]).length > 0;
}
