import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { createContext, runInContext } from "node:vm";
import { format, resolveConfig } from "prettier";
import { http } from "../../../components/spec/probes";
import { specForStage } from "../../../components/spec/stage";
import type { SystemSpec } from "../../../components/spec/types";
import { contradictions, validateSpec } from "../../../components/spec/validate";
import { specText } from "../../../cli/system-template";
import { render } from "../system/fixtures";

const root = path.resolve(__dirname, "..", "..", "..");
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");

/** Blocks of TypeScript in a page, without what they are indented by. */
function blocks(text: string): string[] {
  return [...text.matchAll(/^( *)```ts\n([\s\S]*?)^ *```$/gm)].map(([, indent = "", code = ""]) =>
    code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  );
}

type Json = Readonly<Record<string, unknown>>;

/** Value of an object literal, or of what stands between its braces. Plain, for the context has objects of its own. */
function valueOf(code: string): Json {
  const literal = code.trimStart().startsWith("{") ? `(${code})` : `({${code}})`;
  return structuredClone(runInContext(literal, createContext({ http }))) as Json;
}

/** The spec of a file that a page shows whole. */
function specOf(code: string): SystemSpec {
  const [, literal = ""] = /SystemSpec = (\{[\s\S]*\});/.exec(code) ?? [];
  return valueOf(literal) as unknown as SystemSpec;
}

function merged(a: Json, b: Json): Json {
  const isObject = (value: unknown): value is Json =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  return Object.fromEntries(
    [...new Set([...Object.keys(a), ...Object.keys(b)])].map((key) => {
      const [one, other] = [a[key], b[key]];
      if (!(key in b)) return [key, one];
      return [key, isObject(one) && isObject(other) ? merged(one, other) : other];
    }),
  );
}

describe("examples of the docs", () => {
  it("are sound in docs/systems.md, the first by itself and all of them together", () => {
    const pieces = blocks(read("docs/systems.md")).map(valueOf);
    assert.equal(pieces.length, 10);
    const whole = pieces.reduce(merged);
    assert.deepEqual(contradictions(whole as unknown as SystemSpec), []);
    assert.deepEqual(contradictions(pieces[0] as unknown as SystemSpec), []);
  });

  it("are rendered in docs/systems.md, in every stage that they name", async () => {
    const whole = blocks(read("docs/systems.md")).map(valueOf).reduce(merged) as unknown as SystemSpec;
    for (const stage of Object.keys(whole.stages ?? {})) {
      const { ofType } = await render(whole, { stage, share: 0.5 });
      assert.equal(ofType("kubernetes:apps/v1:Deployment").length, 3, stage);
      assert.equal(ofType("kubernetes:batch/v1:CronJob").length, 1, stage);
    }
  });

  it("are sound in README.md", () => {
    const [code = ""] = blocks(read("README.md"));
    const spec = specOf(code);
    validateSpec(spec);
    for (const stage of ["production", "staging"]) {
      validateSpec(specForStage(spec, { stage, replicaShare: 0.5, storeShare: 0.5 }));
    }
  });

  it("show in docs/getting-started.md what `slipway new system` writes", async () => {
    const [shown = ""] = blocks(read("docs/getting-started.md"));
    const options = {
      ...(await resolveConfig(path.join(root, "cli/new.ts"))),
      parser: "typescript",
      printWidth: 80,
    };
    const written = specText({ name: "shop", identifier: "shop" });
    assert.equal(await format(shown, options), await format(written, options));
  });

  it("are sound in docs/getting-started.md when the cache is added", () => {
    const [shown = "", cache = ""] = blocks(read("docs/getting-started.md"));
    const spec = merged(specOf(shown) as unknown as Json, valueOf(cache)) as unknown as SystemSpec;
    validateSpec(spec);
    assert.deepEqual(Object.keys(spec.stores ?? {}), ["main", "cache"]);
  });

  it("quote the refusal in docs/getting-started.md as it is said", () => {
    const text = read("docs/getting-started.md");
    const wrong = valueOf(`services: { web: {
      port: 80, replicas: { max: 1 }, env: { DATABASE_URL: { store: "mian" } },
    } }`);
    const spec = merged(specOf(blocks(text)[0] ?? "") as unknown as Json, wrong) as unknown as SystemSpec;
    const [, quoted = ""] = /^(system "shop": .*)$/m.exec(text) ?? [];
    assert.throws(() => validateSpec(spec), { name: "SlipwayError", message: quoted });
  });
});
