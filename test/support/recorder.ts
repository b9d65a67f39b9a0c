import * as pulumi from "@pulumi/pulumi";

/** One registered resource, with what the engine would have been told of it. */
export interface Recorded {
  readonly type: string;
  readonly name: string;
  /** Inputs with secrets unwrapped; `secrets` says which top-level ones were secret. */
  readonly inputs: Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any
  readonly secrets: readonly string[];
  /** Inputs as anybody reads them in a state: a word stands in the place of each secret, which is encrypted there. */
  readonly open: Readonly<Record<string, unknown>>;
  /** URN of the parent; empty for the stack's own children when none is given. */
  readonly parent: string;
  readonly custom: boolean;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly provider: string;
  readonly dependsOn: readonly string[];
  /** URNs of the resources that each input comes from. */
  readonly comesFrom: Readonly<Record<string, readonly string[]>>;
  readonly ignoreChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly aliases: readonly unknown[];
  readonly urn: string;
}

export interface Recording<T> {
  readonly result: T;
  readonly resources: readonly Recorded[];
  /** All resources of one type. */
  readonly ofType: (type: string) => readonly Recorded[];
  /** The only resource of that type with that name; fails when there is not exactly one. */
  readonly one: (type: string, name?: string) => Recorded;
  /** Type → how many. */
  readonly counts: () => Record<string, number>;
  /** Outputs of components by URN, as anybody reads them in a state. */
  readonly openOutputs: ReadonlyMap<string, unknown>;
}

export interface RecordOptions {
  /** Values that a provider would answer with, over the inputs. */
  readonly outputs?: (args: pulumi.runtime.MockResourceArgs) => Record<string, unknown>;
  readonly call?: (args: pulumi.runtime.MockCallArgs) => Record<string, unknown>;
  readonly preview?: boolean;
  readonly project?: string;
  readonly stack?: string;
}

/** The part of the SDK's own request that the recorder reads. */
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getProvider(): string;
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
  getDependenciesList(): string[];
  getPropertydependenciesMap(): { entries(): Iterable<[string, { getUrnsList(): string[] }]> };
  getIgnorechangesList(): string[];
  getAdditionalsecretoutputsList(): string[];
  getAliasesList(): { toObject(): unknown }[];
}
type RegisterCallback = (error: unknown, response: { getUrn(): string } | undefined) => unknown;
type Register = (request: RegisterRequest, callback: RegisterCallback, ...rest: unknown[]) => unknown;

interface OutputsRequest {
  getUrn(): string;
  getOutputs(): { toJavaScript(): Record<string, unknown> } | undefined;
}
type RegisterOutputs = (request: OutputsRequest, ...rest: unknown[]) => unknown;

const SECRET = "4dabf18193072939515e22adb298388d";

function unwrap(value: unknown): unknown {
  return withSecrets(value, unwrap);
}

function closed(value: unknown): unknown {
  return withSecrets(value, () => "[secret]");
}

/** A value as it came, with something in the place of each secret. */
function withSecrets(value: unknown, instead: (secret: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withSecrets(item, instead));
  if (value === null || typeof value !== "object") return value;
  const record = value as Record<string, unknown>;
  if (SECRET in record && "value" in record) return instead(record["value"]);
  return Object.fromEntries(Object.entries(record).map(([key, inner]) => [key, withSecrets(inner, instead)]));
}

function holdsSecret(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsSecret);
  if (value === null || typeof value !== "object") return false;
  return SECRET in value || Object.values(value).some(holdsSecret);
}

/** Runs a program against mocks, waits until all of it is registered, and tells what was. */
export async function record<T>(
  program: () => T | Promise<T>,
  options: RecordOptions = {},
): Promise<Recording<T>> {
  const resources: Recorded[] = [];
  const openOutputs = new Map<string, unknown>();
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => ({
        id: args.custom === false ? undefined : `${args.name}-id`,
        state: { ...(args.inputs as object), ...options.outputs?.(args) },
      }),
      call: (args) => options.call?.(args) ?? {},
    },
    options.project ?? "slipway",
    options.stack ?? "test",
    options.preview ?? false,
  );
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResource: Register;
    registerResourceOutputs: RegisterOutputs;
  };
  const original: Register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback, ...rest): unknown =>
    original(
      request,
      (error, response) => {
        if (response !== undefined && request.getType() !== "pulumi:pulumi:Stack") {
          const inputs = request.getObject()?.toJavaScript() ?? {};
          resources.push({
            type: request.getType(),
            name: request.getName(),
            inputs: unwrap(inputs) as Recorded["inputs"],
            secrets: Object.keys(inputs).filter((key) => holdsSecret(inputs[key])),
            open: closed(inputs) as Recorded["open"],
            parent: request.getParent(),
            custom: request.getCustom(),
            protect: request.getProtect(),
            retainOnDelete: request.getRetainondelete(),
            provider: request.getProvider(),
            dependsOn: request.getDependenciesList(),
            comesFrom: Object.fromEntries(
              [...request.getPropertydependenciesMap().entries()].map(([input, urns]) => [
                input,
                urns.getUrnsList().sort(),
              ]),
            ),
            ignoreChanges: request.getIgnorechangesList(),
            additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
            aliases: request.getAliasesList().map((alias) => alias.toObject()),
            urn: response.getUrn(),
          });
        }
        return callback(error, response);
      },
      ...rest,
    );
  const outputsOf: RegisterOutputs = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResourceOutputs = (request, ...rest): unknown => {
    openOutputs.set(request.getUrn(), closed(request.getOutputs()?.toJavaScript() ?? {}));
    return outputsOf(request, ...rest);
  };
  const result = await program();
  await pulumi.runtime.disconnect();
  const ofType = (type: string): Recorded[] => resources.filter((resource) => resource.type === type);
  return {
    result,
    resources,
    ofType,
    one(type, name) {
      const found = ofType(type).filter((resource) => name === undefined || resource.name === name);
      const [first] = found;
      if (first === undefined || found.length !== 1) {
        throw new Error(
          `expected one ${type} ${name ?? ""}, found ${found.length} of: ${resources.map((r) => `${r.type} ${r.name}`).join(", ")}`,
        );
      }
      return first;
    },
    counts() {
      const counts: Record<string, number> = {};
      for (const { type } of resources) counts[type] = (counts[type] ?? 0) + 1;
      return counts;
    },
    openOutputs,
  };
}

/** The value of an output under mocks. */
export function value<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => void output.apply((inner) => resolve(inner)));
}
