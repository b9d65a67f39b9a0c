// Previews a stack with the policy pack, for a pull request: node deployments/scripts/preview.mjs STACK
//
// Run in the root of the repository. Leaves what was found for later steps, as outputs `report` (Markdown, which begins
// with a marker) and `sarif` (a file), and ends with 1 when the preview fails or a mandatory rule is broken.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { appendFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const [stack, ...rest] = process.argv.slice(2);
if (stack === undefined || rest.length > 0 || !/^[A-Za-z0-9][\w-]*$/.test(stack)) {
  process.stderr.write("preview.mjs: name one stack: node deployments/scripts/preview.mjs STACK\n");
  process.exit(2);
}
const marker = `<!-- slipway:policy:${stack} -->`;

const file = path.join(process.env.RUNNER_TEMP ?? tmpdir(), `slipway-policy-${stack}.sarif`);

/** One preview for both. What goes on is written to the log as it comes. */
function preview() {
  return new Promise((resolve, reject) => {
    const args = ["bin/slipway.mjs", "policy", "-s", stack, "--format", "markdown", "--sarif", file];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
      process.stderr.write(text);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout: stdout.trim(), stderr }));
  });
}

/** What stands in the comment when there is no preview: the command's own sentence, which holds no secret. */
function failure({ code, stderr }) {
  const said = stderr.split("\n").findLast((line) => line.startsWith("slipway: "));
  const sentence = said?.slice("slipway: ".length) ?? `it ended with exit code ${code}`;
  return [marker, `### Policy of \`${stack}\`: ❌ the preview failed`, "", indented(sentence)].join("\n");
}

/** As a block of code, of which nothing is read as Markdown. */
function indented(text) {
  return `    ${text}`;
}

function output(name, value) {
  const file = process.env.GITHUB_OUTPUT;
  // Nobody can know the delimiter, so no text can end its own value and begin another.
  const delimiter = randomUUID();
  if (file) appendFileSync(file, `${name}<<${delimiter}\n${value}\n${delimiter}\n`);
}

// What an earlier run may have left is not what this one found.
rmSync(file, { force: true });
const { code, stdout, stderr } = await preview();
const isReport = stdout.startsWith(marker);
const report = isReport ? stdout : failure({ code, stderr });
output("report", report);
if (process.env.GITHUB_STEP_SUMMARY) appendFileSync(process.env.GITHUB_STEP_SUMMARY, `${report}\n`);
if (!isReport) process.exit(1);
output("sarif", file);
process.exit(code === 0 ? 0 : 1);
