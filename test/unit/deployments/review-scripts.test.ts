import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { temporaryFolder } from "../../support/temporary";
import { outputsIn, runScript, serveApi, withProgram } from "./script";
import type { Asked, Ended } from "./script";

/** A `slipway` that does what SAID says, and tells what it was asked. */
const slipway = `
import { appendFileSync, writeFileSync } from "node:fs";
const words = process.argv.slice(2);
appendFileSync(process.env.ASKED, words.join(" ") + "\\n");
const { code, out, err, sarif } = JSON.parse(process.env.SAID);
if (sarif !== undefined) writeFileSync(words.at(-1), sarif);
process.stderr.write(err ?? "");
process.stdout.write((out ?? "") + "\\n", () => process.exit(code));
`;

describe("the script that previews a stack for a pull request", function () {
  this.timeout(60_000);

  interface Said {
    readonly code: number;
    readonly out?: string;
    readonly err?: string;
    readonly sarif?: string;
  }
  interface Previewed extends Ended {
    readonly asked: readonly string[];
    readonly outputs: Readonly<Record<string, string>>;
    readonly summary: string;
    readonly folder: string;
  }
  async function preview(said: Said, stack = "staging"): Promise<Previewed> {
    const cwd = withProgram("bin/slipway.mjs", slipway);
    const at = (name: string): string => path.join(cwd, name);
    for (const name of ["asked", "outputs", "summary"]) writeFileSync(at(name), "");
    const ended = await runScript("preview.mjs", [stack], {
      cwd,
      env: {
        ASKED: at("asked"),
        SAID: JSON.stringify(said),
        GITHUB_OUTPUT: at("outputs"),
        GITHUB_STEP_SUMMARY: at("summary"),
        RUNNER_TEMP: cwd,
      },
    });
    return {
      ...ended,
      asked: readFileSync(at("asked"), "utf8").split("\n").filter(Boolean),
      outputs: outputsIn(at("outputs")),
      summary: readFileSync(at("summary"), "utf8"),
      folder: cwd,
    };
  }
  const marker = "<!-- slipway:policy:staging -->";
  const report = `${marker}\n### Policy of \`staging\`: ✅\n\n| a | b |`;
  const sarif = '{"version":"2.1.0","runs":[{}]}';

  it("leaves the report and the findings of a stack that keeps to the policies", async () => {
    const ended = await preview({ code: 0, out: report, err: "… preview\n", sarif });
    assert.equal(ended.code, 0, ended.stderr);
    const file = path.join(ended.folder, "slipway-policy-staging.sarif");
    assert.deepEqual(ended.asked, [`policy -s staging --format markdown --sarif ${file}`]);
    assert.deepEqual(ended.outputs, { report, sarif: file });
    assert.equal(readFileSync(file, "utf8"), sarif);
    assert.equal(ended.summary, `${report}\n`);
    assert.match(ended.stderr, /… preview/);
  });

  it("leaves both and fails where a mandatory rule is broken", async () => {
    const ended = await preview({ code: 1, out: report, sarif });
    assert.equal(ended.code, 1);
    assert.deepEqual(Object.keys(ended.outputs), ["report", "sarif"]);
    assert.equal(ended.outputs["report"], report);
  });

  it("leaves the sentence of a preview that failed, as text of which nothing is read as Markdown", async () => {
    const sentence = "preview of stack staging: the API server <b>cannot</b> be reached `x` @all.";
    const ended = await preview({ code: 1, err: `… reach\nslipway: ${sentence}\n` });
    assert.equal(ended.code, 1);
    assert.deepEqual(ended.outputs, {
      report: `${marker}\n### Policy of \`staging\`: ❌ the preview failed\n\n    ${sentence}`,
    });
  });

  it("leaves how a preview ended that said nothing", async () => {
    const { code, outputs } = await preview({ code: 7, sarif });
    assert.equal(code, 1);
    assert.match(outputs["report"] ?? "", /^ {4}it ended with exit code 7$/m);
  });

  it("takes no other text for a report", async () => {
    const { code, outputs } = await preview({ code: 0, out: `Hello\n${marker}`, sarif });
    assert.equal(code, 1);
    assert.equal(outputs["sarif"], undefined);
    assert.match(outputs["report"] ?? "", /the preview failed/);
  });

  it("lets no line of a report begin an output of its own", async () => {
    const sly = `${report}\nEOF\nsarif<<X\n/etc/passwd\nX\n`;
    const { outputs, folder } = await preview({ code: 0, out: sly, sarif });
    assert.equal(outputs["report"], sly.trim());
    assert.equal(outputs["sarif"], path.join(folder, "slipway-policy-staging.sarif"));
  });

  it("asks for one stack by its name", async () => {
    for (const words of [[], ["a", "b"], ["../x"], ["-s"], ["$(id)"]]) {
      const { code, stderr } = await runScript("preview.mjs", words, { env: {}, cwd: temporaryFolder() });
      assert.equal(code, 2, words.join(" "));
      assert.match(stderr, /^preview\.mjs: name one stack: /);
    }
  });
});

describe("the script that comments on a pull request", function () {
  this.timeout(60_000);

  interface Comment {
    readonly id: number;
    readonly user: { readonly login: string };
    body: string;
  }
  const marker = "<!-- slipway:review -->";
  const bot = { login: "github-actions[bot]" };

  /** The comments of pull request 7, as GitHub answers for them. */
  function comments(list: Comment[]): (asked: Asked) => unknown {
    return ({ method, path: asked, body }) => {
      const { pathname, searchParams } = new URL(asked, "http://api");
      if (pathname === "/repos/acme/slipway/issues/7/comments") {
        if (method === "POST") {
          const made = { id: list.length + 1, user: bot, body: String(body?.["body"]) };
          list.push(made);
          return made;
        }
        const size = Number(searchParams.get("per_page"));
        const from = (Number(searchParams.get("page")) - 1) * size;
        return list.slice(from, from + size);
      }
      const [, id] = /^\/repos\/acme\/slipway\/issues\/comments\/(\d+)$/.exec(pathname) ?? [];
      const found = list.find((comment) => String(comment.id) === id);
      if (method !== "PATCH" || found === undefined) return 404;
      found.body = String(body?.["body"]);
      return found;
    };
  }

  const env = {
    GITHUB_TOKEN: "a-token",
    GITHUB_REPOSITORY: "acme/slipway",
    GITHUB_RUN_ID: "42",
    GITHUB_SHA: "0123456789abcdef",
    PULL_REQUEST: "7",
  };
  async function comment(
    answer: (asked: Asked) => unknown,
    more: Readonly<Record<string, string>>,
    stacks: readonly string[] = ["staging", "production"],
  ): Promise<Ended & { readonly asked: readonly Asked[] }> {
    const api = await serveApi(answer);
    try {
      const ended = await runScript("comment.mjs", stacks, {
        env: { ...env, GITHUB_API_URL: api.address, ...more },
      });
      return { ...ended, asked: api.asked };
    } finally {
      await api.close();
    }
  }
  const reports = { REPORT_STAGING: "### staging is fine", REPORT_PRODUCTION: "### production is fine" };

  it("makes one comment of all stacks, and updates it afterwards", async () => {
    const list: Comment[] = [];
    const first = await comment(comments(list), reports);
    assert.deepEqual([first.code, first.stdout], [0, "comment made\n"], first.stderr);
    assert.equal(
      list[0]?.body,
      [
        `${marker}\n## Review of this change\n`,
        "### staging is fine\n",
        "### production is fine\n",
        "\n[The run](https://github.com/acme/slipway/actions/runs/42) of this comment is at `0123456789ab`.",
      ].join("\n"),
    );
    const second = await comment(comments(list), { ...reports, REPORT_STAGING: "### staging is worse" });
    assert.deepEqual([second.code, second.stdout], [0, "comment updated\n"]);
    assert.equal(list.length, 1);
    assert.match(list[0]!.body, /### staging is worse\n/);
    assert.deepEqual(
      second.asked.map(({ method }) => method),
      ["GET", "PATCH"],
    );
    assert.ok([...first.asked, ...second.asked].every(({ token }) => token === "Bearer a-token"));
  });

  it("finds its comment after many others", async () => {
    const list = Array.from({ length: 250 }, (_, index) => ({
      id: index + 1,
      user: index === 220 ? bot : { login: "ann" },
      body: index === 220 ? `${marker}\nold` : "hello",
    }));
    const { asked } = await comment(comments(list), reports);
    assert.deepEqual(
      asked.map(({ method }) => method),
      ["GET", "GET", "GET", "PATCH"],
    );
    assert.match(list[220]?.body ?? "", /production is fine/);
    assert.equal(list.length, 250);
  });

  it("leaves what somebody else wrote with its marker, and what the same robot wrote without it", async () => {
    const list: Comment[] = [
      { id: 1, user: { login: "mallory" }, body: `${marker}\nmine` },
      { id: 2, user: bot, body: `> ${marker}\nquoted` },
    ];
    await comment(comments(list), reports);
    assert.deepEqual(
      list.slice(0, 2).map(({ body }) => body),
      [`${marker}\nmine`, `> ${marker}\nquoted`],
    );
    assert.equal(list.length, 3);
  });

  it("says of a stack without a report how its job ended", async () => {
    const list: Comment[] = [];
    await comment(comments(list), { REPORT_STAGING: "### fine", RESULT_PRODUCTION: "failure" });
    assert.match(list[0]?.body ?? "", /^### fine$/m);
    assert.match(list[0]?.body ?? "", /^### Policy of `production`: ❌ no preview \(its job: failure\)$/m);
  });

  it("reads the names of variables of a stack with dashes", async () => {
    const list: Comment[] = [];
    await comment(comments(list), { REPORT_EU_STAGING: "### in Europe" }, ["eu-staging"]);
    assert.match(list[0]?.body ?? "", /^### in Europe$/m);
  });

  it("cuts what is too long at the end of a line, and what was folded up there is closed", async () => {
    const row = `| ${"x".repeat(100)} |`;
    const table = ["### long", "<details open><summary>many</summary>", "", ...Array<string>(900).fill(row)];
    const long = [...table, "</details>"].join("\n");
    const list: Comment[] = [];
    await comment(comments(list), { REPORT_STAGING: long, REPORT_PRODUCTION: long });
    const body = list[0]?.body ?? "";
    assert.ok(body.length <= 65_536, String(body.length));
    assert.ok(body.length > 60_000, String(body.length));
    const count = (pattern: RegExp): number => body.match(pattern)?.length ?? 0;
    assert.deepEqual([count(/<details/g), count(/<\/details>/g), count(/Cut for length/g)], [2, 2, 2]);
    assert.ok(
      body
        .split("\n")
        .filter((line) => line.startsWith("| x"))
        .every((line) => line === row),
    );
    assert.match(body, /\[The run\]\(/);
  });

  for (const [title, more, said] of [
    ["a token", { GITHUB_TOKEN: "" }, /^comment\.mjs: GITHUB_TOKEN is not set$/m],
    ["a pull request", { PULL_REQUEST: "" }, /PULL_REQUEST is not set/],
    ["a number for one", { PULL_REQUEST: "7/../8" }, /PULL_REQUEST is "7\/\.\.\/8", which is no number/],
  ] as const) {
    it(`asks nobody without ${title}`, async () => {
      const { code, stderr, asked } = await comment(() => [], { ...reports, ...more });
      assert.equal(code, 1);
      assert.match(stderr, said);
      assert.deepEqual(asked, []);
    });
  }

  it("says what was answered when it may not, and not its token", async () => {
    const { code, stderr } = await comment(({ method }) => (method === "GET" ? [] : 403), reports);
    assert.equal(code, 1);
    assert.match(stderr, /^comment\.mjs: POST http:.*\/issues\/7\/comments was answered 403$/m);
    assert.ok(!stderr.includes("a-token"));
  });
});
