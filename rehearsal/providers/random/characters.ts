import { randomInt } from "node:crypto";

/** How a random string is made, as the official provider documents it. */
export interface StringRule {
  readonly length: number;
  readonly lower: boolean;
  readonly upper: boolean;
  readonly numeric: boolean;
  readonly special: boolean;
  /** Takes the place of the default special characters, unless it is empty. */
  readonly overrideSpecial: string | undefined;
  readonly minLower: number;
  readonly minUpper: number;
  readonly minNumeric: number;
  readonly minSpecial: number;
}

const lowerCase = "abcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";
const defaultSpecial = "!@#$%&*()-_=+[]{}<>:?";

/** A string of the rule's length, with at least as many characters of each kind as the rule says, in random order. */
export function randomString(rule: StringRule): string {
  const special =
    rule.overrideSpecial === undefined || rule.overrideSpecial === "" ? defaultSpecial : rule.overrideSpecial;
  const all =
    (rule.special ? special : "") +
    (rule.lower ? lowerCase : "") +
    (rule.upper ? lowerCase.toUpperCase() : "") +
    (rule.numeric ? digits : "");
  const needed = [
    ...pick(special, rule.minSpecial),
    ...pick(lowerCase, rule.minLower),
    ...pick(lowerCase.toUpperCase(), rule.minUpper),
    ...pick(digits, rule.minNumeric),
  ];
  return shuffle([...needed, ...pick(all, rule.length - needed.length)]).join("");
}

/** What is wrong with a rule, in one sentence; undefined when it can be kept. */
export function ruleProblem(rule: StringRule): string | undefined {
  const { length, minLower, minUpper, minNumeric, minSpecial } = rule;
  if (!Number.isInteger(length) || length < 1)
    return `length must be a whole number of at least 1, not ${length}`;
  const least = minLower + minUpper + minNumeric + minSpecial;
  if (least > length) {
    return `length (${length}) must be at least minUpper + minLower + minNumeric + minSpecial (${least})`;
  }
  const kinds = rule.lower || rule.upper || rule.numeric || rule.special;
  return kinds ? undefined : "at least one of lower, upper, numeric and special must be true";
}

function pick(from: string, count: number): string[] {
  return Array.from({ length: count }, () => from.charAt(randomInt(from.length)));
}

function shuffle(characters: string[]): string[] {
  for (let last = characters.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [characters[last], characters[other]] = [characters[other] ?? "", characters[last] ?? ""];
  }
  return characters;
}
