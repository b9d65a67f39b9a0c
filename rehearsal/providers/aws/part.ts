import type {
  CheckRequest,
  CheckFailure,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  DiffResult,
  PartInstance,
  Props,
  ProviderPart,
  ReadRequest,
  UpdateRequest,
} from "../part";
import { UNKNOWN } from "../part";
import type { AccountObject } from "./account";
import { Account } from "./account";
import { changesOf, importedInputs, liveInputs } from "./compare";
import { readConfig } from "./config";
import type { FaultPlan } from "./faults";
import { FaultInjector } from "./faults";
import { invoke } from "./invokes";
import type { ClusterAnswer, Model } from "./model";
import { isGenerated, withName } from "./names";
import { allTags, create, foresee, outputsOf, plain, remove, update } from "./operations";
import type { World } from "./situations";
import { models } from "./types";
import { DEFAULTS, failuresOf, fieldsOf, withDefaults } from "./validate";
import { hasUnknown, meaningOfMap, without } from "./values";

/** What the simulated account is made from. */
export interface AwsPartOptions {
  /** The JSON file that holds the account; made when it is not there. */
  readonly accountFile: string;
  /** Endpoint and CA of the API server that every EKS cluster answers with. @default an address that nobody answers */
  readonly cluster?: () => ClusterAnswer;
  /** @default no fault */
  readonly faults?: FaultPlan;
  /** 12 digits. @default that of the file, or 123456789012 for a new one */
  readonly accountId?: string;
  /** Region of a provider that is given none. @default none, which is refused */
  readonly region?: string;
  /** @default the clock */
  readonly now?: () => Date;
}

/** The AWS stand-in, with what a test or a report asks of it. */
export interface AwsPart extends ProviderPart {
  /** How many calls were throttled and tried again. */
  readonly throttled: number;
}

/**
 * The stand-in for the AWS provider: a simulated account that makes, changes and refuses as AWS does, as far as
 * `types/` models it. A type, a field or a function that is not modelled is refused by name.
 *
 * @throws SlipwayError when the file is no simulated account, or one of another account id.
 */
export function awsPart(options: AwsPartOptions): AwsPart {
  const account = new Account(options.accountFile, options.accountId ?? "");
  const faults = new FaultInjector(options.faults);
  return {
    package: "aws",
    get throttled() {
      return faults.throttled;
    },
    // Another region or account would leave every object behind; the resources themselves say so, field by field.
    diffConfig: () => ({ replaces: [] }),
    // Async, so that a refusal is a rejection and never thrown at the caller.
    // eslint-disable-next-line @typescript-eslint/require-await
    async configure(config) {
      account.reload();
      const world: World = {
        account,
        config: readConfig(config, account.accountId, options.region),
        cluster: () => options.cluster?.(),
        now: options.now ?? (() => new Date()),
      };
      return new SimulatedInstance(world, faults, { title: "AWS", models, invoke });
    },
  };
}

/** What a simulated provider knows. */
export interface Simulated {
  /** For messages. */
  readonly title: string;
  /** Its resource types, by token. */
  readonly models: ReadonlyMap<string, Model>;
  /** Its functions. */
  invoke(token: string, args: Props, world: World): Props;
}

/**
 * One configured provider. Every method does its work in one turn of the event loop: calls come in parallel, and
 * none may see the account half changed.
 */
/* eslint-disable @typescript-eslint/require-await */
export class SimulatedInstance implements PartInstance {
  constructor(
    private readonly world: World,
    private readonly faults: FaultInjector,
    private readonly simulated: Simulated,
  ) {}

  async check(request: CheckRequest): Promise<{ inputs: Props; failures: CheckFailure[] }> {
    this.world.account.reload();
    return this.faults.run("check", request.type, () => {
      const model = this.modelOf(request.type);
      const news = without(request.news, DEFAULTS);
      const inputs = withName(model, request, withDefaults(model.fields, news), this.world);
      return { inputs, failures: failuresOf(model, inputs) };
    });
  }

  async diff(request: DiffRequest): Promise<DiffResult> {
    const model = this.modelOf(request.type);
    const olds = this.placed(model, plain(request.oldInputs), request.oldOutputs);
    const news = this.placed(model, plain(request.news), {});
    const changes = changesOf(fieldsOf(model), olds, news);
    const tags = allTags(news, this.world)["tagsAll"];
    const before = request.oldOutputs["tagsAll"];
    if (model.tags === true && (hasUnknown(tags) || meaningOfMap(tags) !== meaningOfMap(before))) {
      changes.push({ path: "tagsAll", replaces: false });
    }
    const counted = changes.filter(
      ({ path }) => !request.ignoreChanges.some((ignored) => covers(ignored, path)),
    );
    const replaces = counted.filter((change) => change.replaces).map(({ path }) => path);
    const field = model.autoName?.field;
    const sameName = field !== undefined && olds[field] === news[field] && !isGenerated(model, request.news);
    // Two objects of one name cannot stand beside each other, so the old one has to go first.
    return {
      changes: counted.map(({ path }) => path),
      replaces,
      deleteBeforeReplace: replaces.length > 0 && sameName,
    };
  }

  async create(request: CreateRequest): Promise<{ id: string; outputs: Props }> {
    this.world.account.reload();
    const model = this.modelOf(request.type);
    if (request.preview) {
      return { id: UNKNOWN, outputs: foresee(model, request, request.inputs, undefined, this.world) };
    }
    const object = this.faults.run("create", request.type, () =>
      create(model, request, request.inputs, this.world),
    );
    return { id: object.id, outputs: outputsOf(model, object, request.inputs, this.world) };
  }

  async read(request: ReadRequest): Promise<{ id: string; inputs: Props; outputs: Props } | undefined> {
    this.world.account.reload();
    const model = this.modelOf(request.type);
    const object = this.faults.run("read", request.type, () =>
      this.find(model, request.id, request.outputs ?? {}),
    );
    if (object === undefined) return undefined;
    const olds = request.inputs ?? {};
    const outputs = outputsOf(model, object, olds, this.world);
    const fields = fieldsOf(model);
    if (request.inputs === undefined)
      return { id: object.id, inputs: importedInputs(fields, outputs), outputs };
    const { [DEFAULTS]: defaults } = olds;
    const inputs = {
      ...liveInputs(fields, plain(olds), outputs),
      ...(defaults === undefined ? {} : { [DEFAULTS]: defaults }),
    };
    return { id: object.id, inputs, outputs };
  }

  async update(request: UpdateRequest): Promise<{ outputs: Props }> {
    this.world.account.reload();
    const model = this.modelOf(request.type);
    const self = this.find(model, request.id, request.oldOutputs);
    if (request.preview) {
      return {
        outputs: foresee(model, request, request.inputs, { self, outputs: request.oldOutputs }, this.world),
      };
    }
    if (self === undefined)
      throw new Error(
        `updating ${request.type}: ${request.id} does not exist in this account; refresh first`,
      );
    const object = this.faults.run("update", request.type, () =>
      update(model, request, self, request.inputs, this.world),
    );
    return { outputs: outputsOf(model, object, request.inputs, this.world) };
  }

  async delete(request: DeleteRequest): Promise<void> {
    this.world.account.reload();
    const model = this.modelOf(request.type);
    const self = this.find(model, request.id, request.outputs);
    this.faults.run("delete", request.type, () => {
      if (self !== undefined) remove(model, request, self, this.world);
    });
  }

  async invoke(token: string, args: Props): Promise<Props> {
    this.world.account.reload();
    return this.faults.run("invoke", token, () => this.simulated.invoke(token, args, this.world));
  }

  private modelOf(type: string): Model {
    const { title, models: known } = this.simulated;
    const model = known.get(type);
    if (model === undefined) throw new Error(`the rehearsal's ${title} stand-in does not model ${type}`);
    return model;
  }

  /** An import may name the region after the id: `vpc-0…@eu-central-1`. */
  private find(model: Model, id: string, outputs: Props): AccountObject | undefined {
    const [, bare = id, suffix] = /^(.+)@([a-z]{2}-[a-z]+-\d)$/.exec(id) ?? [];
    const region = suffix ?? outputs["region"] ?? this.world.config.region;
    const wanted = model.global === true ? "" : region;
    return this.world.account
      .all(model.type)
      .find((object) => object.id === bare && object.region === wanted);
  }

  /** Inputs with the region that they mean, so that a change of the provider's own region is seen. */
  private placed(model: Model, inputs: Props, outputs: Props): Props {
    if (model.global === true) return inputs;
    return { ...inputs, region: inputs["region"] ?? outputs["region"] ?? this.world.config.region };
  }
}
/* eslint-enable @typescript-eslint/require-await */

function covers(ignored: string, path: string): boolean {
  return (
    ignored === "*" || path === ignored || path.startsWith(`${ignored}.`) || path.startsWith(`${ignored}[`)
  );
}
