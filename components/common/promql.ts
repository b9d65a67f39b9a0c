import { parser } from "@prometheus-io/lezer-promql";

/** What can be said of an expression without running it. */
export interface Expression {
  /** Where it cannot be read, as a text for people; undefined for one that is sound in grammar. */
  readonly problem: string | undefined;
  /** Names of the metrics that it reads, each once, in their order. */
  readonly metrics: readonly string[];
}

const AROUND = 20;

/**
 * Reads PromQL by Prometheus's own grammar. Types are not checked: that a range goes into `rate` is for promtool.
 * A name given by `{__name__="x"}` is found too; a pattern of names (`=~`) is none.
 */
export function readPromql(text: string): Expression {
  let problem: string | undefined;
  const metrics = new Set<string>();
  parser.parse(text).iterate({
    enter({ type, from, to, node }) {
      if (type.isError) problem ??= `cannot be read at "${text.slice(from, from + AROUND) || "its end"}"`;
      if (type.name === "VectorSelector") {
        const name = node.getChild("Identifier");
        if (name !== null) metrics.add(text.slice(name.from, name.to));
      }
      if (type.name === "UnquotedLabelMatcher") {
        const named = /^__name__\s*=\s*(["'`])(.*)\1$/.exec(text.slice(from, to))?.[2];
        if (named !== undefined) metrics.add(named);
      }
    },
  });
  if (text.trim() === "") problem = "is empty";
  return { problem, metrics: [...metrics] };
}

/**
 * A selector with further matchers: `a{b="c"}` and `{ namespace: "d" }` give `a{namespace="d",b="c"}`.
 *
 * @param selector name of a metric, with or without braces
 */
export function withMatchers(selector: string, matchers: Readonly<Record<string, string>>): string {
  const [, name = selector, own = ""] = /^([^{]*)(?:\{(.*)\})?$/s.exec(selector.trim()) ?? [];
  const added = Object.entries(matchers).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  const all = [...added, ...(own.trim() === "" ? [] : [own.trim()])];
  return `${name}{${all.join(",")}}`;
}
