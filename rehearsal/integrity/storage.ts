import type { KubeObject } from "../kube/client";
import type { Finding } from "./finding";
import { finding, isMissing } from "./finding";
import type { World } from "./world";

const storageClass = "StorageClass.storage.k8s.io";
const defaultMark = "storageclass.kubernetes.io/is-default-class";

interface ClaimSpec {
  readonly storageClassName?: string;
  readonly volumeName?: string;
}

/** Claims, and the templates of claims, with the StorageClass that is to serve them. */
export function* checkStorage(world: World): Generator<Finding> {
  for (const claim of world.all("PersistentVolumeClaim")) {
    yield* checkClaim(world, claim, claim["spec"] ?? {}, "spec.storageClassName");
  }
  for (const set of world.all("StatefulSet.apps")) {
    const { volumeClaimTemplates = [] } = (set["spec"] ?? {}) as {
      volumeClaimTemplates?: readonly { metadata: { name: string }; spec?: ClaimSpec }[];
    };
    for (const { metadata, spec = {} } of volumeClaimTemplates) {
      yield* checkClaim(
        world,
        set,
        spec,
        `spec.volumeClaimTemplates[${metadata.name}].spec.storageClassName`,
      );
    }
  }
}

function* checkClaim(world: World, owner: KubeObject, spec: ClaimSpec, path: string): Generator<Finding> {
  const { storageClassName, volumeName } = spec;
  // An empty name asks for a volume that somebody made by hand; one that is bound needs its class no more.
  if (storageClassName === "" || volumeName !== undefined) return;
  if (storageClassName === undefined) {
    const hasDefault = world
      .all(storageClass)
      .some(({ metadata }) => metadata.annotations?.[defaultMark] === "true");
    if (!hasDefault) yield finding(owner, path, "is not set, and no StorageClass is the default");
  } else if (world.find(storageClass, undefined, storageClassName) === undefined) {
    yield finding(owner, path, isMissing("StorageClass", storageClassName, undefined));
  }
}
