import type { Rule, RuleGroup } from "../../../components/common/prometheus-operator";

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Shortest window in which a rate can still be told, by scrapes every half second. */
const SHORTEST_MS = 3000;

/** Rules in which every window, `for` and interval is so many times as short, that a test need not take as long. */
export function shortened(groups: readonly RuleGroup[], factor: number): readonly RuleGroup[] {
  const window = (text: string): string =>
    `${Math.max(Math.round(milliseconds(text) / factor), SHORTEST_MS)}ms`;
  const time = (text: string): string => `${Math.round(milliseconds(text) / factor)}ms`;
  const expression = (text: string): string =>
    text
      .replaceAll(/\[([0-9a-z]+)\]/g, (_, range: string) => `[${window(range)}]`)
      .replaceAll(/\boffset ([0-9a-z]+)/g, (_, offset: string) => `offset ${time(offset)}`);
  const rule = (one: Rule): Rule => ({
    ...one,
    expr: expression(one.expr),
    ...("for" in one ? { for: time(one.for) } : {}),
  });
  return groups.map((group) => ({
    ...group,
    ...(group.interval === undefined ? {} : { interval: time(group.interval) }),
    rules: group.rules.map(rule),
  }));
}

function milliseconds(text: string): number {
  return [...text.matchAll(/(\d+)(ms|[smhdw])/g)].reduce(
    (sum, [, amount, unit = ""]) => sum + Number(amount) * (UNITS[unit] ?? Number.NaN),
    0,
  );
}
