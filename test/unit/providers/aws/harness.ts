import * as path from "node:path";
import type { AwsPart, AwsPartOptions } from "../../../../rehearsal/providers/aws/part";
import { awsPart } from "../../../../rehearsal/providers/aws/part";
import type { DiffResult, PartInstance, Props } from "../../../../rehearsal/providers/part";
import { temporaryFolder } from "../../../support/temporary";

export const ACCOUNT = "123456789012";
export const REGION = "eu-central-1";

/** One resource as the engine would hold it in its state. */
export interface Held {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly id: string;
  readonly inputs: Props;
  readonly outputs: Props;
}

/** Does with a part what the engine does: Check, then Create, Diff, Update, Read, Delete. */
export class Engine {
  private constructor(
    readonly part: AwsPart,
    readonly instance: PartInstance,
    readonly file: string,
  ) {}

  static async start(
    options: Partial<AwsPartOptions> = {},
    config: Props = { region: REGION },
  ): Promise<Engine> {
    const accountFile = options.accountFile ?? path.join(temporaryFolder("slipway-aws-"), "account.json");
    const part = awsPart({ now: () => new Date("2026-11-21T12:00:00Z"), ...options, accountFile });
    return new Engine(part, await part.configure(config), accountFile);
  }

  /** The same account, as a new process sees it. */
  restart(options: Partial<AwsPartOptions> = {}, config?: Props): Promise<Engine> {
    return Engine.start({ ...options, accountFile: this.file }, config);
  }

  private ref(type: string, name: string): { type: string; name: string; urn: string } {
    return { type, name, urn: `urn:pulumi:test::slipway::${type}::${name}` };
  }

  async check(type: string, name: string, news: Props, olds?: Props): Promise<Props> {
    const seed = Buffer.alloc(32);
    const checked = await this.instance.check({ ...this.ref(type, name), news, olds, randomSeed: seed });
    if (checked.failures.length > 0) throw new Error(checked.failures.map(({ reason }) => reason).join("; "));
    return checked.inputs;
  }

  async create(type: string, name: string, given: Props): Promise<Held> {
    const inputs = await this.check(type, name, given);
    const ref = this.ref(type, name);
    const { id, outputs } = await this.instance.create({ ...ref, inputs, preview: false, timeoutSeconds: 0 });
    return { ...ref, id, inputs, outputs };
  }

  async preview(type: string, name: string, given: Props): Promise<Props> {
    const inputs = await this.check(type, name, given);
    const request = { ...this.ref(type, name), inputs, preview: true, timeoutSeconds: 0 };
    return (await this.instance.create(request)).outputs;
  }

  async diff(held: Held, given: Props, ignoreChanges: readonly string[] = []): Promise<DiffResult> {
    const news = await this.check(held.type, held.name, given, held.inputs);
    return this.instance.diff({
      ...held,
      oldInputs: held.inputs,
      oldOutputs: held.outputs,
      news,
      ignoreChanges,
    });
  }

  async update(held: Held, given: Props, preview = false): Promise<Held> {
    const inputs = await this.check(held.type, held.name, given, held.inputs);
    const { outputs } = await this.instance.update({
      ...held,
      inputs,
      oldInputs: held.inputs,
      oldOutputs: held.outputs,
      ignoreChanges: [],
      preview,
      timeoutSeconds: 0,
    });
    return { ...held, inputs, outputs };
  }

  async refresh(held: Held): Promise<Held | undefined> {
    const found = await this.instance.read(held);
    return found === undefined ? undefined : { ...held, ...found };
  }

  /** What a refresh and the next plan find: the paths that differ from the program. */
  async drift(held: Held, given: Props): Promise<readonly string[] | "gone"> {
    const live = await this.refresh(held);
    return live === undefined ? "gone" : (await this.diff(live, given)).changes;
  }

  delete(held: Held): Promise<void> {
    return this.instance.delete({ ...held, timeoutSeconds: 0 });
  }
}

/** The message with which a step is refused; fails when it goes through. */
export async function refusal(step: Promise<unknown>): Promise<string> {
  try {
    await step;
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("the step went through");
}
