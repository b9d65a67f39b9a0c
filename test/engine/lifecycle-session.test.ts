import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse, stringify } from "yaml";
import { up } from "../../engine/operations";
import { silent } from "../../engine/progress";
import { openStack } from "../../engine/stack";
import { ensureTool } from "../../engine/tools";
import type { StackTarget } from "../../engine/types";
import { isProtected, rehearsed } from "../../rehearsal/config";
import { openSession } from "../../rehearsal/session";
import type { Session } from "../../rehearsal/session";
import { temporaryFolder } from "../support/temporary";
import { installTools } from "../support/tools";
import { Box } from "./support/scratch";

const root = path.resolve(__dirname, "..", "..");

describe("secrets in the config of a rehearsal", function () {
  this.timeout(120_000);
  before(installTools);
  let checkout: string;
  let session: Session | undefined;
  before(() => {
    checkout = temporaryFolder("slipway-session-test-");
    mkdirSync(path.join(checkout, "infra"));
    cpSync(path.join(root, "Pulumi.yaml"), path.join(checkout, "Pulumi.yaml"));
    const config = {
      "slipway:stage": "local",
      "other:password": { secure: "v1:AAAA:BBBB" },
      "other:nested": {
        "dotted.key": { secure: "v1:CCCC:DDDD" },
        list: ["plain", { secure: "v1:EEEE:FFFF" }],
        open: "seen",
      },
    };
    // The salt is the user's own, and its passphrase is not asked for.
    writeFileSync(
      path.join(checkout, "Pulumi.dev.yaml"),
      stringify({ encryptionsalt: "v1:salt:of:theirs", config }),
    );
  });
  after(async () => {
    await session?.remove();
    rmSync(checkout, { recursive: true, force: true });
  });

  it("are secret for program and state, and stay so after config was written again", async () => {
    const engine = await ensureTool("pulumi", silent);
    session = await openSession({
      root: checkout,
      stack: "dev",
      plugins: [],
      overrides: (config) => ({ ...rehearsed(config, {}), "slipway:protection": true }),
      checkpoints: false,
    });
    const { folder, secrets, env } = session;
    const file = path.join(folder, "Pulumi.dev.yaml");
    const stackFile = () =>
      parse(readFileSync(file, "utf8")) as { encryptionsalt?: string; config: Record<string, unknown> };
    assert.deepEqual(
      secrets.map(({ path: at }) => at),
      ["other:password", 'other:nested["dotted.key"]', "other:nested.list[1]"],
    );
    const holds = (text: string): boolean => secrets.some(({ value }) => text.includes(value));
    assert.equal(holds(readFileSync(file, "utf8")), false);

    await session.seal(engine);
    const sealed = stackFile();
    assert.match(sealed.encryptionsalt ?? "", /^v1:/);
    assert.notEqual(sealed.encryptionsalt, "v1:salt:of:theirs");
    // Each ciphertext as one word, so that the shape can be compared as a whole.
    const shape = JSON.parse(JSON.stringify(sealed.config).replaceAll(/"v1:[^"]+"/g, '"v1"')) as object;
    assert.deepEqual(shape, {
      "slipway:stage": "local",
      "slipway:addons": "provided",
      "other:password": { secure: "v1" },
      "other:nested": { "dotted.key": { secure: "v1" }, list: ["plain", { secure: "v1" }], open: "seen" },
      "slipway:protection": "true",
    });
    assert.equal(isProtected(session.config), true);
    assert.equal(holds(readFileSync(file, "utf8")), false);

    const seen: { password?: string; nested?: unknown; protection?: string | undefined } = {};
    const program = (): Promise<Record<string, unknown>> => {
      const config = new pulumi.Config("other");
      new Box("box");
      seen.protection = new pulumi.Config("slipway").get("protection");
      const password = config.requireSecret("password");
      const nested = config.requireSecretObject("nested");
      return Promise.resolve({
        password: password.apply((value) => (seen.password = value)),
        nested: nested.apply((value) => (seen.nested = value)),
        isSecret: Promise.all([password, nested].map((output) => pulumi.isSecret(output))),
      });
    };
    const target: StackTarget = { stack: "dev", project: "slipway", workDir: folder, program, env };
    const wanted = {
      "dotted.key": secrets[1]?.value,
      list: ["plain", secrets[2]?.value],
      open: "seen",
    };
    const first = await up(target, silent, { engine });
    assert.deepEqual(first.outputs, { password: "[secret]", nested: "[secret]", isSecret: [true, true] });
    assert.deepEqual(seen, { password: secrets[0]?.value, nested: wanted, protection: "true" });

    // As protection is lifted by config.
    await session.write({ ...session.config, "slipway:protection": false });
    assert.deepEqual(stackFile(), { ...sealed, config: { ...sealed.config, "slipway:protection": false } });
    await up(target, silent, { engine });
    assert.deepEqual(seen, { password: secrets[0]?.value, nested: wanted, protection: "false" });

    const state = path.join(folder, "state", ".pulumi", "stacks", "slipway", "dev.json");
    assert.equal(holds(readFileSync(state, "utf8")), false);
    const { stack } = await openStack(target, engine);
    const values = await stack.getAllConfig();
    assert.deepEqual(values["other:password"], { value: secrets[0]?.value, secret: true });
    assert.equal(values["slipway:stage"]?.secret, false);
  });
});
