import { at, fields, isAbsent, list, shown } from "../../core/json";
import { objectRule } from "../../kubernetes/objects";
import {
  celIsPublicParent,
  celRedirectsToHttps,
  isPublicParent,
  redirectsToHttps,
} from "../../kubernetes/routes";

const header = "strict-transport-security";
/** Where the age stands in the header (RFC 6797), in lower case; JavaScript and RE2 both understand it. */
const age = "(^|[; ])max-age=[0-9]{1,10}";

/**
 * Browsers that have been here once come back by HTTPS alone. The route says so, whatever its application does; a
 * rule that redirects to HTTPS has no response of its own to say it in.
 */
export const requireHstsOnRoutes = objectRule({
  name: "kubernetes-gateway-route-require-hsts",
  area: "tls",
  title: "Public routes demand HTTPS of browsers",
  description: "Every rule of a public HTTPRoute sets Strict-Transport-Security for 180 days or longer.",
  level: "mandatory",
  severity: "medium",
  checks: [34],
  ids: ["CIS 5.4.5"],
  remedy:
    "Add a ResponseHeaderModifier filter that sets Strict-Transport-Security: max-age=31536000; includeSubDomains.",
  url: "https://gateway-api.sigs.k8s.io/guides/user-guides/http-header-modifier/",
  parameters: {
    seconds: {
      type: "integer",
      minimum: 1,
      default: 15_552_000,
      description: "Shortest max-age, in seconds.",
    },
  },
  kinds: ["gateway.networking.k8s.io/HTTPRoute"],
  types: ["kubernetes:gateway.networking.k8s.io/v1:HTTPRoute"],
  judge: (route, judgement, settings) => {
    const spec = fields(route.fields["spec"]);
    if (!list(spec["parentRefs"]).some(isPublicParent)) return;
    // Without rules the API server makes one, which has no filters.
    const rules = isAbsent(spec["rules"]) ? [{}] : list(spec["rules"]);
    rules.forEach((rule, index) => {
      judgement.part(() => {
        if (redirectsToHttps(rule)) return;
        const values = valuesOf(rule);
        if (values.some((value) => ageOf(value) >= settings.number("seconds"))) return;
        judgement.report(
          `${route.path}spec.rules[${index}].filters`,
          `the rule sets Strict-Transport-Security to ${shown(values[0])}; set it to max-age=${settings.number("seconds")} or longer.`,
        );
      });
    });
  },
  cel: {
    resources: ["gateway.networking.k8s.io/v1/httproutes"],
    variables: [
      {
        name: "isPublic",
        expression: `object.?spec.?parentRefs.orValue([]).exists(p, ${celIsPublicParent})`,
      },
    ],
    validations: (settings) => [
      {
        // The zero before it makes a number of nothing, too.
        expression: `!variables.isPublic || dyn(object).?spec.?rules.orValue([]).all(r, ${celRedirectsToHttps} || r.?filters.orValue([]).filter(f, f.type == 'ResponseHeaderModifier').exists(f, (f.?responseHeaderModifier.?set.orValue([]) + f.?responseHeaderModifier.?add.orValue([])).exists(h, h.name.lowerAscii() == '${header}' && int('0' + h.value.lowerAscii().find('${age}').find('[0-9]+')) >= ${settings.number("seconds")})))`,
        message: `a rule of the route does not set Strict-Transport-Security to max-age=${settings.number("seconds")} or longer; add a ResponseHeaderModifier filter that does.`,
      },
    ],
  },
});

/** What a rule sets the header to. */
function valuesOf(rule: unknown): readonly unknown[] {
  return list(fields(rule)["filters"])
    .filter((filter) => at(filter, "type") === "ResponseHeaderModifier")
    .flatMap((filter) => ["set", "add"].flatMap((how) => list(at(filter, "responseHeaderModifier", how))))
    .filter((entry) => {
      const name = at(entry, "name");
      return typeof name === "string" && name.toLowerCase() === header;
    })
    .map((entry) => at(entry, "value"));
}

function ageOf(value: unknown): number {
  const found = typeof value === "string" ? new RegExp(age).exec(value.toLowerCase())?.[0] : undefined;
  return Number(/\d+/.exec(found ?? "0"));
}
