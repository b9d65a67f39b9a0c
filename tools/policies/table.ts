import { checks } from "../../policies/checks";
import type { Rule } from "../../policies/core/rule";

const start = "<!-- rules: made by `npm run policies` -->";
const end = "<!-- end of rules -->";

/**
 * A page with its list of rules as the pack has them.
 *
 * @throws Error when the page has no place for it.
 */
export function tableIn(page: string, rules: readonly Rule[]): string {
  const from = page.indexOf(start);
  const to = page.indexOf(end);
  if (from === -1 || to < from) throw new Error(`the page has no ${start} … ${end}`);
  return `${page.slice(0, from)}${start}\n\n${tables(rules)}\n\n${page.slice(to)}`;
}

function tables(rules: readonly Rule[]): string {
  const numbered = Object.entries(checks).map(([number, text]) => {
    const own = rules.filter((rule) => rule.checks.includes(Number(number)));
    return [`### ${number}. ${text}`, "", ...own.map(line)].join("\n");
  });
  const rest = rules.filter((rule) => rule.checks.length === 0);
  return [...numbered, ["### Beyond these", "", ...rest.map(line)].join("\n")].join("\n\n");
}

function line(rule: Rule): string {
  const level = rule.mandatoryInProduction === true ? `${rule.level}, mandatory in production` : rule.level;
  const inCluster = rule.scope === "resource" && rule.cel !== undefined ? ", cluster too" : "";
  const ids = rule.ids.length === 0 ? "" : `; ${rule.ids.join(", ")}`;
  return `- [\`${rule.name}\`](${rule.url}): ${rule.description} (${level}${inCluster}${ids})`;
}
