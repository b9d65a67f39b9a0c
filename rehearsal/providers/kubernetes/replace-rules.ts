import type { Props } from "../part";
import type { Path } from "../paths";
import { startsWith, valueAt } from "../paths";
import type { GroupVersionKind } from "./objects";

/** Which changes of ConfigMaps and Secrets are made in place, by the provider's arguments. */
export interface Mutability {
  readonly configMapsMutable: boolean;
  readonly secretsMutable: boolean;
}

const selector = ["spec.selector"];
const roleRef = ["roleRef"];

/**
 * Fields of which the official provider replaces the object, by `group/Kind`, beside the name and the namespace of
 * every kind.
 */
const rules: Readonly<Record<string, readonly string[]>> = {
  "apps/DaemonSet": selector,
  "apps/Deployment": selector,
  "apps/StatefulSet": [
    "spec.podManagementPolicy",
    "spec.revisionHistoryLimit",
    "spec.selector",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
  ],
  "batch/Job": ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
  "/PersistentVolumeClaim": ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"],
  "/ResourceQuota": ["spec.scopes"],
  "/Secret": ["type"],
  "/Service": ["spec.clusterIP"],
  "rbac.authorization.k8s.io/ClusterRoleBinding": roleRef,
  "rbac.authorization.k8s.io/RoleBinding": roleRef,
  "storage.k8s.io/StorageClass": ["parameters", "provisioner"],
};

/** What the API server lets change in a Pod; all else of its spec replaces it. */
const podChangesInPlace = ["activeDeadlineSeconds", "tolerations"];

/** Settings of a volume that are not its source. */
const volumeChangesInPlace = [
  "accessModes",
  "capacity",
  "claimRef",
  "mountOptions",
  "nodeAffinity",
  "persistentVolumeReclaimPolicy",
  "storageClassName",
  "volumeAttributesClassName",
  "volumeMode",
];

/** Whether a change at this path cannot be made in place. */
export function replacesAt(path: Path, gvk: GroupVersionKind, news: Props, mutability: Mutability): boolean {
  const [top, second] = path;
  if (top === "metadata" && (second === undefined || second === "name" || second === "namespace"))
    return true;
  if (gvk.group === "" && gvk.kind === "Pod" && top === "spec")
    return !podChangesInPlace.includes(String(second));
  if (gvk.group === "" && gvk.kind === "PersistentVolume" && top === "spec") {
    return !volumeChangesInPlace.includes(String(second));
  }
  if (isFrozen(gvk, news, mutability) && ["data", "binaryData", "stringData"].includes(String(top)))
    return true;
  const fields = rules[`${gvk.group}/${gvk.kind}`] ?? [];
  return fields.some((field) => {
    const rule = field.split(".");
    return startsWith(path, rule) || startsWith(rule, path);
  });
}

function isFrozen({ group, kind }: GroupVersionKind, news: Props, mutability: Mutability): boolean {
  if (group !== "") return false;
  const immutable = valueAt(news, ["immutable"]) === true;
  if (kind === "ConfigMap") return immutable || !mutability.configMapsMutable;
  return kind === "Secret" && (immutable || !mutability.secretsMutable);
}
