import { isAbsent, shown } from "../../core/json";
import { resourceRule } from "../../core/rule";

/** A Helm release that names no namespace puts its objects into `default`, where no other rule sees them. */
export const forbidDefaultNamespaceOfReleases = resourceRule({
  name: "kubernetes-helm-release-forbid-default-namespace",
  area: "namespace",
  title: "No Helm release is in the default namespace",
  description: "Every Helm release names a namespace that is not default.",
  level: "mandatory",
  severity: "medium",
  checks: [29],
  ids: ["CIS 4.5.1", "CIS 4.5.2"],
  remedy: "Set namespace on the release.",
  url: "https://www.pulumi.com/registry/packages/kubernetes/api-docs/helm/v3/release/",
  types: ["kubernetes:helm.sh/v3:Release"],
  judge: ({ props }, judgement) => {
    judgement.part(() => {
      const namespace = props["namespace"];
      if (typeof namespace === "string" && namespace !== "" && namespace !== "default") return;
      judgement.report(
        "namespace",
        isAbsent(namespace)
          ? "the release names no namespace, so that it is put into default; name one."
          : `the release is in namespace ${shown(namespace)}; name another.`,
      );
    });
  },
});
