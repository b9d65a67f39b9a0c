import { platformNamespaces } from "../../common/namespaces";
import { SlipwayError } from "../../common/problems";

/** Says that a field has a value that is not allowed; the text after it names what is. */
export type Report = (field: string, value: unknown, allowed: string) => void;

/** A DNS label that starts with a letter, as Service names must (RFC 1035). */
export const NAME = /^[a-z](?:[a-z0-9-]*[a-z0-9])?$/;
/** A host name of at least two labels, or one under `localhost`. */
export const HOST =
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Path of a request, without query. */
export const PATH = /^\/[^\s?#]*$/;

/** Objects take a service's name and get suffixes of their own: pods the longest, with 17 characters. */
export const NAME_LENGTH = 30;
const NAME_RULE = `a DNS label of at most ${NAME_LENGTH} characters: lower-case letters, digits and -, starting with a letter`;

/** Reports a name that cannot be a Kubernetes object's. */
export function checkName(report: Report, field: string, name: string): void {
  if (!NAME.test(name) || name.length > NAME_LENGTH) report(field, name, NAME_RULE);
}

/** Namespaces that the cluster has by itself. */
const CLUSTER_NAMESPACE = /^(?:default|kube-.*)$/;
const TAKEN: readonly string[] = Object.values(platformNamespaces);

/** Reports a name that cannot be that of a system's own namespace. */
export function checkNamespace(report: Report, field: string, namespace: string): void {
  if (
    !NAME.test(namespace) ||
    namespace.length > 63 ||
    CLUSTER_NAMESPACE.test(namespace) ||
    TAKEN.includes(namespace)
  ) {
    report(
      field,
      namespace,
      `a DNS label, neither default nor one that starts with kube-, and none of the platform's own: ${TAKEN.join(", ")}`,
    );
  }
}

/** Reports a value that is no integer from `min` to `max`. */
export function checkInteger(report: Report, field: string, value: unknown, min: number, max: number): void {
  if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
    report(field, value, `an integer from ${min} to ${max}`);
  }
}

/** The number that `parse` reads out of a quantity; reports one that it refuses and gives undefined. */
export function readQuantity<T>(
  report: Report,
  field: string,
  value: T,
  parse: (value: T) => number,
): number | undefined {
  try {
    return parse(value);
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    report(field, value, error.problem.allowed ?? "a quantity");
    return undefined;
  }
}

/** Reports each bound that is no quantity, and a limit below its request. */
export function checkBounds<T>(
  report: Report,
  field: string,
  [request, limit]: readonly [T, T],
  parse: (value: T) => number,
): void {
  const least = readQuantity(report, `${field}[0]`, request, parse);
  const most = readQuantity(report, `${field}[1]`, limit, parse);
  if (least !== undefined && most !== undefined && most < least) {
    report(`${field}[1]`, limit, `a limit of at least the request, ${String(request)}`);
  }
}

/** `a, b, c`, or `none` where there is nothing to choose from. */
export function list(names: readonly string[]): string {
  return names.length === 0 ? "none, for there are none" : names.join(", ");
}

/** Reports a command without words, or with one that is no text. */
export function checkCommand(report: Report, field: string, command: readonly unknown[]): void {
  if (command.length === 0 || !command.every((word) => typeof word === "string" && word !== "")) {
    report(field, command, 'a list of words, e.g. ["npm", "run", "migrate"]');
  }
}

/** Reports a path that is no directory below the root of a container. */
export function checkDirectory(report: Report, field: string, path: string): void {
  if (!/^(?:\/[A-Za-z0-9._-]+)+$/.test(path) || path.length > LONGEST_PATH || /\/\.\.?(?:\/|$)/.test(path)) {
    report(field, path, `an absolute path of at most ${LONGEST_PATH} characters below /`);
  }
}

/** The name of a scratch volume is "scratch" and the path, and a name has 63 characters. */
const LONGEST_PATH = 50;
