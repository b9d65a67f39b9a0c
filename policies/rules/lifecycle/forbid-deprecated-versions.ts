import { objectRule } from "../../kubernetes/objects";

/** What is still served and has something in its place, as `group/version/kind`. */
const deprecated = new Map([
  ["gateway.networking.k8s.io/v1beta1/Gateway", "gateway.networking.k8s.io/v1"],
  ["gateway.networking.k8s.io/v1beta1/GatewayClass", "gateway.networking.k8s.io/v1"],
  ["gateway.networking.k8s.io/v1beta1/HTTPRoute", "gateway.networking.k8s.io/v1"],
  ["gateway.networking.k8s.io/v1beta1/ReferenceGrant", "gateway.networking.k8s.io/v1"],
  ["/v1/Endpoints", "an EndpointSlice of discovery.k8s.io/v1"],
]);

/** Advisory, for it still works: the time to change is before the upgrade that takes it away. */
export const forbidDeprecatedVersions = objectRule({
  name: "kubernetes-core-object-forbid-deprecated-version",
  area: "lifecycle",
  title: "API versions are not deprecated",
  description: "No object is of an API version or a kind that another has taken the place of.",
  level: "advisory",
  severity: "low",
  checks: [15],
  ids: [],
  remedy: "Write the object in the version that the message names.",
  url: "https://kubernetes.io/docs/reference/using-api/deprecation-guide/",
  kinds: [
    "gateway.networking.k8s.io/Gateway",
    "gateway.networking.k8s.io/GatewayClass",
    "gateway.networking.k8s.io/HTTPRoute",
    "gateway.networking.k8s.io/ReferenceGrant",
    "/Endpoints",
  ],
  types: [
    "kubernetes:gateway.networking.k8s.io/v1:Gateway",
    "kubernetes:gateway.networking.k8s.io/v1:GatewayClass",
    "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute",
    "kubernetes:gateway.networking.k8s.io/v1:ReferenceGrant",
  ],
  judge: ({ group, version, kind, path }, judgement) => {
    const successor = deprecated.get(`${group}/${version}/${kind}`);
    if (successor === undefined) return;
    judgement.report(
      `${path}apiVersion`,
      `${kind} of ${group === "" ? version : `${group}/${version}`} is deprecated; use ${successor}.`,
    );
  },
});
