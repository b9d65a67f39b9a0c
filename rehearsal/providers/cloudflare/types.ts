import { between, block, flag, list, mapOf, matches, number, oneOf, text } from "../aws/fields";
import type { Model } from "../aws/model";
import { textOf } from "../aws/values";

/** Type tokens of the zones that Cloudflare serves. */
export const C = {
  record: "cloudflare:index/dnsRecord:DnsRecord",
  ruleset: "cloudflare:index/ruleset:Ruleset",
  bots: "cloudflare:index/botManagement:BotManagement",
  setting: "cloudflare:index/zoneSetting:ZoneSetting",
} as const;

const MOMENT = "2026-01-01T00:00:00Z";

// Zones are made outside of the stack, so one is checked by its form alone.
const zoneId = text({
  required: true,
  forceNew: true,
  check: matches(/^[0-9a-f]{32}$/, "must be the id of a zone: 32 hexadecimal digits"),
});

const record: Model = {
  type: C.record,
  global: true,
  fields: {
    comment: text(),
    content: text({ required: true }),
    name: text({ required: true, forceNew: true }),
    proxied: flag({ default: false }),
    ttl: number({
      required: true,
      check: (value) =>
        value === 1 ? undefined : between(30, 86400)(value) && "must be 1 (automatic) or 30 to 86400",
    }),
    type: text({ required: true, forceNew: true, check: oneOf("A", "AAAA", "CNAME", "TXT") }),
    zoneId,
  },
  computed: ["commentModifiedOn", "createdOn", "meta", "modifiedOn", "proxiable", "tagsModifiedOn"],
  *rules(view) {
    if (view.flag("proxied") === true && view.has("ttl") && view.number("ttl") !== 1)
      yield { property: "ttl", reason: "the ttl of a proxied record is 1 (automatic)" };
    if (view.flag("proxied") === true && view.text("type") === "TXT")
      yield { property: "proxied", reason: "a record of type TXT cannot be proxied" };
  },
  id: (s) => s.hex(32),
  outputs: (s) => ({
    commentModifiedOn: MOMENT,
    createdOn: MOMENT,
    meta: "{}",
    modifiedOn: MOMENT,
    proxiable: s.view.text("type") !== "TXT",
    tagsModifiedOn: MOMENT,
  }),
  admit(s) {
    const twin = s.account
      .all(C.record)
      .find(({ attributes }) =>
        ["zoneId", "name"].every((field) => attributes[field] === s.view.text(field)),
      );
    if (twin !== undefined && (s.view.text("type") === "CNAME" || twin.attributes["type"] === "CNAME"))
      s.refuse("81053", `An A, AAAA, or CNAME record with that host already exists (${twin.id})`);
  },
};

/** What a rule of each phase may do. */
const ACTIONS: Readonly<Record<string, string>> = {
  ddos_l7: "execute",
  http_config_settings: "set_config",
  http_request_cache_settings: "set_cache_settings",
  http_response_headers_transform: "rewrite",
};
const ttl = (...modes: readonly string[]) => ({
  default: number({ check: between(0, 31536000) }),
  mode: text({ required: true, check: oneOf(...modes) }),
});
const status = number({ check: between(100, 999) });

const ruleset: Model = {
  type: C.ruleset,
  global: true,
  fields: {
    description: text({ computed: true }),
    kind: text({ required: true, forceNew: true, check: oneOf("zone") }),
    name: text({ required: true }),
    phase: text({ required: true, forceNew: true, check: oneOf(...Object.keys(ACTIONS)) }),
    rules: list(
      block({
        action: text({ required: true, check: oneOf(...Object.values(ACTIONS)) }),
        actionParameters: block({
          browserTtl: block(ttl("override_origin", "respect_origin", "bypass")),
          cache: flag(),
          edgeTtl: block({
            ...ttl("override_origin", "respect_origin", "bypass_by_default"),
            statusCodeTtls: list(
              block({
                statusCode: status,
                statusCodeRange: block({ from: status, to: status }),
                // -1 is no-store, 0 no-cache.
                value: number({ required: true, check: between(-1, 31536000) }),
              }),
            ),
          }),
          // Name of a header → what is done to it.
          headers: mapOf(
            block({ operation: text({ required: true, check: oneOf("set", "remove") }), value: text() }),
          ),
          id: text({ check: oneOf("4d21379b4f9f4bb088e0729962c8b3cf") }),
          overrides: block({
            action: text({ check: oneOf("block", "managed_challenge", "log") }),
            sensitivityLevel: text({ check: oneOf("default", "medium", "low", "eoff") }),
          }),
          ssl: text({ check: oneOf("off", "flexible", "full", "strict") }),
        }),
        description: text(),
        enabled: flag({ default: true }),
        expression: text({ required: true, check: expression }),
        ref: text({ required: true }),
      }),
    ),
    zoneId,
  },
  computed: ["lastUpdated", "version"],
  moving: ["lastUpdated", "version"],
  *rules(view) {
    const action = ACTIONS[view.text("phase") ?? ""];
    const rules = view.blocks("rules");
    for (const rule of rules) {
      if (action !== undefined && rule.text("action") !== action)
        yield { property: "rules", reason: `a rule of ${view.text("phase") ?? ""} does ${action}` };
    }
    const refs = rules.map((rule) => rule.text("ref"));
    if (new Set(refs).size !== refs.length) yield { property: "rules", reason: "two rules have one ref" };
  },
  id: (s) => s.hex(32),
  outputs: (s) => ({
    description: s.view.text("description") ?? "",
    lastUpdated: MOMENT,
    version: "1",
  }),
  admit(s) {
    const twin = s.account
      .all(C.ruleset)
      .find(({ attributes }) =>
        ["zoneId", "phase"].every((field) => attributes[field] === s.view.text(field)),
      );
    if (twin !== undefined)
      s.refuse(
        "20217",
        `'zone' is not a valid value for kind because exceeded maximum number of zone rulesets for phase ${textOf(s.view.props["phase"])}`,
      );
  },
};

/** Quotes and brackets of the rules language, as far as they can be told without it. */
function expression(value: string): string | undefined {
  const bare = value.replaceAll(/"(?:[^"\\]|\\.)*"/g, "");
  if (bare.includes('"')) return "has a quote that does not end";
  let depth = 0;
  for (const letter of bare) {
    depth += letter === "(" ? 1 : letter === ")" ? -1 : 0;
    if (depth < 0) break;
  }
  return depth === 0 && value !== "" ? undefined : "has brackets that do not match";
}

const bots: Model = {
  type: C.bots,
  global: true,
  fields: {
    enableJs: flag({ computed: true }),
    sbfmDefinitelyAutomated: text({ computed: true, check: oneOf("allow", "block", "managed_challenge") }),
    sbfmLikelyAutomated: text({ computed: true, check: oneOf("allow", "block", "managed_challenge") }),
    sbfmVerifiedBots: text({ computed: true, check: oneOf("allow", "block") }),
    zoneId,
  },
  computed: [],
  id: (s) => s.view.text("zoneId") ?? "",
};

const setting: Model = {
  type: C.setting,
  global: true,
  fields: {
    settingId: text({ required: true, forceNew: true, check: oneOf("min_tls_version") }),
    value: text({ required: true, check: oneOf("1.0", "1.1", "1.2", "1.3") }),
    zoneId,
  },
  computed: ["editable", "modifiedOn", "timeRemaining"],
  // The real one is the setting alone, which every zone has.
  id: (s) => `${s.view.text("zoneId") ?? ""}/${s.view.text("settingId") ?? ""}`,
  outputs: () => ({ editable: true, modifiedOn: MOMENT, timeRemaining: 0 }),
};

/** Every resource type of the simulated zones, by its token. */
export const models: ReadonlyMap<string, Model> = new Map(
  [record, ruleset, bots, setting].map((model) => [model.type, model]),
);
