import { at, isAbsent, shown } from "../../core/json";
import { podRule } from "../../kubernetes/pods";
import { eachLasting, hasProbe, lastingGroupKinds, lastingVariables, probeOf } from "../../kubernetes/probes";

/**
 * A long initial delay of the liveness probe is the wrong way to wait for a slow start: a start that takes longer is
 * killed again and again, and after a quick one the process may hang unseen as long.
 */
export const requireStartupProbe = podRule({
  name: "kubernetes-core-pod-require-startup-probe",
  area: "reliability",
  title: "What starts slowly has a startup probe",
  description: "A container whose liveness probe begins late has a startup probe.",
  level: "mandatory",
  severity: "low",
  checks: [23],
  ids: ["PR core_liveness"],
  remedy:
    "Add a startupProbe with enough failureThreshold, and take initialDelaySeconds out of the livenessProbe.",
  url: "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#startup-probe",
  parameters: {
    longestDelay: {
      type: "number",
      minimum: 0,
      default: 30,
      description: "Longest initialDelaySeconds of a livenessProbe without a startupProbe, in seconds.",
    },
  },
  kinds: lastingGroupKinds,
  judge: (pod, judgement, settings) => {
    const longest = settings.number("longestDelay");
    eachLasting(pod, judgement, ({ path, label, fields: container }) => {
      const delay = at(container, "livenessProbe", "initialDelaySeconds");
      if (isAbsent(delay) || (typeof delay === "number" && delay <= longest)) return;
      if (probeOf(container, "startupProbe")) return;
      judgement.report(
        `${path}.livenessProbe.initialDelaySeconds`,
        `${label} is not probed for liveness in its first ${shown(delay)} seconds; add a startupProbe and let the livenessProbe begin at once.`,
      );
    });
  },
  cel: {
    variables: lastingVariables,
    validations: (settings) => [
      {
        expression: `(variables.lastingMain + variables.sidecars).all(c, c.?livenessProbe.?initialDelaySeconds.orValue(0) <= ${settings.number("longestDelay")} || ${hasProbe("c", "startupProbe")})`,
        message: `a container is not probed for liveness in its first ${settings.number("longestDelay")} seconds and longer; add a startupProbe.`,
      },
    ],
  },
});
