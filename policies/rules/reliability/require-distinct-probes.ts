import { at, isAbsent } from "../../core/json";
import { podRule } from "../../kubernetes/pods";
import { eachLasting, hasProbe, lastingGroupKinds, lastingVariables, probeOf } from "../../kubernetes/probes";

/** What a probe asks and when it gives up, with what the API server puts where nothing, or as good as nothing, stands. */
const terms: readonly (readonly [way: readonly string[], nothing: unknown, standard: unknown])[] = [
  [["httpGet", "path"], "", "/"],
  [["httpGet", "port"], "", ""],
  [["httpGet", "scheme"], "", "HTTP"],
  [["httpGet", "host"], "", ""],
  [["httpGet", "httpHeaders"], [], []],
  [["tcpSocket", "port"], "", ""],
  [["tcpSocket", "host"], "", ""],
  [["grpc", "port"], 0, 0],
  [["grpc", "service"], "", ""],
  [["exec", "command"], [], []],
  [["periodSeconds"], 0, 10],
  [["timeoutSeconds"], 0, 1],
  [["failureThreshold"], 0, 3],
];

/**
 * A pod that is not ready gets no more requests and may recover; one that is not alive is killed. When both probes say
 * the same at the same time, a slow dependency or a burst kills all pods instead of sparing them.
 */
export const requireDistinctProbes = podRule({
  name: "kubernetes-core-pod-require-distinct-probes",
  area: "reliability",
  title: "Liveness and readiness differ",
  description: "No container is killed by the very probe that takes it out of service.",
  level: "mandatory",
  severity: "medium",
  checks: [23],
  ids: ["PR core_liveness", "PR core_readiness"],
  remedy:
    "Let the livenessProbe ask for less than the readinessProbe, or give up later: a higher failureThreshold.",
  url: "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
  kinds: lastingGroupKinds,
  judge: (pod, judgement) => {
    eachLasting(pod, judgement, ({ path, label, fields: container }) => {
      const liveness = probeOf(container, "livenessProbe");
      const readiness = probeOf(container, "readinessProbe");
      if (!liveness || !readiness) return;
      const isSame = terms.every(
        ([way, nothing, standard]) =>
          valueOf(liveness, way, nothing, standard) === valueOf(readiness, way, nothing, standard),
      );
      if (!isSame) return;
      judgement.report(
        `${path}.livenessProbe`,
        `${label} is killed by the same probe at the same time as it is taken out of service; let the livenessProbe ask for less, or give it a higher failureThreshold.`,
      );
    });
  },
  cel: {
    variables: lastingVariables,
    validations: () => [
      {
        expression: `(variables.lastingMain + variables.sidecars).all(c, !${hasProbe("c", "livenessProbe")} || !${hasProbe("c", "readinessProbe")} || ${terms
          .map(
            ([way, nothing, standard]) =>
              `${celValue("c.livenessProbe", way, nothing, standard)} != ${celValue("c.readinessProbe", way, nothing, standard)}`,
          )
          .join(" || ")})`,
        message:
          "a container has the same livenessProbe as readinessProbe; let liveness ask for less, or give it a higher failureThreshold.",
      },
    ],
  },
});

function valueOf(probe: unknown, way: readonly string[], nothing: unknown, standard: unknown): string {
  const value = at(probe, ...way);
  return textOf(isAbsent(value) || textOf(value) === textOf(nothing) ? standard : value);
}

/** A value as text, for comparing: words of a command and headers are all that a probe has of lists. */
function textOf(value: unknown): string {
  if (!Array.isArray(value)) return plain(value);
  return `[${value.map((member) => `${plain(member)} ${plain(at(member, "name"))} ${plain(at(member, "value"))}`).join()}]`;
}

function plain(value: unknown): string {
  return `${typeof value} ${typeof value === "string" || typeof value === "number" ? value : ""}`;
}

function celValue(probe: string, way: readonly string[], nothing: unknown, standard: unknown): string {
  const value = `${probe}.?${way.join(".?")}.orValue(${JSON.stringify(nothing)})`;
  return nothing === standard || Array.isArray(nothing)
    ? value
    : `(${value} == ${JSON.stringify(nothing)} ? ${JSON.stringify(standard)} : ${value})`;
}
