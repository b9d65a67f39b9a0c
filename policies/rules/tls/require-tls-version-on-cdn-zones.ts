import { shown } from "../../core/json";
import { resourceRule } from "../../core/rule";

/** What some settings of a zone must be; others are its owner's business. */
const allowed = new Map<unknown, readonly unknown[]>([
  ["min_tls_version", ["1.2", "1.3"]],
  ["ssl", ["full", "strict", "origin_pull"]],
  ["always_use_https", ["on"]],
]);

/** Cloudflare takes TLS 1.0 unless told otherwise, and with `flexible` it goes on in plain to what stands behind it. */
export const requireTlsVersionOnCdnZones = resourceRule({
  name: "cloudflare-zone-setting-require-tls-version",
  area: "tls",
  title: "Cloudflare speaks TLS 1.2 or newer",
  description: "No setting of a Cloudflare zone lets plain HTTP or TLS older than 1.2 through.",
  level: "mandatory",
  severity: "high",
  checks: [34],
  ids: ["CIS 5.4.5"],
  remedy: 'Set min_tls_version to "1.2" or "1.3", ssl to "strict" and always_use_https to "on".',
  url: "https://developers.cloudflare.com/ssl/edge-certificates/additional-options/minimum-tls/",
  types: ["cloudflare:index/zoneSetting:ZoneSetting"],
  judge: ({ props }, judgement) => {
    judgement.part(() => {
      const values = allowed.get(props["settingId"]);
      const value = props["value"];
      if (values === undefined || values.includes(value)) return;
      judgement.report(
        "value",
        `${shown(props["settingId"])} is ${shown(value)}; set it to ${values.map(shown).join(" or ")}.`,
      );
    });
  },
});
