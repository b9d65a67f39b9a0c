import type { Finding } from "./finding";
import { finding, isMissing } from "./finding";
import type { Container, KeyItems, NameRef, PodSpec, Volume } from "./pod-spec";
import type { PodTemplate, World } from "./world";

type Kind = "ConfigMap" | "Secret";

/** One use of a ConfigMap or Secret by a pod. */
interface Use {
  readonly path: string;
  readonly kind: Kind;
  readonly name: string;
  readonly keys: readonly string[];
  readonly optional: boolean;
}

/** ConfigMaps and Secrets, and their keys, that pods read, and Secrets that images are pulled with. */
export function* checkConfiguration(world: World): Generator<Finding> {
  for (const template of world.templates) {
    for (const use of usesOf(template.spec)) {
      if (!use.optional) yield* checkUse(world, template, use);
    }
    yield* pullSecrets(world, template);
  }
  for (const account of world.all("ServiceAccount")) {
    const { imagePullSecrets = [] } = account as { imagePullSecrets?: PodSpec["imagePullSecrets"] };
    for (const { name = "" } of imagePullSecrets) {
      const { namespace } = account.metadata;
      if (world.keys("Secret", namespace ?? "", name) === undefined) {
        yield finding(account, `imagePullSecrets[${name}]`, isMissing("Secret", name, namespace));
      }
    }
  }
}

function* checkUse(world: World, { owner, path, namespace }: PodTemplate, use: Use): Generator<Finding> {
  const at = `${path}.${use.path}`;
  const present = world.keys(use.kind, namespace, use.name);
  if (present === undefined) {
    yield finding(owner, at, isMissing(use.kind, use.name, namespace));
    return;
  }
  for (const key of use.keys) {
    if (!present.has(key))
      yield finding(owner, at, `names key "${key}", which ${use.kind} "${use.name}" does not have`);
  }
}

function* pullSecrets(world: World, { owner, path, namespace, spec }: PodTemplate): Generator<Finding> {
  for (const { name = "" } of spec.imagePullSecrets ?? []) {
    if (world.keys("Secret", namespace, name) === undefined) {
      yield finding(owner, `${path}.imagePullSecrets[${name}]`, isMissing("Secret", name, namespace));
    }
  }
}

function usesOf({ containers = [], initContainers = [], volumes = [] }: PodSpec): Use[] {
  return [
    ...containers.flatMap((container) => usesOfContainer(container, `containers[${container.name}]`)),
    ...initContainers.flatMap((container) => usesOfContainer(container, `initContainers[${container.name}]`)),
    ...volumes.flatMap((volume) => usesOfVolume(volume, [...containers, ...initContainers])),
  ];
}

function usesOfContainer({ env = [], envFrom = [] }: Container, path: string): Use[] {
  return [
    ...env.flatMap(({ name, valueFrom: { configMapKeyRef, secretKeyRef } = {} }) =>
      uses(`${path}.env[${name}].valueFrom`, {
        ConfigMap: configMapKeyRef && { ...configMapKeyRef, keys: [configMapKeyRef.key] },
        Secret: secretKeyRef && { ...secretKeyRef, keys: [secretKeyRef.key] },
      }),
    ),
    ...envFrom.flatMap(({ configMapRef, secretRef }, index) =>
      uses(`${path}.envFrom[${index}]`, {
        ConfigMap: configMapRef && { ...configMapRef, keys: [] },
        Secret: secretRef && { ...secretRef, keys: [] },
      }),
    ),
  ];
}

function usesOfVolume(
  { name, configMap, secret, projected }: Volume,
  containers: readonly Container[],
): Use[] {
  const path = `volumes[${name}]`;
  // A subPath of a volume that is one ConfigMap or Secret is a key of it; with items it is a path of theirs.
  const mounted = containers
    .flatMap(({ volumeMounts = [] }) => volumeMounts)
    .flatMap((mount) => (mount.name === name && mount.subPath !== undefined ? [mount.subPath] : []));
  const listed = ({ items }: KeyItems, otherwise: readonly string[]) =>
    items?.map(({ key }) => key) ?? otherwise;
  return [
    ...uses(path, {
      ConfigMap: configMap && { ...configMap, keys: listed(configMap, mounted) },
      Secret: secret && { ...secret, name: secret.secretName ?? "", keys: listed(secret, mounted) },
    }),
    ...(projected?.sources ?? []).flatMap((source, index) =>
      uses(`${path}.projected.sources[${index}]`, {
        ConfigMap: source.configMap && { ...source.configMap, keys: listed(source.configMap, []) },
        Secret: source.secret && { ...source.secret, keys: listed(source.secret, []) },
      }),
    ),
  ];
}

interface Ref extends NameRef {
  readonly keys: readonly string[];
}

function uses(path: string, refs: { readonly [kind in Kind]: Ref | undefined }): Use[] {
  return (["ConfigMap", "Secret"] as const).flatMap((kind) => {
    const ref = refs[kind];
    if (ref === undefined) return [];
    const { name = "", keys, optional = false } = ref;
    return [{ path, kind, name, keys, optional }];
  });
}
