import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { alertingOf, receiverSecretsOf } from "../../../infra/alerting";
import { parseSettings } from "../../../infra/settings";
import type { Settings } from "../../../infra/settings";
import { runProgram, stackFile } from "../../support/program";
import { record, value } from "../../support/recorder";

const SECRET = "xoxb-a-value-that-nobody-may-read";
const zones = ["eu-central-1a", "eu-central-1b", "eu-central-1c"];
const slack = { token: SECRET };
const email = { host: "smtp.test.dev:587", from: "alerts@test.dev", user: "alerts", password: SECRET };
const mute = { severities: ["info"], hours: [{ from: "22:00", to: "24:00" }] };

function settings(alerting: unknown, stage = "production"): Settings {
  const all = {
    "slipway:stage": stage,
    "slipway:network": JSON.stringify({ zones }),
    ...(alerting === undefined ? {} : { "slipway:alerting": JSON.stringify(alerting) }),
  };
  return parseSettings(stage, all, "eu-central-1");
}
const read = (alerting: unknown, stage?: string) => alertingOf(settings(alerting, stage));

function message(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof Error);
    assert.equal(error.name, "SlipwayError");
    assert.doesNotMatch(error.message, new RegExp(`\\n|${SECRET}`));
    return error.message;
  }
  return assert.fail("nothing was refused");
}

describe("the alerting of a stack", () => {
  it("has the channels and mailboxes that Noa's document names", () => {
    const { ways, places, mutes } = read({ slack, email, domain: "test.dev" });
    assert.deepEqual(ways, {
      slack: true,
      email: { host: "smtp.test.dev:587", from: "alerts@test.dev", user: "alerts" },
    });
    assert.deepEqual(places, {
      critical: { channel: "#critical-alerts", email: "oncall@test.dev" },
      security: { channel: "#security-alerts", email: "security@test.dev" },
      performance: { channel: "#engineering", email: "team@test.dev" },
      infrastructure: { channel: "#ops", email: "ops@test.dev" },
      default: { channel: "#engineering", email: "team@test.dev" },
    });
    assert.deepEqual(mutes, {});
  });

  it("gives places of their own to owners of systems, the other half of which is the default's", () => {
    const { places } = read({
      slack,
      domain: "test.dev",
      places: {
        novacron: { channel: "#dwcp" },
        default: { email: "all@test.dev" },
        critical: { channel: "#sos" },
      },
    });
    assert.deepEqual(places["novacron"], { channel: "#dwcp", email: "all@test.dev" });
    assert.deepEqual(places.default, { channel: "#engineering", email: "all@test.dev" });
    assert.deepEqual(places.critical, { channel: "#sos", email: "oncall@test.dev" });
  });

  it("is never part of the settings with its secrets", () => {
    const all = { slack, email, pagerduty: { key: SECRET }, heartbeat: { url: SECRET }, domain: "test.dev" };
    const read = settings(all);
    assert.doesNotMatch(JSON.stringify([read, alertingOf(read)]), new RegExp(SECRET));
    assert.deepEqual(read.alerting.heartbeat, { url: true });
  });

  it("needs nobody where the stage does not ask for it, and everything stays in Alertmanager", () => {
    for (const stage of ["local", "staging"]) assert.deepEqual(read(undefined, stage).ways, {});
  });

  it("has all four ways in production as its file stands", () => {
    const { ways } = read(stackFile("production")["slipway:alerting"]);
    assert.deepEqual(Object.keys(ways).sort(), ["email", "heartbeat", "pagerduty", "slack"]);
  });

  it("reads the secrets of the ways that are there as secrets", async () => {
    const { result } = await record(() => {
      const all = { slack, email, domain: "test.dev" };
      pulumi.runtime.setAllConfig({ "slipway:alerting": JSON.stringify(all) });
      return receiverSecretsOf(read(all));
    });
    assert.deepEqual(Object.keys(result), ["slack", "email"]);
    for (const output of Object.values(result)) {
      assert.equal(await pulumi.isSecret(output), true);
      assert.equal(await value(output), SECRET);
    }
  });
});

describe("the alerting of a stack is refused with", () => {
  const set = (path: string): string =>
    `set it: pulumi config set --secret --path slipway:alerting.${path} -s production.`;
  const missing = (path: string): string =>
    `slipway:alerting.${path} of stack production: it is missing; allowed: text; ${set(path)}`;
  const correct = "correct it in Pulumi.production.yaml.";

  const refused: readonly (readonly [what: string, alerting: unknown, says: string | RegExp])[] = [
    [
      "no receiver where the stage must have one",
      undefined,
      `slipway:alerting of stack production: stage production tells nobody of its alerts; allowed: slack, email or both, with pagerduty and heartbeat beside them; ${set("slack.token")}`,
    ],
    [
      "a page alone, by which nobody would hear of warnings",
      { pagerduty: { key: SECRET } },
      /stage production tells nobody of its alerts;/,
    ],
    ["a Slack without its token", { slack: {} }, missing("slack.token")],
    ["a PagerDuty without its key", { slack, pagerduty: {} }, missing("pagerduty.key")],
    [
      "an e-mail without its password",
      { email: { ...email, password: undefined }, domain: "test.dev" },
      missing("email.password"),
    ],
    ["a heartbeat without its URL", { slack, heartbeat: {} }, missing("heartbeat.url")],
    [
      "an empty secret",
      { slack: { token: "" } },
      `slipway:alerting.slack.token of stack production: its value is not allowed; allowed: one text without spaces; ${set("slack.token")}`,
    ],
    [
      "a secret that the engine takes for a number",
      { slack, pagerduty: { key: 12345 } },
      `slipway:alerting.pagerduty.key of stack production: its value is not allowed; allowed: text; ${set("pagerduty.key")}`,
    ],
    [
      "a secret in the wrong place",
      { slack: SECRET },
      `slipway:alerting.slack of stack production: its value is not allowed; allowed: a block of keys; ${correct}`,
    ],
    [
      "a misspelt receiver",
      { slak: slack },
      /^slipway:alerting of stack production: unknown config key slak \(did you mean "slack"\?\); allowed: slack, /,
    ],
    [
      "a misspelt key of a receiver",
      { slack: { tokn: SECRET } },
      /^slipway:alerting\.slack of .*: unknown config key tokn \(did you mean "token"\?\); allowed: token; /,
    ],
    [
      "mail without a domain",
      { email },
      "slipway:alerting.domain of stack production: it is missing, and e-mail goes to oncall@, security@, team@ and ops@ of it; allowed: a domain in lower case, such as example.com; set it: pulumi config set --path slipway:alerting.domain example.com -s production.",
    ],
    [
      "a mail server without a port",
      { email: { ...email, host: "smtp.test.dev" } },
      /slipway:alerting\.email\.host .*: its value is not allowed; allowed: HOST:PORT of a mail server/,
    ],
    [
      "a place of a team that nobody has",
      { slack, places: { novacorn: { channel: "#dwcp" } } },
      /^slipway:alerting\.places of stack production: there is no team "novacorn" \(did you mean "novacron"\?\); allowed: critical, default, infrastructure, performance, security, .*; correct it in/,
    ],
    [
      "a channel that is none",
      { slack, places: { security: { channel: "security alerts" } } },
      /slipway:alerting\.places\.security\.channel .*: its value is not allowed; allowed: a Slack channel, such as #ops/,
    ],
    [
      "a mute of what is critical",
      { slack, mutes: { nights: { ...mute, severities: ["critical"] } } },
      /slipway:alerting\.mutes\.nights\.severities\.0 .*: its value is not allowed; allowed: high, warning, info; /,
    ],
    [
      "a mute of a team that nobody has",
      { slack, mutes: { nights: { ...mute, teams: ["noah"] } } },
      /^slipway:alerting\.mutes\.nights\.teams of stack production: there is no team "noah" \(did you mean "noa"\?\); /,
    ],
    [
      "a mute that ends before it begins",
      { slack, mutes: { nights: { ...mute, hours: [{ from: "22:00", to: "06:00" }] } } },
      `slipway:alerting.mutes.nights.hours of stack production: "22:00 to 06:00" is not allowed; allowed: from before to; a night is two: up to 24:00, and from 00:00; ${correct}`,
    ],
    [
      "a mute in a time zone that is none",
      { slack, mutes: { nights: { ...mute, timezone: "Europe/Brelin" } } },
      `slipway:alerting.mutes.nights.timezone of stack production: "Europe/Brelin" is not allowed; allowed: a name of the time zone database, such as Europe/Berlin; ${correct}`,
    ],
  ];
  for (const [what, alerting, says] of refused) {
    it(what, () => {
      const text = message(() => read(alerting));
      if (typeof says === "string") assert.equal(text, says);
      else assert.match(text, says);
    });
  }

  it("nobody, before the program makes anything", async () => {
    await assert.rejects(
      runProgram("production", { "slipway:alerting": undefined }),
      /^SlipwayError: slipway:alerting of stack production: stage production tells nobody of its alerts; /,
    );
  });
});
