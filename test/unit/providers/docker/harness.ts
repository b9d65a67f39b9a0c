import * as fs from "node:fs";
import * as path from "node:path";
import type { DockerPartOptions } from "../../../../rehearsal/providers/docker/part";
import { dockerPart } from "../../../../rehearsal/providers/docker/part";
import type { DiffResult, PartInstance, Props } from "../../../../rehearsal/providers/part";
import { temporaryFolder } from "../../../support/temporary";

export const IMAGE = "docker:index/image:Image";
export const NAME = "registry.example.com/team/app:1.0";

/** A folder with these files; a name that ends in `*` is executable. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder("slipway-docker-");
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name.replace(/\*$/, ""));
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
    fs.chmodSync(file, name.endsWith("*") ? 0o755 : 0o644);
  }
  return folder;
}

export const dockerfile =
  'FROM docker.io/library/node:24-alpine\nCOPY app.mjs /app/\nUSER 10001\nENTRYPOINT ["node", "/app/app.mjs"]\n';
/** A context that builds, in the folder `app` of a program's folder. */
export const sound = { "app/Dockerfile": dockerfile, "app/app.mjs": "run()\n" };

export class Engine {
  private constructor(private readonly instance: PartInstance) {}

  static async start(base: string, options: Partial<DockerPartOptions> = {}): Promise<Engine> {
    return new Engine(await dockerPart({ mode: "hash", base, ...options }).configure({}));
  }

  async check(inputs: Props, type = IMAGE): Promise<Props> {
    const request = {
      type,
      name: "app",
      urn: "app",
      news: inputs,
      olds: undefined,
      randomSeed: Buffer.alloc(0),
    };
    const { inputs: checked, failures } = await this.instance.check(request);
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("; "));
    return checked;
  }

  async create(
    inputs: Props,
    type = IMAGE,
    preview = false,
  ): Promise<{ id: string; inputs: Props; outputs: Props }> {
    const checked = await this.check(inputs, type);
    const request = { type, name: "app", urn: "app", inputs: checked, preview, timeoutSeconds: 0 };
    return { ...(await this.instance.create(request)), inputs: checked };
  }

  async diff(olds: Props, inputs: Props, type = IMAGE): Promise<DiffResult> {
    const news = await this.check(inputs, type);
    const request = {
      type,
      name: "app",
      urn: "app",
      id: NAME,
      oldInputs: olds,
      oldOutputs: {},
      news,
      ignoreChanges: [],
    };
    return this.instance.diff(request);
  }
}

export const image: Props = { imageName: NAME, build: { context: "app", platform: "linux/amd64" } };

/** Digest of an image whose context has these files. */
export async function digestOf(files: Readonly<Record<string, string>>, build: Props = {}): Promise<string> {
  const engine = await Engine.start(folderOf(files));
  const { outputs } = await engine.create({ ...image, build: { ...(image["build"] as Props), ...build } });
  return String(outputs["repoDigest"]);
}
