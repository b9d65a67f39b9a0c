import type { CheckFailure, Json, Props } from "../part";
import { UNKNOWN } from "../part";

type Kind = "string" | "boolean" | "strings" | "map" | Shape;
export interface Shape {
  readonly [field: string]: Kind;
}

/** Inputs of the modelled types; an optional end of the name is not written, required ones are in {@link REQUIRED}. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  "docker:index/image:Image": {
    build: {
      args: "map",
      builderVersion: "string",
      context: "string",
      dockerfile: "string",
      platform: "string",
      target: "string",
    },
    buildOnPreview: "boolean",
    imageName: "string",
    registry: { password: "string", server: "string", username: "string" },
    skipPush: "boolean",
  },
  "docker:index/registryImage:RegistryImage": {
    authConfig: { address: "string", password: "string", username: "string" },
    build: {
      buildArgs: "map",
      context: "string",
      dockerfile: "string",
      platform: "string",
      target: "string",
    },
    insecureSkipVerify: "boolean",
    keepRemotely: "boolean",
    name: "string",
    triggers: "map",
  },
};

/** Fields that a resource cannot do without here. */
export const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  "docker:index/image:Image": ["imageName"],
  // Without `build` the provider pushes an image of the local daemon, of which there is none here.
  "docker:index/registryImage:RegistryImage": ["name", "build"],
};

/** What is wrong with the fields of inputs: unknown names, wrong types, required ones that are missing. */
export function failuresOf(type: string, inputs: Props): CheckFailure[] {
  const failures = walk(type, SHAPES[type] ?? {}, inputs, "");
  for (const field of REQUIRED[type] ?? []) {
    if ((inputs[field] ?? null) === null) failures.push({ property: field, reason: `${field} is required` });
  }
  const name = inputs["imageName"] ?? inputs["name"];
  if (typeof name === "string" && name !== UNKNOWN && inputs["skipPush"] !== true && !isQualified(name)) {
    failures.push({
      property: inputs["imageName"] === undefined ? "name" : "imageName",
      reason: `"${name}" is no fully qualified image name, such as registry.example.com/team/app:1.0`,
    });
  }
  return failures;
}

function isQualified(name: string): boolean {
  return /^(localhost|[a-z0-9-]+(\.[a-z0-9-]+)+)(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+(:[\w][\w.-]{0,127})?$/.test(
    name,
  );
}

function walk(type: string, shape: Shape, props: Props, prefix: string): CheckFailure[] {
  return Object.entries(props).flatMap(([name, value]): CheckFailure[] => {
    const property = prefix + name;
    const kind = shape[name];
    if (value === null || value === UNKNOWN) return [];
    if (kind === undefined)
      return [{ property, reason: `${type} does not model the field "${property}" here` }];
    if (typeof kind === "object") {
      return isProps(value)
        ? walk(type, kind, value, `${property}.`)
        : [{ property, reason: `${property} must be an object` }];
    }
    return fits(kind, value)
      ? []
      : [{ property, reason: `${property} must be a ${kind === "map" ? "map of strings" : kind}` }];
  });
}

function fits(kind: Exclude<Kind, Shape>, value: Json): boolean {
  if (kind === "map")
    return isProps(value) && Object.values(value).every((inner) => typeof inner === "string");
  if (kind === "strings") return Array.isArray(value);
  return typeof value === kind;
}

export function isProps(value: Json | undefined): value is Props {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
