import type { Finding } from "./finding";
import { finding, isMissing } from "./finding";
import type { Container, KeyItems, PodSpec, Volume } from "./pod-spec";
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
    ...env.flatMap(({ name, valueFrom = {} }) =>
      [
        ...[valueFrom.configMapKeyRef].flatMap((ref) =>
          ref === undefined ? [] : [{ kind: "ConfigMap" as Kind, ref }],
        ),
        ...[valueFrom.secretKeyRef].flatMap((ref) =>
          ref === undefined ? [] : [{ kind: "Secret" as Kind, ref }],
        ),
      ].map(({ kind, ref }) =>
        use(`${path}.env[${name}].valueFrom`, kind, ref.name, [ref.key], ref.optional),
      ),
    ),
    ...envFrom.flatMap(({ configMapRef, secretRef }, index) => [
      ...(configMapRef === undefined
        ? []
        : [use(`${path}.envFrom[${index}]`, "ConfigMap", configMapRef.name, [], configMapRef.optional)]),
      ...(secretRef === undefined
        ? []
        : [use(`${path}.envFrom[${index}]`, "Secret", secretRef.name, [], secretRef.optional)]),
    ]),
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
  const keys = ({ items }: KeyItems) => items?.map(({ key }) => key) ?? mounted;
  const listed = ({ items = [] }: KeyItems) => items.map(({ key }) => key);
  return [
    ...(configMap === undefined
      ? []
      : [use(path, "ConfigMap", configMap.name, keys(configMap), configMap.optional)]),
    ...(secret === undefined ? [] : [use(path, "Secret", secret.secretName, keys(secret), secret.optional)]),
    ...(projected?.sources ?? []).flatMap((source, index) => [
      ...(source.configMap === undefined
        ? []
        : [
            use(
              `${path}.projected.sources[${index}]`,
              "ConfigMap",
              source.configMap.name,
              listed(source.configMap),
              source.configMap.optional,
            ),
          ]),
      ...(source.secret === undefined
        ? []
        : [
            use(
              `${path}.projected.sources[${index}]`,
              "Secret",
              source.secret.name,
              listed(source.secret),
              source.secret.optional,
            ),
          ]),
    ]),
  ];
}

function use(path: string, kind: Kind, name = "", keys: readonly string[], optional = false): Use {
  return { path, kind, name, keys, optional };
}
