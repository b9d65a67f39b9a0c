import { at, isAbsent, shown } from "../../core/json";
import { objectRule } from "../../kubernetes/objects";

/** TLS 1.0 and 1.1 are broken (RFC 8996). Envoy Gateway asks for 1.2 where nothing is said; Auto leaves it to Envoy. */
export const requireTlsVersionOnGateways = objectRule({
  name: "kubernetes-envoy-clienttrafficpolicy-require-tls-version",
  area: "tls",
  title: "Gateways speak TLS 1.2 or newer",
  description: "No ClientTrafficPolicy lets clients speak TLS older than 1.2.",
  level: "mandatory",
  severity: "high",
  checks: [34],
  ids: ["CIS 5.4.5"],
  remedy: 'Set spec.tls.minVersion to "1.2" or "1.3".',
  url: "https://gateway.envoyproxy.io/v1.9/api/extension_types/#clienttlssettings",
  kinds: ["gateway.envoyproxy.io/ClientTrafficPolicy"],
  types: ["kubernetes:gateway.envoyproxy.io/v1alpha1:ClientTrafficPolicy"],
  judge: (policy, judgement) => {
    const version = at(policy.fields, "spec", "tls", "minVersion");
    if (isAbsent(version) || version === "1.2" || version === "1.3") return;
    judgement.report(
      `${policy.path}spec.tls.minVersion`,
      `clients may speak TLS ${shown(version)}; set minVersion to "1.2" or "1.3".`,
    );
  },
  cel: {
    resources: ["gateway.envoyproxy.io/v1alpha1/clienttrafficpolicies"],
    validations: () => [
      {
        expression: "object.?spec.?tls.?minVersion.orValue('1.2') in ['1.2', '1.3']",
        message: "clients may speak TLS older than 1.2; set spec.tls.minVersion to 1.2 or 1.3.",
      },
    ],
  },
});
