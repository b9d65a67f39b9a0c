import { at, isAbsent, shown } from "../../core/json";
import { anyObjectRule } from "../../kubernetes/any-object";
import { isNamespaced } from "../../kubernetes/api";
import { nameOf } from "../../kubernetes/objects";
import { podResources, podTypes } from "../../kubernetes/pods";

/** What Kubernetes itself keeps in `default`, as `Kind name`. */
const ofKubernetes = ["Service kubernetes", "ConfigMap kube-root-ca.crt", "ServiceAccount default"];

/**
 * Nothing is in the namespace `default`, which has no owner, no quota and no network policies. An object that names no
 * namespace is put there, if its kind has one; of kinds that the pack does not know, only what they name is judged.
 */
export const forbidDefaultNamespace = anyObjectRule({
  name: "kubernetes-core-object-forbid-default-namespace",
  area: "namespace",
  title: "Nothing is in the default namespace",
  description: "No object is in the namespace default, by name or because it names none.",
  level: "mandatory",
  severity: "medium",
  checks: [29],
  ids: ["CIS 4.5.1", "CIS 4.5.2"],
  remedy: "Set metadata.namespace to the namespace of the object's system.",
  url: "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/",
  types: [
    ...podTypes,
    "kubernetes:core/v1:ConfigMap",
    "kubernetes:core/v1:PersistentVolumeClaim",
    "kubernetes:core/v1:Secret",
    "kubernetes:core/v1:Service",
    "kubernetes:core/v1:ServiceAccount",
    "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute",
  ],
  judge: (object, judgement) => {
    const namespaced = isNamespaced(object.group, object.kind);
    if (namespaced === false) return;
    const namespace = at(object.fields, "metadata", "namespace");
    const isMissing = isAbsent(namespace) || namespace === "";
    if (isMissing ? namespaced === undefined : typeof namespace === "string" && namespace !== "default")
      return;
    if (ofKubernetes.includes(`${object.kind} ${nameOf(object).name}`)) return;
    judgement.report(
      `${object.path}metadata.namespace`,
      isMissing
        ? `the ${object.kind} names no namespace, so that it is put into default; name that of its system.`
        : `the ${object.kind} is in namespace ${shown(namespace)}; name that of its system.`,
    );
  },
  cel: {
    resources: [
      ...podResources,
      "/v1/configmaps",
      "/v1/persistentvolumeclaims",
      "/v1/secrets",
      "/v1/serviceaccounts",
      "/v1/services",
      "gateway.networking.k8s.io/v1/httproutes",
    ],
    validations: () => [
      {
        expression: `object.metadata.?namespace.orValue('default') != 'default' || (object.kind + ' ' + object.metadata.?name.orValue('')) in ${JSON.stringify(ofKubernetes)}`,
        message: "the object is in namespace default; name that of its system.",
      },
    ],
  },
});
