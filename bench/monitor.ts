import * as pulumi from "@pulumi/pulumi";
import type { RecordedResource } from "./recording";

/** The part of the SDK's own request that is read here. */
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getCustom(): boolean;
  getProvider(): string;
  getVersion(): string;
  hasProtect(): boolean;
  getProtect(): boolean;
  hasRetainondelete(): boolean;
  getRetainondelete(): boolean;
  getDeletebeforereplace(): boolean;
  getDeletebeforereplacedefined(): boolean;
  getIgnorechangesList(): string[];
  getAdditionalsecretoutputsList(): string[];
  getDependenciesList(): string[];
  getPropertydependenciesMap(): {
    forEach(visit: (dependencies: { getUrnsList(): string[] }, key: string) => void): void;
  };
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
}
type Callback = (error: unknown, response: { getUrn(): string } | undefined) => unknown;
type Register = (request: RegisterRequest, callback: Callback, ...rest: unknown[]) => unknown;

/**
 * Tells of each resource that the engine took in, the stack's own aside. To be called inside a program, for each run
 * of one has a connection of its own.
 */
export function watchRegistrations(tell: (request: RegisterRequest, urn: string) => void): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as { registerResource: Register };
  const original: Register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback, ...rest): unknown =>
    original(
      request,
      (error, response) => {
        if (response !== undefined && request.getType() !== "pulumi:pulumi:Stack") {
          tell(request, response.getUrn());
        }
        return callback(error, response);
      },
      ...rest,
    );
}

/** What was sent to the engine for one resource, as plain data. */
export function recorded(request: RegisterRequest, urn: string): RecordedResource {
  const inputsFrom: Record<string, string[]> = {};
  request.getPropertydependenciesMap().forEach((dependencies, key) => {
    inputsFrom[key] = dependencies.getUrnsList();
  });
  return {
    urn,
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    provider: request.getProvider(),
    inputs: request.getObject()?.toJavaScript() ?? {},
    inputsFrom,
    after: request.getDependenciesList(),
    options: {
      ...(request.getVersion() === "" ? {} : { version: request.getVersion() }),
      ...(request.hasProtect() ? { protect: request.getProtect() } : {}),
      ...(request.hasRetainondelete() ? { retainOnDelete: request.getRetainondelete() } : {}),
      ...(request.getDeletebeforereplacedefined()
        ? { deleteBeforeReplace: request.getDeletebeforereplace() }
        : {}),
      ignoreChanges: request.getIgnorechangesList(),
      additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    },
  };
}
