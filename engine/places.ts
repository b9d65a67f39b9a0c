import { findSourceMap } from "node:module";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";

/** A line of the program. */
export interface Place {
  /** From the root of the repository, with slashes. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** Where resources were registered. */
export interface Places {
  /** To be called in the program, before its first resource. */
  watch(): void;
  /** Undefined for what the program did not register itself, such as what a provider renders from a chart. */
  of(urn: string): Place | undefined;
}

/** Folders that hold the program; what stands elsewhere is the SDK, or whoever runs the program. */
const ownFolders = ["infra", "components"];

/** Most frames between a resource and the line that makes it. */
const frames = 40;

/**
 * Notes for each resource the innermost line of the program that makes it. A trace is taken for every resource, which
 * components/common/stack-traces.ts otherwise spares a preview: only for a command that shows the lines.
 */
export function placesIn(root: string, folders: readonly string[] = ownFolders): Places {
  const own = folders.map((folder) => path.join(root, folder) + path.sep);
  const places = new Map<string, Place>();
  /** Types from the outermost parent to the resource itself, as a URN has them. */
  const chains = new WeakMap<object, string>();
  const find = (resource: object): Place | undefined => {
    const constructors = constructorsOf(resource);
    for (const site of callSites()) {
      // Where a component calls its base is no news; who makes the component is.
      if (site.isConstructor() && constructors.has(site.getFunctionName() ?? "")) continue;
      const file = site.getFileName()?.replace(/^file:\/\//, "") ?? "";
      if (own.some((folder) => file.startsWith(folder)))
        return { file: path.relative(root, file).replaceAll(path.sep, "/"), line: lineOf(site, file) };
    }
    return undefined;
  };
  return {
    watch() {
      pulumi.runtime.registerStackTransformation(({ resource, type, name, opts }) => {
        const outer = opts.parent === undefined ? undefined : chains.get(opts.parent);
        const chain = outer === undefined ? type : `${outer}$${type}`;
        chains.set(resource, chain);
        const place = find(resource);
        if (place !== undefined) places.set(`${chain}::${name}`, place);
        return undefined;
      });
    },
    of: (urn) => places.get(urn.split("::").slice(2).join("::")),
  };
}

/** Names of the classes of an object, its own and those that it extends. */
function constructorsOf(object: object): ReadonlySet<string> {
  const names = new Set<string>();
  for (let at: unknown = object.constructor; typeof at === "function"; at = Object.getPrototypeOf(at))
    names.add(at.name);
  return names;
}

function callSites(): readonly NodeJS.CallSite[] {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is put back as it was.
  const { prepareStackTrace, stackTraceLimit } = Error;
  const holder: { stack?: readonly NodeJS.CallSite[] } = {};
  try {
    Error.stackTraceLimit = frames;
    Error.prepareStackTrace = (_error, sites) => sites;
    Error.captureStackTrace(holder, callSites);
    return holder.stack ?? [];
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** The line in the source; a call site knows only the one in what was compiled from it. */
function lineOf(site: NodeJS.CallSite, file: string): number {
  const line = site.getLineNumber() ?? 1;
  const entry = findSourceMap(file)?.findEntry(line - 1, (site.getColumnNumber() ?? 1) - 1);
  // Empty where the map has nothing for it.
  const { originalLine } = (entry ?? {}) as { readonly originalLine?: number };
  return originalLine === undefined ? line : originalLine + 1;
}
