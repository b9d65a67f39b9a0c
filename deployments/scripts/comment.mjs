// Makes or updates the one comment of a pull request: node deployments/scripts/comment.mjs STACK...
//
// For each stack it takes REPORT_<STACK> (Markdown of preview.mjs) and RESULT_<STACK> (how that job ended) from the
// environment; GITHUB_TOKEN needs `pull-requests: write`. Nothing of a pull request but its number gets into a command.
import { apiWith } from "../api.mjs";

const marker = "<!-- slipway:review -->";
/** Whose comments it may change: https://docs.github.com/actions/concepts/security/github_token. */
const author = "github-actions[bot]";
/** Most characters of a comment. */
const longest = 65_536;

function fail(sentence) {
  process.stderr.write(`comment.mjs: ${sentence}\n`);
  process.exit(1);
}

function variable(name) {
  const value = process.env[name] ?? "";
  if (value === "") fail(`${name} is not set`);
  return value;
}

const stacks = process.argv.slice(2);
if (stacks.length === 0) fail("name at least one stack");
const token = variable("GITHUB_TOKEN");
const repository = variable("GITHUB_REPOSITORY");
const number = variable("PULL_REQUEST");
if (!/^\d+$/.test(number)) fail(`PULL_REQUEST is "${number}", which is no number`);
const api = `${process.env.GITHUB_API_URL ?? "https://api.github.com"}/repos/${repository}/issues`;
const run = `${process.env.GITHUB_SERVER_URL ?? "https://github.com"}/${repository}/actions/runs/${process.env.GITHUB_RUN_ID ?? ""}`;

/** What is said of one stack, in so many characters at most. */
function section(stack, room) {
  const of = (prefix) => process.env[`${prefix}_${stack.toUpperCase().replaceAll("-", "_")}`] ?? "";
  const report = of("REPORT").trim();
  if (report === "") {
    const result = of("RESULT") || "unknown";
    return `### Policy of \`${stack}\`: ❌ no preview (its job: ${result})`;
  }
  if (report.length <= room) return report;
  const kept = [];
  let left = room;
  for (const line of report.split("\n")) {
    left -= line.length + 1;
    if (left < 0) break;
    kept.push(line);
  }
  const count = (word) => kept.filter((line) => line.includes(word)).length;
  // What was folded up and is cut in its middle would fold up all that comes after it.
  const open = Math.max(0, count("<details") - count("</details>"));
  return [...kept, ...Array(open).fill("\n</details>"), `\n_Cut for length: the run has all of it._`].join(
    "\n",
  );
}

const head = `${marker}\n## Review of this change\n`;
const foot = `\n[The run](${run}) of this comment is at \`${(process.env.GITHUB_SHA ?? "").slice(0, 12)}\`.`;
// Room for what each section may add to what is cut.
const room = Math.floor((longest - head.length - foot.length) / stacks.length) - 200;
const body = [head, ...stacks.map((stack) => `${section(stack, room)}\n`), foot].join("\n");

const call = apiWith(
  {
    accept: "application/vnd.github+json",
    authorization: `Bearer ${token}`,
    "x-github-api-version": "2022-11-28",
  },
  fail,
);

/** The comment that an earlier run left, if there is one. Somebody else may have quoted its marker. */
async function earlier() {
  const size = 100;
  for (let page = 1; ; page++) {
    const comments = await call("GET", `${api}/${number}/comments?per_page=${size}&page=${page}`);
    const own = comments.find(
      (comment) => comment.user?.login === author && comment.body?.startsWith(marker),
    );
    if (own !== undefined || comments.length < size) return own;
  }
}

const comment = await earlier();
if (comment === undefined) await call("POST", `${api}/${number}/comments`, { body });
else await call("PATCH", `${api}/comments/${comment.id}`, { body });
process.stdout.write(`comment ${comment === undefined ? "made" : "updated"}\n`);
