import assert from "node:assert/strict";
import { accountContents } from "../../../../rehearsal/providers/aws/outside";
import type { Json, Props } from "../../../../rehearsal/providers/part";
import type { World } from "./fixtures";
import { prepare, valid, world } from "./fixtures";
import { refusal } from "./harness";

/** What is broken in valid inputs, and what the refusal says. */
export type Case = readonly [
  sentence: string,
  type: string,
  changes: Props | ((w: World) => Props | Promise<Props>),
  message: RegExp,
];

export const arn = (held: { outputs: Props }): string => held.outputs["arn"] as string;
export const policy = (statement: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
export const allow = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
export const none = (...fields: readonly string[]): Props =>
  Object.fromEntries(fields.map((field) => [field, null]));

/** Each case is made from inputs that the account takes, so that nothing but the break can be what is refused. */
export function refuses(area: string, cases: readonly Case[]): void {
  describe(`the AWS stand-in refuses in ${area}`, () => {
    for (const [sentence, type, changes, message] of cases) {
      it(`${sentence} (${type.split(":")[2] ?? ""})`, async () => {
        const w = await world();
        await prepare(w, type);
        const broken = typeof changes === "function" ? await changes(w) : changes;
        const inputs: Record<string, Json> = { ...valid(w)[type], ...broken };
        const before = accountContents(w.engine.file);
        assert.match(await refusal(w.engine.create(type, "broken", inputs)), message);
        assert.deepEqual(accountContents(w.engine.file), before);
      });
    }
  });
}
