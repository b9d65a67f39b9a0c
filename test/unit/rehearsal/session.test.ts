import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { parse, stringify } from "yaml";
import { imagesOf } from "../../../components/spec/services";
import type { SystemSpec } from "../../../components/spec/types";
import { systems } from "../../../infra/systems";
import { daira } from "../../../infra/systems/daira";
import { isCloud, isProtected, rehearsed, zonesOf } from "../../../rehearsal/config";
import { formatPath, parsePath, valueAt } from "../../../rehearsal/providers/paths";
import type { Json } from "../../../rehearsal/providers/part";
import { withGenerated, withoutValues } from "../../../rehearsal/secrets";
import { openSession, stacksOf } from "../../../rehearsal/session";
import type { Session, SessionOptions, StackConfig } from "../../../rehearsal/session";
import { full } from "../spec/full";
import { temporaryFolder } from "../../support/temporary";

const secure = { secure: "v1:abc:def" };
const images = Object.values(daira.services).map(({ image }) => image);
const staging: StackConfig = {
  "aws:region": "eu-central-1",
  "slipway:stage": "staging",
  "slipway:systems": ["daira"],
  "slipway:network": { zones: ["eu-central-1a", "eu-central-1b"] },
  "slipway:images": { [images[0]!]: `sha256:${"a".repeat(64)}` },
  "other:token": secure,
};

describe("secret values of a stack's config", () => {
  it("get generated ones in their places, at any depth, each under the path that the engine takes", () => {
    const { config, secrets } = withGenerated({
      "a:plain": "x",
      "a:token": secure,
      "a:nested": { list: [{ deep: secure }, secure], "with.dot": secure, open: { secure: "v1", more: 1 } },
      "a:number": 3,
      "a:nothing": null,
    });
    assert.deepEqual(
      secrets.map(({ path: at }) => at),
      ["a:token", "a:nested.list[0].deep", "a:nested.list[1]", 'a:nested["with.dot"]'],
    );
    const [token, deep, second, dotted] = secrets.map(({ value }) => value);
    assert.deepEqual(config, {
      "a:plain": "x",
      "a:token": token,
      "a:nested": { list: [{ deep }, second], "with.dot": dotted, open: { secure: "v1", more: 1 } },
      "a:number": 3,
      "a:nothing": null,
    });
    for (const { value } of secrets) assert.match(value, /^s[0-9a-f]{32}$/);
    assert.equal(new Set(secrets.map(({ value }) => value)).size, 4);
  });

  it("are blank on disk, and nothing else is", () => {
    const { config, secrets } = withGenerated({ "a:token": secure, "a:list": ["x", secure], "a:open": "y" });
    assert.deepEqual(withoutValues(config, secrets), { "a:token": "", "a:list": ["x", ""], "a:open": "y" });
  });

  it("are found again at their paths, whatever their keys", () => {
    const key = fc.stringMatching(/^[a-z][a-z.\-_[\]" ]{0,8}$/);
    const tree = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        fc.constant(secure),
        fc.constant("plain"),
        fc.array(tie("node"), { maxLength: 3 }),
        fc.dictionary(key, tie("node"), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, tree.node, { maxKeys: 3 }), (content) => {
        const { config, secrets } = withGenerated(content);
        for (const { path: at, value } of secrets) {
          assert.equal(formatPath(parsePath(at)), at);
          assert.equal(valueAt(config as Json, parsePath(at)), value);
        }
        assert.equal(
          secrets.length,
          (JSON.stringify(content).match(/\{"secure":"v1:abc:def"\}/g) ?? []).length,
        );
      }),
    );
  });
});

describe("what a rehearsal makes of a stack's config", () => {
  it("has provided add-ons, and no context of the user's kubeconfig", () => {
    const cluster = { context: "mine", storageClass: "fast" };
    assert.deepEqual(rehearsed({ "slipway:stage": "local", "slipway:cluster": cluster, "a:b": 1 }, {}), {
      "slipway:stage": "local",
      "slipway:addons": "provided",
      "slipway:cluster": { storageClass: "fast" },
      "a:b": 1,
    });
    assert.deepEqual(rehearsed({ "slipway:stage": "local", "slipway:cluster": { context: "mine" } }, {}), {
      "slipway:stage": "local",
      "slipway:addons": "provided",
    });
  });

  it("has the compute that was asked for, where there is a cloud", () => {
    const compute = { compute: "managed" } as const;
    const cloud = { "slipway:stage": "staging", "slipway:cluster": { admins: {} } };
    assert.deepEqual(rehearsed(cloud, compute)["slipway:cluster"], { admins: {}, compute: "managed" });
    assert.deepEqual(rehearsed({ "slipway:stage": "staging" }, compute)["slipway:cluster"], compute);
    assert.equal(rehearsed({ "slipway:stage": "local" }, compute)["slipway:cluster"], undefined);
  });

  it("says whether there is a cloud, whether it is protected, and in which zones it stands", () => {
    assert.deepEqual(
      ["staging", "production", "local", "none"].map((stage) => isCloud({ "slipway:stage": stage })),
      [true, true, false, false],
    );
    const at = (stage: string, protection?: unknown): boolean =>
      isProtected({
        "slipway:stage": stage,
        ...(protection === undefined ? {} : { "slipway:protection": protection }),
      });
    assert.deepEqual(
      [
        at("production"),
        at("staging"),
        at("production", false),
        at("staging", true),
        at("staging", "true"),
        at("production", "false"),
      ],
      [true, false, false, true, true, false],
    );
    assert.deepEqual(zonesOf(staging), ["eu-central-1a", "eu-central-1b"]);
    assert.deepEqual(zonesOf({ "slipway:stage": "local" }), ["local-a", "local-b", "local-c"]);
  });
});

describe("a session", () => {
  let root: string;
  const sessions: Session[] = [];
  beforeEach(() => {
    root = temporaryFolder("slipway-session-unit-");
    writeFileSync(
      path.join(root, "Pulumi.yaml"),
      stringify({ name: "slipway", main: "infra", runtime: "nodejs" }),
    );
  });
  afterEach(async () => {
    for (const session of sessions.splice(0)) await session.remove();
    rmSync(root, { recursive: true, force: true });
  });

  async function open(config: StackConfig, options: Partial<SessionOptions> = {}): Promise<Session> {
    writeFileSync(path.join(root, "Pulumi.try.yaml"), stringify({ encryptionsalt: "v1:theirs", config }));
    const defaults = {
      root,
      stack: "try",
      plugins: [],
      overrides: (same: StackConfig) => same,
      checkpoints: false,
    };
    const session = await openSession({ ...defaults, ...options });
    sessions.push(session);
    return session;
  }
  const yaml = (session: Session, file: string): Record<string, unknown> =>
    parse(readFileSync(path.join(session.folder, file), "utf8")) as Record<string, unknown>;
  const config = (session: Session): StackConfig => yaml(session, "Pulumi.try.yaml")["config"] as StackConfig;

  it("is a folder that only its user can read, with the project, the config and an empty backend", async () => {
    const before = readdirSync(root);
    const session = await open(staging);
    assert.equal(statSync(session.folder).mode & 0o077, 0);
    assert.deepEqual(readdirSync(session.folder).sort(), ["Pulumi.try.yaml", "Pulumi.yaml", "state"]);
    assert.deepEqual(yaml(session, "Pulumi.yaml"), {
      name: "slipway",
      main: path.join(root, "infra"),
      runtime: "nodejs",
    });
    assert.deepEqual(readdirSync(root).sort(), [...before, "Pulumi.try.yaml"].sort());
  });

  it("holds no secret of the stack, nor its salt", async () => {
    const session = await open(staging);
    assert.deepEqual(Object.keys(yaml(session, "Pulumi.try.yaml")), ["config"]);
    assert.equal(config(session)["other:token"], "");
    assert.deepEqual(
      session.secrets.map(({ path: at }) => at),
      ["other:token"],
    );
    assert.deepEqual(session.config, config(session));
  });

  it("makes up a digest for each image that has none, the same each time, and names those images", async () => {
    const session = await open(staging);
    const all = session.config["slipway:images"] as Record<string, string>;
    assert.deepEqual(session.standInImages, [...new Set(images.slice(1))].sort());
    assert.deepEqual(Object.keys(all).sort(), [...new Set(images)].sort());
    assert.equal(all[images[0]!], `sha256:${"a".repeat(64)}`);
    for (const image of session.standInImages) assert.match(all[image]!, /^sha256:[0-9a-f]{64}$/);
    assert.deepEqual((await open(staging)).config["slipway:images"], all);
  });

  it("makes up a digest for the images of jobs and helpers as well", async () => {
    const list = systems as Record<string, SystemSpec>;
    list[full.name] = full;
    try {
      const { standInImages } = await open({ ...staging, "slipway:systems": [full.name] });
      assert.deepEqual(standInImages, [...imagesOf(full)].sort());
      const own = Object.values(full.services).map(({ image }) => image);
      assert.ok(standInImages.some((image) => !own.includes(image)));
    } finally {
      Reflect.deleteProperty(list, full.name);
    }
  });

  it("makes up no digest where the reference service runs", async () => {
    const session = await open({ "slipway:stage": "local", "slipway:systems": ["daira"] });
    assert.deepEqual([session.standInImages, session.config["slipway:images"]], [[], undefined]);
  });

  it("has an environment of its own, which writes checkpoints where they are wanted", async () => {
    const { folder, env } = await open(staging);
    const { PULUMI_CONFIG_PASSPHRASE: passphrase, ...rest } = env;
    assert.match(passphrase ?? "", /^[0-9a-f]{48}$/);
    assert.deepEqual(rest, {
      PULUMI_BACKEND_URL: `file://${folder}/state`,
      PULUMI_HOME: `${folder}/home`,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_SKIP_CHECKPOINTS: "true",
    });
    const careful = await open(staging, { checkpoints: true });
    assert.equal("PULUMI_SKIP_CHECKPOINTS" in careful.env, false);
    assert.notEqual(careful.env["PULUMI_CONFIG_PASSPHRASE"], passphrase);
  });

  it("names official plugins in its project", async () => {
    const plugins = [{ name: "random", version: "4.0.0", folder: "/plugins/random" }];
    const session = await open(staging, { plugins });
    assert.deepEqual(yaml(session, "Pulumi.yaml")["plugins"], {
      providers: [{ name: "random", path: "/plugins/random" }],
    });
  });

  it("keeps what the engine wrote beside the config when config is written again", async () => {
    const session = await open(staging);
    const file = path.join(session.folder, "Pulumi.try.yaml");
    writeFileSync(
      file,
      stringify({
        secretsprovider: "passphrase",
        encryptionsalt: "v1:ours",
        ...yaml(session, "Pulumi.try.yaml"),
      }),
    );
    await session.write({ ...session.config, "slipway:protection": false });
    const { config: written, ...rest } = yaml(session, "Pulumi.try.yaml");
    assert.deepEqual(rest, { secretsprovider: "passphrase", encryptionsalt: "v1:ours" });
    assert.deepEqual(written, { ...session.config, "slipway:protection": false });
  });

  it("is gone with all its files once it is removed", async () => {
    const session = await open(staging);
    mkdirSync(path.join(session.folder, "more"));
    await session.remove();
    assert.throws(() => statSync(session.folder), { code: "ENOENT" });
    await session.remove();
  });

  const folders = (): string[] =>
    readdirSync(tmpdir()).filter((name) => name.startsWith("slipway-rehearsal-"));
  for (const [what, options, config, message] of [
    [
      "a stack without a file",
      { stack: "tri" },
      staging,
      'Pulumi.tri.yaml: there is no stack "tri" (did you mean "try"?); allowed: try; name one of them, or add its file.',
    ],
    [
      "config that the program would refuse",
      {},
      { ...staging, "slipway:stage": "stagin" },
      /^slipway:stage of stack try: there is no stage "stagin" \(did you mean "staging"\?\); /,
    ],
  ] as const) {
    it(`is not opened for ${what}, and leaves no folder`, async () => {
      const before = new Set(folders());
      const own = {
        root,
        stack: "try",
        plugins: [],
        overrides: (same: StackConfig) => same,
        checkpoints: false,
      };
      writeFileSync(path.join(root, "Pulumi.try.yaml"), stringify({ config }));
      await assert.rejects(openSession({ ...own, ...options }), { name: "SlipwayError", message });
      // Others may open sessions meanwhile; one of ours would name this folder.
      const mine = folders().filter((name) => {
        if (before.has(name)) return false;
        try {
          return readFileSync(path.join(tmpdir(), name, "Pulumi.yaml"), "utf8").includes(root);
        } catch {
          return false;
        }
      });
      assert.deepEqual(mine, []);
    });
  }

  it("knows the stacks of a checkout by their files", async () => {
    for (const name of ["Pulumi.b.yaml", "Pulumi.a-1.yaml", "Pulumi.yml", "other.yaml"])
      writeFileSync(path.join(root, name), "");
    assert.deepEqual(await stacksOf(root), ["a-1", "b"]);
    assert.deepEqual(await stacksOf(path.join(root, "nowhere")), []);
  });
});
