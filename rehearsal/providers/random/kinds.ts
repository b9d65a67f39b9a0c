import { randomBytes, randomInt, randomUUID, scryptSync } from "node:crypto";
import type { Json, Props } from "../part";
import type { StringRule } from "./characters";
import { randomString, ruleProblem } from "./characters";

/** A resource type of the random provider. */
export interface RandomKind {
  readonly fields: Readonly<Record<string, "string" | "number" | "boolean" | "map">>;
  readonly required: readonly string[];
  readonly defaults: Props;
  /** Names of what {@link make} adds to the inputs. */
  readonly outputs: readonly string[];
  /** What is wrong with known inputs, in one sentence. */
  problem?(inputs: Props): string | undefined;
  make(inputs: Props): { readonly id: string; readonly values: Props };
}

const keepers = { keepers: "map" } as const;

const stringFields = {
  ...keepers,
  length: "number",
  lower: "boolean",
  upper: "boolean",
  number: "boolean",
  numeric: "boolean",
  special: "boolean",
  overrideSpecial: "string",
  minLower: "number",
  minUpper: "number",
  minNumeric: "number",
  minSpecial: "number",
} as const;

const text = {
  fields: stringFields,
  required: ["length"],
  defaults: {
    lower: true,
    upper: true,
    number: true,
    numeric: true,
    special: true,
    minLower: 0,
    minUpper: 0,
    minNumeric: 0,
    minSpecial: 0,
  },
  problem: (inputs: Props) => ruleProblem(ruleOf(inputs)),
} as const;

/** The modelled types, by token. Any other is refused. */
export const randomKinds: Readonly<Record<string, RandomKind>> = {
  "random:index/randomPassword:RandomPassword": {
    ...text,
    outputs: ["result", "bcryptHash"],
    make(inputs) {
      const result = randomString(ruleOf(inputs));
      return { id: "none", values: { result, bcryptHash: standInHash(result) } };
    },
  },
  "random:index/randomString:RandomString": {
    ...text,
    outputs: ["result"],
    make(inputs) {
      const result = randomString(ruleOf(inputs));
      return { id: result, values: { result } };
    },
  },
  "random:index/randomId:RandomId": {
    fields: { ...keepers, byteLength: "number", prefix: "string" },
    required: ["byteLength"],
    defaults: {},
    outputs: ["b64Std", "b64Url", "dec", "hex"],
    problem: ({ byteLength }) => atLeastOne("byteLength", byteLength),
    make(inputs) {
      const bytes = randomBytes(Number(inputs["byteLength"]));
      const prefix = typeof inputs["prefix"] === "string" ? inputs["prefix"] : "";
      const id = bytes.toString("base64url");
      const hex = bytes.toString("hex");
      const forms = { b64Std: bytes.toString("base64"), b64Url: id, dec: BigInt(`0x${hex}`).toString(), hex };
      const values = Object.fromEntries(Object.entries(forms).map(([name, form]) => [name, prefix + form]));
      return { id, values };
    },
  },
  "random:index/randomBytes:RandomBytes": {
    fields: { ...keepers, length: "number" },
    required: ["length"],
    defaults: {},
    outputs: ["base64", "hex"],
    problem: ({ length }) => atLeastOne("length", length),
    make(inputs) {
      const bytes = randomBytes(Number(inputs["length"]));
      return { id: "none", values: { base64: bytes.toString("base64"), hex: bytes.toString("hex") } };
    },
  },
  "random:index/randomPet:RandomPet": {
    fields: { ...keepers, length: "number", prefix: "string", separator: "string" },
    required: [],
    defaults: { length: 2, separator: "-" },
    outputs: [],
    problem: ({ length }) => atLeastOne("length", length),
    make(inputs) {
      const words = Array.from({ length: Number(inputs["length"]) - 1 }, () => oneOf(adjectives));
      const prefix = typeof inputs["prefix"] === "string" ? [inputs["prefix"]] : [];
      const separator = typeof inputs["separator"] === "string" ? inputs["separator"] : "-";
      return { id: [...prefix, ...words, oneOf(animals)].join(separator), values: {} };
    },
  },
  "random:index/randomUuid:RandomUuid": {
    fields: keepers,
    required: [],
    defaults: {},
    outputs: ["result"],
    make() {
      const result = randomUUID();
      return { id: result, values: { result } };
    },
  },
};

const adjectives = [
  "able",
  "bold",
  "calm",
  "clear",
  "fair",
  "fresh",
  "glad",
  "keen",
  "light",
  "quick",
  "sound",
  "warm",
];
const animals = [
  "badger",
  "crane",
  "falcon",
  "heron",
  "ibex",
  "lark",
  "marten",
  "otter",
  "plover",
  "seal",
  "tern",
  "wren",
];

function oneOf(words: readonly string[]): string {
  return words[randomInt(words.length)] ?? "";
}

function atLeastOne(name: string, value: Json | undefined): string | undefined {
  return Number.isInteger(value) && Number(value) >= 1
    ? undefined
    : `${name} must be a whole number of at least 1, not ${JSON.stringify(value)}`;
}

function ruleOf(inputs: Props): StringRule {
  const { overrideSpecial, numeric, number } = inputs;
  return {
    length: Number(inputs["length"]),
    lower: inputs["lower"] === true,
    upper: inputs["upper"] === true,
    // `number` is the deprecated name of `numeric`; either may switch digits off.
    numeric: numeric === true && number === true,
    special: inputs["special"] === true,
    overrideSpecial: typeof overrideSpecial === "string" ? overrideSpecial : undefined,
    minLower: Number(inputs["minLower"]),
    minUpper: Number(inputs["minUpper"]),
    minNumeric: Number(inputs["minNumeric"]),
    minSpecial: Number(inputs["minSpecial"]),
  };
}

/** Not bcrypt, which Node does not have: a salted scrypt hash that says so, so that nobody tries to log in with it. */
function standInHash(password: string): string {
  const salt = randomBytes(16);
  return `$scrypt-stand-in$${salt.toString("base64url")}$${scryptSync(password, salt, 24).toString("base64url")}`;
}
