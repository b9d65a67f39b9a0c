import assert from "node:assert/strict";
import { publicHosts } from "../../../infra/monitoring";
import { parseSettings } from "../../../infra/settings";
import type { Settings } from "../../../infra/settings";
import { specForStage } from "../../../components/spec/stage";
import { daira } from "../../../infra/systems/daira";

const SECRET = "s3cret-of-the-provider";
const oidc = {
  clientId: "grafana",
  clientSecret: SECRET,
  authUrl: "https://id.example.com/authorize",
  tokenUrl: "https://id.example.com/token",
  apiUrl: "https://id.example.com/userinfo",
};

function read(monitoring?: unknown): Settings {
  const own = monitoring === undefined ? {} : { "slipway:monitoring": JSON.stringify(monitoring) };
  return parseSettings("local", { "slipway:stage": "local", ...own }, undefined);
}

function message(monitoring: unknown): string {
  try {
    read(monitoring);
  } catch (error) {
    assert.ok(error instanceof Error && error.name === "SlipwayError");
    return error.message;
  }
  return assert.fail("nothing was refused");
}

describe("slipway:monitoring", () => {
  it("opens Grafana to nobody by default", () => {
    const settings = read();
    assert.deepEqual(settings.monitoring, { runbooks: "https://slipway.example.com/runbooks" });
    assert.deepEqual(publicHosts(settings, []), []);
  });

  it("gives the edge a host for Grafana, in the name of the namespace that may attach a route to it", () => {
    const settings = read({ host: "grafana.example.com" });
    const shop = { ...specForStage(daira, { stage: "local", replicaShare: 1, storeShare: 1 }), name: "shop" };
    assert.deepEqual(publicHosts(settings, [shop]), [
      { system: "shop", host: "daira.localhost" },
      { system: "monitoring", host: "grafana.example.com" },
    ]);
  });

  it("takes a provider of OpenID Connect, and keeps of its secret only that it is there", () => {
    const { monitoring } = read({ host: "grafana.example.com", oidc: { ...oidc, admins: "platform-team" } });
    assert.deepEqual(monitoring.oidc, {
      ...oidc,
      name: "single sign-on",
      clientSecret: true,
      admins: "platform-team",
    });
    assert.ok(!JSON.stringify(monitoring).includes(SECRET));
  });

  it("says how to set a secret that is missing", () => {
    const { clientSecret: _, ...open } = oidc;
    assert.equal(
      message({ host: "grafana.example.com", oidc: open }),
      "slipway:monitoring.oidc.clientSecret of stack local: it is missing; allowed: text; " +
        "set it: pulumi config set --secret --path slipway:monitoring.oidc.clientSecret -s local.",
    );
  });

  it("quotes no value where a secret may stand, and others as ever", () => {
    for (const wrong of [
      { oidc: SECRET },
      { oidc: { ...oidc, authUrl: SECRET } },
      { oidc: { ...oidc, clientSecret: { [SECRET]: SECRET } } },
    ]) {
      const said = message(wrong);
      assert.match(said, /its value is not allowed/);
      assert.ok(!said.includes(SECRET), said);
    }
    assert.equal(
      message({ host: "Grafana" }),
      'slipway:monitoring.host of stack local: "Grafana" is not allowed; allowed: a host in lower case, such as grafana.example.com; correct it in Pulumi.local.yaml.',
    );
  });

  it("refuses an address in plain, and a group that would end its quotes", () => {
    assert.match(message({ oidc: { ...oidc, tokenUrl: "http://id.example.com" } }), /begins with https/);
    assert.match(message({ oidc: { ...oidc, admins: "x' || 'Admin" } }), /the name of a group/);
  });
});
