import * as fs from "node:fs";
import * as path from "node:path";
import { SlipwayError } from "../../../components/common/problems";
import type {
  CheckFailure,
  CheckRequest,
  CreateRequest,
  DiffRequest,
  DiffResult,
  Json,
  PartInstance,
  Props,
  ProviderPart,
  ReadRequest,
  UpdateRequest,
} from "../part";
import { UNKNOWN } from "../part";
import { canonical, differences, hasUnknown } from "../values";
import { formatPath } from "../paths";
import type { BuildMode } from "./build";
import { digestOf } from "./build";
import type { BuildContext } from "./context";
import { readContext } from "./context";
import { checkDockerfile } from "./dockerfile";
import { failuresOf, isProps, SHAPES } from "./inputs";

/** How images are made for a rehearsal. */
export interface DockerPartOptions {
  readonly mode: BuildMode;
  /** Folder that relative paths of contexts and Dockerfiles start from. @default the working directory */
  readonly base?: string;
  /** JSON file that gets image → digest for the report. @default none is written */
  readonly digestFile?: string;
  /** Platform of an image that names none. @default linux/amd64, whatever the machine is, so that digests agree */
  readonly platform?: string;
}

const PROVIDER_ARGUMENTS = ["registryAuth", "host", "disableDockerDaemonCheck"];

/**
 * The stand-in for the docker provider: an image is checked, and its build context hashed or built. Nothing is pushed
 * and nothing is deleted; a digest of mode `hash` is that of no image that anybody could pull.
 */
export function dockerPart(options: DockerPartOptions): ProviderPart {
  return {
    package: "docker",
    // Async, so that a refusal is a rejection and never thrown at the caller.
    // eslint-disable-next-line @typescript-eslint/require-await
    async configure(config) {
      const stray = Object.keys(config).find((name) => !PROVIDER_ARGUMENTS.includes(name));
      if (stray !== undefined) {
        throw new SlipwayError({
          what: `the rehearsal's stand-in does not model the argument "${stray}"`,
          where: "the docker provider",
          allowed: PROVIDER_ARGUMENTS.join(", "),
        });
      }
      return new DockerInstance(options);
    },
  };
}

/** The parts of both types' inputs that decide what is built. */
interface Plan {
  readonly image: string | undefined;
  readonly build: Props;
  readonly args: Readonly<Record<string, string>>;
}

function planOf(type: string, inputs: Props): Plan {
  const isRegistryImage = type.endsWith(":RegistryImage");
  const name = isRegistryImage ? inputs["name"] : inputs["imageName"];
  const build = isProps(inputs["build"]) ? inputs["build"] : {};
  const args = isRegistryImage ? build["buildArgs"] : build["args"];
  return {
    image: typeof name === "string" && name !== UNKNOWN ? name : undefined,
    build,
    args: Object.fromEntries(
      Object.entries(isProps(args) ? args : {}).map(([key, value]) => [key, text(value) ?? ""]),
    ),
  };
}

class DockerInstance implements PartInstance {
  constructor(private readonly options: DockerPartOptions) {}

  // Async, so that a refusal is a rejection and never thrown at the caller.
  // eslint-disable-next-line @typescript-eslint/require-await
  async check(request: CheckRequest): Promise<{ inputs: Props; failures: CheckFailure[] }> {
    if (SHAPES[request.type] === undefined) throw notModelled(request.type);
    const failures = failuresOf(request.type, request.news);
    const { build } = planOf(request.type, request.news);
    if (failures.length > 0 || build["context"] === UNKNOWN || build["dockerfile"] === UNKNOWN) {
      return { inputs: request.news, failures };
    }
    const context = this.context(build);
    checkDockerfile(context, text(build["target"]));
    // As the official provider does, so that a changed file of the context is a changed input.
    const found = { ...build, contextDigest: context.digest, platform: build["platform"] ?? this.platform };
    return { inputs: { ...request.news, build: found }, failures };
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async diff(request: DiffRequest): Promise<DiffResult> {
    const relevant = (inputs: Props): Props => withoutLogin(inputs);
    const paths = differences(relevant(request.oldInputs), relevant(request.news)).map(formatPath);
    const changes = paths.filter(
      (changed) =>
        !request.ignoreChanges.some((ignored) => changed === ignored || changed.startsWith(`${ignored}.`)),
    );
    const replaces = request.type.endsWith(":RegistryImage")
      ? changes.filter((changed) => changed !== "keepRemotely")
      : [];
    return { changes, replaces, deleteBeforeReplace: false };
  }

  async create(request: CreateRequest): Promise<{ id: string; outputs: Props }> {
    const outputs = await this.outputs(request);
    const isRegistryImage = request.type.endsWith(":RegistryImage");
    const id = isRegistryImage ? outputs["sha256Digest"] : request.inputs["imageName"];
    return { id: typeof id === "string" && !request.preview ? id : UNKNOWN, outputs };
  }

  // Like the official provider it keeps nothing that a refresh could compare.
  // eslint-disable-next-line @typescript-eslint/require-await
  async read({
    id,
    inputs,
    outputs,
  }: ReadRequest): Promise<{ id: string; inputs: Props; outputs: Props } | undefined> {
    if (inputs === undefined || outputs === undefined)
      throw new Error("the rehearsal's docker stand-in has no image to import");
    return { id, inputs, outputs };
  }

  async update(request: UpdateRequest): Promise<{ outputs: Props }> {
    return { outputs: await this.outputs(request) };
  }

  delete(): Promise<void> {
    return Promise.resolve();
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async invoke(token: string): Promise<Props> {
    throw notModelled(token);
  }

  private async outputs({ type, inputs, preview }: CreateRequest): Promise<Props> {
    const { image, build, args } = planOf(type, inputs);
    // The official provider builds in a preview only when it is told to, and then everything must be known.
    if (preview && (inputs["buildOnPreview"] !== true || hasUnknown(inputs) || image === undefined))
      return unknowns(type, inputs);
    if (image === undefined) throw new SlipwayError({ what: "the image has no name", where: type });
    const context = this.context(build);
    checkDockerfile(context, text(build["target"]));
    const platform = text(build["platform"]) ?? this.platform;
    const digest = await digestOf(this.options.mode, context, {
      image,
      args,
      platform,
      target: text(build["target"]),
    });
    if (!preview) this.note(image, digest);
    if (type.endsWith(":RegistryImage"))
      return { ...inputs, build: without(build, "contextDigest"), sha256Digest: digest };
    const registry = isProps(inputs["registry"]) ? text(inputs["registry"]["server"]) : undefined;
    return {
      baseImageName: image,
      context: text(build["context"]) ?? ".",
      dockerfile: path.relative(context.folder, context.dockerfile),
      imageName: image,
      platform,
      registryServer: registry ?? image.split("/")[0] ?? "",
      repoDigest: `${repositoryOf(image)}@${digest}`,
    };
  }

  private context(build: Props): BuildContext {
    const base = this.options.base ?? process.cwd();
    const folder = text(build["context"]) ?? ".";
    return readContext(
      path.resolve(base, folder),
      path.resolve(base, text(build["dockerfile"]) ?? path.join(folder, "Dockerfile")),
    );
  }

  private get platform(): string {
    return this.options.platform ?? "linux/amd64";
  }

  private note(image: string, digest: string): void {
    const file = this.options.digestFile;
    if (file === undefined) return;
    const before = fs.existsSync(file)
      ? (JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, string>)
      : {};
    fs.writeFileSync(`${file}.tmp`, `${canonical({ ...before, [image]: digest })}\n`);
    fs.renameSync(`${file}.tmp`, file);
  }
}

function without(props: Props, field: string): Props {
  return Object.fromEntries(Object.entries(props).filter(([name]) => name !== field));
}

function text(value: Json | undefined): string | undefined {
  return typeof value === "string" && value !== UNKNOWN ? value : undefined;
}

/** A name without its tag; a colon before the last slash belongs to the port of the registry. */
export function repositoryOf(image: string): string {
  return image.replace(/:[^/:]+$/, "");
}

function notModelled(token: string): Error {
  return new Error(`the rehearsal's docker stand-in does not model ${token}`);
}

/** Credentials change with every login and build nothing else. */
function withoutLogin(inputs: Props): Props {
  const { registry } = inputs;
  const rest = without(inputs, "authConfig");
  return isProps(registry) ? { ...rest, registry: { server: registry["server"] ?? null } } : rest;
}

function unknowns(type: string, inputs: Props): Props {
  if (type.endsWith(":RegistryImage")) return { ...inputs, sha256Digest: UNKNOWN };
  const names = ["baseImageName", "context", "dockerfile", "platform", "registryServer", "repoDigest"];
  return {
    imageName: inputs["imageName"] ?? UNKNOWN,
    ...Object.fromEntries(names.map((name) => [name, UNKNOWN])),
  };
}
