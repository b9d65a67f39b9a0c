import assert from "node:assert/strict";
import { accessSync, constants, existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { reviewSettings, stackSettings } from "../../../deployments/settings";
import { table } from "../../../deployments/table";
import { review } from "../../../deployments/workflows/review";
import { runScript, scripts, serveApi, withProgram } from "./script";
import type { Asked, Ended } from "./script";

const ci = {
  PULUMI_CI_ORGANIZATION: "acme",
  PULUMI_CI_PROJECT: "slipway",
  PULUMI_CI_STACK: "production",
};

describe("the script that asks for approval", function () {
  this.timeout(60_000);

  /** Runs it with a `pulumi` that ends with `code`. */
  async function ask(
    env: Readonly<Record<string, string>>,
    code = 0,
    words: readonly string[] = ["slipway/approve-production"],
  ): Promise<Ended & { readonly called: string }> {
    const bin = withProgram(
      "pulumi",
      `#!/bin/sh\necho "$@" >> "$(dirname "$0")/called"\necho '{"secret": "hush"}'\nexit ${code}\n`,
    );
    const ended = await runScript("require-approval.sh", words, {
      env: { ...env, PATH: `${bin}:${process.env["PATH"] ?? ""}` },
    });
    const called = path.join(bin, "called");
    return { ...ended, called: existsSync(called) ? readFileSync(called, "utf8") : "" };
  }

  for (const operation of ["update", "destroy", "refresh", "remediate-drift", "something-new"]) {
    it(`lets ${operation} begin when the environment can be opened, and shows nothing of it`, async () => {
      const { code, stdout, called } = await ask({ ...ci, PULUMI_CI_OPERATION: operation });
      assert.deepEqual([code, stdout, called], [0, "", "env open acme/slipway/approve-production\n"]);
    });

    it(`stops ${operation} when it cannot`, async () => {
      const { code, stderr } = await ask({ ...ci, PULUMI_CI_OPERATION: operation }, 1);
      assert.equal(code, 1);
      assert.equal(
        stderr,
        `slipway: ${operation} of stack production is not approved: ask to open environment slipway/approve-production, ` +
          "have it approved by another, and start it again; nothing was changed.\n",
      );
    });
  }

  for (const operation of ["preview", "detect-drift"]) {
    it(`asks nobody for ${operation}, which changes nothing`, async () => {
      const { code, called } = await ask({ ...ci, PULUMI_CI_OPERATION: operation }, 1);
      assert.deepEqual([code, called], [0, ""]);
    });
  }

  it("stops where it is not told what is done, or what to open", async () => {
    const { PULUMI_CI_ORGANIZATION: _, ...without } = ci;
    for (const [env, words] of [
      [ci, ["slipway/x"]],
      [{ ...without, PULUMI_CI_OPERATION: "update" }, ["slipway/x"]],
      [{ ...ci, PULUMI_CI_OPERATION: "update" }, []],
    ] as const) {
      const { code, called } = await ask(env, 0, words);
      assert.deepEqual([code === 0, called], [false, ""]);
    }
  });
});

describe("the script that gives a review stack an end", function () {
  this.timeout(60_000);

  const stack = { ...ci, PULUMI_CI_STACK: "pr-acme-slipway-7", PULUMI_CI_OPERATION: "update" };
  async function limit(
    env: Readonly<Record<string, string>>,
    answer: (asked: Asked) => unknown,
    words: readonly string[] = ["12"],
  ): Promise<Ended & { readonly asked: readonly Asked[] }> {
    const api = await serveApi(answer);
    try {
      const ended = await runScript("limit-review-stack.mjs", words, {
        env: { PULUMI_ACCESS_TOKEN: "a-token", PULUMI_BACKEND_URL: api.address, ...env },
      });
      return { ...ended, asked: api.asked };
    } finally {
      await api.close();
    }
  }
  const schedules = (...list: readonly object[]): { schedules: readonly object[] } => ({ schedules: list });

  for (const [title, list] of [
    ["has none", []],
    [
      "has only a schedule for drift",
      [{ scheduleCron: "0 4 * * *", definition: { request: { operation: "detect-drift" } } }],
    ],
    [
      "has only one that updates it once",
      [{ scheduleOnce: "2030-01-01T00:00:00Z", definition: { request: { operation: "update" } } }],
    ],
    [
      "is destroyed again and again, but not for good",
      [{ scheduleCron: "0 4 * * *", definition: { request: { operation: "destroy" } } }],
    ],
  ] as const) {
    it(`gives one to a stack that ${title}, counted from now`, async () => {
      const before = Date.now();
      const { code, stderr, asked } = await limit(stack, ({ method }) =>
        method === "GET" ? schedules(...list) : { id: "1" },
      );
      const after = Date.now();
      assert.equal(code, 0, stderr);
      assert.deepEqual(
        asked.map(({ method, path: at, token }) => [method, at, token]),
        [
          ["GET", "/api/stacks/acme/slipway/pr-acme-slipway-7/deployments/schedules", "token a-token"],
          ["POST", "/api/stacks/acme/slipway/pr-acme-slipway-7/deployments/ttl/schedules", "token a-token"],
        ],
      );
      const { timestamp, ...rest } = asked[1]?.body ?? {};
      assert.deepEqual(rest, { deleteAfterDestroy: true });
      assert.match(String(timestamp), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      const left = Date.parse(String(timestamp)) - 12 * 3_600_000;
      assert.ok(left > before - 1000 && left <= after);
    });
  }

  it("leaves the end that a stack has, so that a further commit does not put it off", async () => {
    const end = { scheduleOnce: "2030-01-01T00:00:00Z", definition: { request: { operation: "destroy" } } };
    const { code, asked } = await limit(stack, () => schedules(end));
    assert.deepEqual([code, asked.map(({ method }) => method)], [0, ["GET"]]);
  });

  for (const operation of ["preview", "destroy", "refresh"]) {
    it(`does nothing before ${operation}`, async () => {
      const { code, asked } = await limit({ ...stack, PULUMI_CI_OPERATION: operation }, () => 500);
      assert.deepEqual([code, asked], [0, []]);
    });
  }

  it("stops a stack that cannot be given an end, and does not say its token", async () => {
    for (const refused of ["GET", "POST"]) {
      const { code, stderr } = await limit(stack, ({ method }) => (method === refused ? 403 : schedules()));
      assert.equal(code, 1);
      assert.match(
        stderr,
        new RegExp(
          `^limit-review-stack\\.mjs: ${refused} http.* was answered 403; nothing was changed\\.\n$`,
        ),
      );
      assert.ok(!stderr.includes("a-token"));
    }
    const { code, stderr } = await limit({ ...stack, PULUMI_CI_STACK: "" }, () => schedules());
    assert.equal(code, 1);
    assert.match(stderr, /has not set PULUMI_ACCESS_TOKEN and PULUMI_CI_\*/);
  });

  it("asks for whole hours", async () => {
    for (const words of [[], ["0"], ["1.5"], ["x"]]) {
      const { code, asked } = await limit(stack, () => schedules(), words);
      assert.deepEqual([code, asked], [1, []]);
    }
  });
});

describe("the scripts of deliveries", () => {
  const runs = [
    ...Object.values(review(table).jobs).flatMap(({ steps }) => steps.flatMap(({ run = [] }) => run)),
    ...[
      ...Object.entries(table.stacks).map(([stack, row]) => stackSettings(table, stack, row)),
      reviewSettings(table),
    ].flatMap(({ operationContext }) => (operationContext as { preRunCommands: string[] }).preRunCommands),
  ];

  it("are all of use, and those that are of use are there", () => {
    const used = runs.flatMap((run) => /deployments\/scripts\/([\w-]+\.\w+)/.exec(run)?.[1] ?? []);
    assert.deepEqual([...new Set(used)].sort(), readdirSync(scripts).sort());
  });

  it("can be run where they are called by themselves", () => {
    for (const run of runs) {
      const [first = ""] = run.split(" ");
      if (first.startsWith("deployments/"))
        assert.doesNotThrow(() => accessSync(path.resolve(scripts, "../..", first), constants.X_OK), run);
    }
  });
});
