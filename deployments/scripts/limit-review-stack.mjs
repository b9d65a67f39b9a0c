// A command of Pulumi Deployments before an operation: node deployments/scripts/limit-review-stack.mjs HOURS
//
// Gives a review stack an end: HOURS from the first time that it goes up it is destroyed, whatever becomes of its pull
// request. It does nothing for a stack that has one already.
import { apiWith } from "../api.mjs";

const { PULUMI_ACCESS_TOKEN: token, PULUMI_CI_OPERATION: operation } = process.env;
const api = process.env.PULUMI_BACKEND_URL ?? "https://api.pulumi.com";

function fail(sentence) {
  process.stderr.write(`limit-review-stack.mjs: ${sentence}; nothing was changed.\n`);
  process.exit(1);
}

const hours = Number(process.argv[2]);
if (!Number.isInteger(hours) || hours < 1) fail("name the hours: limit-review-stack.mjs HOURS");
if (operation !== "update") process.exit(0);
const names = ["ORGANIZATION", "PROJECT", "STACK"].map((name) => process.env[`PULUMI_CI_${name}`] ?? "");
if (!token || names.includes("")) fail("Pulumi Deployments has not set PULUMI_ACCESS_TOKEN and PULUMI_CI_*");
const deployments = `${api}/api/stacks/${names.map(encodeURIComponent).join("/")}/deployments`;

const call = apiWith({ accept: "application/vnd.pulumi+8", authorization: `token ${token}` }, fail);

/** A schedule that comes once and destroys. */
function isEnd({ scheduleOnce, definition }) {
  const asked = definition?.request ?? {};
  return Boolean(scheduleOnce) && asked.operation === "destroy";
}

const { schedules } = await call("GET", `${deployments}/schedules`);
if (!(schedules ?? []).some(isEnd)) {
  // Without milliseconds, as the API has it.
  const timestamp = new Date(Date.now() + hours * 3_600_000).toISOString().replace(/\.\d+Z$/, "Z");
  await call("POST", `${deployments}/ttl/schedules`, { timestamp, deleteAfterDestroy: true });
}
