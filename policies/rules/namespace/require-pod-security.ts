import { celText } from "../../core/cel";
import { at, isAbsent, shown } from "../../core/json";
import { nameOf, objectRule } from "../../kubernetes/objects";

const enforce = "pod-security.kubernetes.io/enforce";
const version = "pod-security.kubernetes.io/enforce-version";

/** Kubernetes makes them itself, and what keeps nodes alive runs there. */
const ofKubernetes = ["kube-node-lease", "kube-public", "kube-system"];

/**
 * A namespace has Pod Security refuse what `restricted` forbids. Its version may be pinned, but not so far back that
 * checks of today are left out; without a version the newest holds.
 */
export const requirePodSecurity = objectRule({
  name: "kubernetes-core-namespace-require-pod-security",
  area: "namespace",
  title: "Namespaces enforce Pod Security",
  description: "Every namespace enforces Pod Security restricted, in a version that is not outdated.",
  level: "mandatory",
  severity: "critical",
  checks: [26],
  ids: ["CIS 4.2.1", "CIS 4.2.2", "CIS 4.2.3", "CIS 4.2.4", "CIS 4.2.5", "BPG pods"],
  remedy: `Label the namespace ${enforce}: restricted; give one that needs more an exemption.`,
  url: "https://kubernetes.io/docs/concepts/security/pod-security-admission/",
  parameters: {
    oldestMinor: {
      type: "integer",
      minimum: 0,
      // The newest check of the standard, of hosts in probes and handlers, is of 1.34.
      default: 34,
      description: "Oldest minor version of Kubernetes 1 whose checks a namespace may pin.",
    },
  },
  kinds: ["/Namespace"],
  types: ["kubernetes:core/v1:Namespace"],
  judge: (object, judgement, settings) => {
    const label = (name: string): unknown => at(object.fields, "metadata", "labels", name);
    if (ofKubernetes.includes(nameOf(object).name)) return;
    judgement.part(() => {
      const level = label(enforce);
      if (level === "restricted") return;
      judgement.report(
        `${object.path}metadata.labels["${enforce}"]`,
        `the namespace enforces ${shown(level)}; set ${enforce} to restricted.`,
      );
    });
    judgement.part(() => {
      const pinned = label(version);
      if (isAbsent(pinned) || isRecent(pinned, settings.number("oldestMinor"))) return;
      judgement.report(
        `${object.path}metadata.labels["${version}"]`,
        `the version of Pod Security is ${shown(pinned)}; set it to latest, or to v1.${settings.number("oldestMinor")} or newer.`,
      );
    });
  },
  cel: {
    resources: ["/v1/namespaces"],
    variables: [
      {
        name: "exempt",
        expression: `object.metadata.name in [${ofKubernetes.map(celText).join(", ")}]`,
      },
      { name: "level", expression: `object.metadata.?labels[?'${enforce}'].orValue('absent')` },
      { name: "version", expression: `object.metadata.?labels[?'${version}'].orValue('latest')` },
    ],
    validations: (settings) => [
      {
        expression: "variables.exempt || variables.level == 'restricted'",
        message: `the namespace does not enforce Pod Security restricted; set ${enforce}.`,
      },
      {
        expression: `variables.exempt || variables.version == 'latest' || variables.version.matches('^v1[.][0-9]{1,3}$') && int(variables.version.substring(3)) >= ${settings.number("oldestMinor")}`,
        message: `the version of Pod Security is outdated; set ${version} to latest, or to v1.${settings.number("oldestMinor")} or newer.`,
      },
    ],
  },
});

function isRecent(pinned: unknown, oldestMinor: number): boolean {
  if (pinned === "latest") return true;
  const [, minor] = typeof pinned === "string" ? (/^v1\.(\d{1,3})$/.exec(pinned) ?? []) : [];
  return minor !== undefined && Number(minor) >= oldestMinor;
}
