import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import type { CheckFailure, PartInstance, Props, ProviderPart } from "../part";
import { UNKNOWN } from "../part";
import { isObject } from "../paths";
import { differences } from "../values";
import { digestOf, problemsOf } from "./context";
import type { BuildContext } from "./context";

export interface DockerPartOptions {
  /** `hash` computes the digest from the build context, `build` also has a Docker daemon build it. Nothing is pushed. */
  readonly mode: "hash" | "build";
  /** Folder that relative paths start from: where the engine runs its plugins. */
  readonly base: string;
}

const IMAGE = "docker:index/image:Image";
const fields = new Set(["build", "buildOnPreview", "imageName", "registry", "skipPush"]);
const buildFields = new Set(["context", "dockerfile", "platform", "args", "target", "builderVersion"]);

/** Stands in for the `docker` provider: an image's digest is that of its build context, and nothing is pushed. */
export function dockerPart(options: DockerPartOptions): ProviderPart {
  return {
    package: "docker",
    configure(config) {
      const unknown = Object.keys(config).find((key) => key !== "registryAuth" && key !== "host");
      if (unknown !== undefined)
        return Promise.reject(new Error(`the stand-in for docker has no argument "${unknown}"`));
      return Promise.resolve(instance(options));
    },
  };
}

function instance(options: DockerPartOptions): PartInstance {
  const outputsOf = (inputs: Props, preview: boolean): Props => {
    const name = inputs["imageName"];
    const { folder, dockerfile } = contextOf(inputs, options.base);
    const digest = digestOf({ folder, dockerfile }, settingsOf(inputs));
    const unknown = preview || typeof name !== "string" || name === UNKNOWN;
    const repository = unknown ? "" : name.replace(/:[^:/]+$/, "");
    return {
      ...inputs,
      baseImageName: name ?? "",
      repoDigest: unknown ? UNKNOWN : `${repository}@${digest}`,
      registryServer: unknown ? UNKNOWN : (repository.split("/")[0] ?? ""),
      context: isObject(inputs["build"]) ? (inputs["build"]["context"] ?? ".") : ".",
      dockerfile: path.basename(dockerfile),
      platform: isObject(inputs["build"]) ? (inputs["build"]["platform"] ?? null) : null,
    };
  };
  const make = async (inputs: Props, preview: boolean): Promise<Props> => {
    if (options.mode === "build" && !preview)
      await build(contextOf(inputs, options.base), String(inputs["imageName"]));
    return outputsOf(inputs, preview);
  };
  return {
    check: ({ type, news }) =>
      Promise.resolve({ inputs: news, failures: failuresOf(type, news, options.base) }),
    diff: ({ oldInputs, news }) => {
      // A new login is no new image: the token of a registry changes with every run.
      const changes = differences(oldInputs, news)
        .map((at) => at.join("."))
        .filter((at) => !at.startsWith("registry"));
      return Promise.resolve({ changes, replaces: [], deleteBeforeReplace: false });
    },
    async create({ inputs, preview }) {
      const outputs = await make(inputs, preview);
      return { id: preview ? "" : String(outputs["imageName"]), outputs };
    },
    async update({ inputs, preview }) {
      return { outputs: await make(inputs, preview) };
    },
    read: ({ id, inputs, outputs }) =>
      Promise.resolve(inputs === undefined || outputs === undefined ? undefined : { id, inputs, outputs }),
    delete: () => Promise.resolve(),
    invoke: (token) => Promise.reject(new Error(`the stand-in for docker has no function "${token}"`)),
  };
}

function failuresOf(type: string, news: Props, base: string): CheckFailure[] {
  if (type !== IMAGE)
    return [{ property: "", reason: `the stand-in for docker does not model ${type}; modelled: ${IMAGE}` }];
  const failures: CheckFailure[] = [];
  for (const key of Object.keys(news)) {
    if (!fields.has(key))
      failures.push({ property: key, reason: `${type} does not model the field "${key}" here` });
  }
  const { build: wanted, imageName } = news;
  if (typeof imageName !== "string" || imageName === "")
    failures.push({ property: "imageName", reason: "an image needs a name" });
  for (const key of isObject(wanted) ? Object.keys(wanted) : []) {
    if (!buildFields.has(key))
      failures.push({
        property: `build.${key}`,
        reason: `${type} does not model the field "build.${key}" here`,
      });
  }
  for (const reason of problemsOf(contextOf(news, base))) failures.push({ property: "build", reason });
  return failures;
}

function contextOf(inputs: Props, base: string): BuildContext {
  const wanted = isObject(inputs["build"]) ? inputs["build"] : {};
  const folder = path.resolve(base, typeof wanted["context"] === "string" ? wanted["context"] : ".");
  const file =
    typeof wanted["dockerfile"] === "string"
      ? path.resolve(base, wanted["dockerfile"])
      : path.join(folder, "Dockerfile");
  return { folder, dockerfile: file };
}

/** What of the inputs decides what is built, besides the files. */
function settingsOf(inputs: Props): unknown {
  const wanted = isObject(inputs["build"]) ? inputs["build"] : {};
  return [wanted["args"] ?? {}, wanted["platform"] ?? "", wanted["target"] ?? ""];
}

async function build({ folder, dockerfile }: BuildContext, name: string): Promise<void> {
  await promisify(execFile)("docker", ["build", "--file", dockerfile, "--tag", name, folder]).catch(
    (error: unknown): never => {
      const stderr = String((error as { stderr?: unknown }).stderr ?? "");
      const last = stderr.trim().split("\n").at(-1) ?? "";
      throw new Error(
        `docker could not build ${name}: ${last === "" ? "the daemon does not answer" : last}; leave --images build out to compute the digest instead`,
      );
    },
  );
}
