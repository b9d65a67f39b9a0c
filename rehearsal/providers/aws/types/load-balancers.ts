import { between, block, flag, matches, number, oneOf, ref, set, text } from "../fields";
import type { AccountObject } from "../account";
import type { Model, Situation } from "../model";
import { textOf } from "../values";
import { T } from "./tokens";

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
const balancerName = matches(
  /^(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/,
  "may have 32 characters of a-z, A-Z, 0-9 and -, with no - at either end, and must not begin with internal-",
);
const groupName = matches(
  /^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/,
  "may have 32 characters of a-z, A-Z, 0-9 and -, with no - at either end",
);

/** `app/NAME/…` or `net/NAME/…`, as it stands in ARNs and dimensions of metrics. */
function suffixOf(s: Situation): string {
  const kind = s.view.text("loadBalancerType") === "network" ? "net" : "app";
  return `${kind}/${s.view.text("name") ?? ""}/${s.hex(16)}`;
}

function subnetsOf(s: Situation): readonly AccountObject[] {
  return s.view.texts("subnets").flatMap((id) => s.account.find(T.subnet, "id", id) ?? []);
}

const loadBalancer: Model = {
  type: T.loadBalancer,
  tags: true,
  autoName: { field: "name", max: 32 },
  fields: {
    dropInvalidHeaderFields: flag({ default: false }),
    enableCrossZoneLoadBalancing: flag({ default: false }),
    enableDeletionProtection: flag({ default: false }),
    idleTimeout: number({ default: 60, check: between(1, 4000) }),
    internal: flag({ computed: true, forceNew: true }),
    ipAddressType: text({ computed: true, check: oneOf("ipv4", "dualstack") }),
    loadBalancerType: text({
      default: "application",
      forceNew: true,
      check: oneOf("application", "network"),
    }),
    name: text({ forceNew: true, check: balancerName }),
    securityGroups: set(ref(T.securityGroup), { computed: true }),
    subnets: set(ref(T.subnet), { required: true }),
  },
  computed: ["arn", "arnSuffix", "dnsName", "vpcId", "zoneId"],
  *rules(view) {
    const kind = view.text("loadBalancerType");
    if (kind === "network" && view.flag("dropInvalidHeaderFields") === true) {
      yield { property: "dropInvalidHeaderFields", reason: "a network load balancer reads no headers" };
    }
    const given = view.number("idleTimeout");
    if (kind === "network" && given !== undefined && given !== 60) {
      yield { property: "idleTimeout", reason: "the idle time of a network load balancer is its listeners'" };
    }
  },
  id: (s) => s.arn("elasticloadbalancing", `loadbalancer/${suffixOf(s)}`),
  outputs(s) {
    const name = s.view.text("name") ?? "";
    const isNetwork = s.view.text("loadBalancerType") === "network";
    const internal = s.view.flag("internal") === true ? "internal-" : "";
    return {
      arn: s.id,
      arnSuffix: suffixOf(s),
      dnsName: isNetwork
        ? `${name}-${s.hex(16)}.elb.${s.region}.amazonaws.com`
        : `${internal}${name}-${Number.parseInt(s.hex(8), 16)}.${s.region}.elb.amazonaws.com`,
      internal: s.view.flag("internal") ?? false,
      ipAddressType: s.view.text("ipAddressType") ?? "ipv4",
      securityGroups: [...s.view.texts("securityGroups")],
      vpcId: textOf(subnetsOf(s)[0]?.attributes["vpcId"]),
      zoneId: `Z${s.hex(13, "zone").toUpperCase()}`,
    };
  },
  admit(s) {
    const subnets = subnetsOf(s);
    const zones = subnets.map(({ attributes }) => textOf(attributes["availabilityZone"]));
    const twice = zones.find((zone, index) => zones.indexOf(zone) !== index);
    if (twice !== undefined)
      s.refuse("InvalidConfigurationRequest", `two of its subnets are in the zone ${twice}`);
    const isKnown = !s.view.unknown("subnets") && subnets.length === s.view.texts("subnets").length;
    if (isKnown && s.view.text("loadBalancerType") === "application" && zones.length < 2) {
      s.refuse(
        "InvalidConfigurationRequest",
        "At least two subnets in two different Availability Zones must be specified",
      );
    }
    const vpcs = new Set(subnets.map(({ attributes }) => textOf(attributes["vpcId"])));
    if (vpcs.size > 1) s.refuse("InvalidSubnet", "its subnets are in more than one VPC");
    const stranger = s.view
      .texts("securityGroups")
      .map((id) => s.account.find(T.securityGroup, "id", id))
      .find((group) => group !== undefined && vpcs.size > 0 && !vpcs.has(textOf(group.attributes["vpcId"])));
    if (stranger !== undefined)
      s.refuse("InvalidConfigurationRequest", `the security group ${stranger.id} is in another VPC`);
    const name = s.view.text("name");
    if (name !== undefined && s.account.find(T.loadBalancer, "name", name, s.region) !== undefined)
      s.refuse("DuplicateLoadBalancerName", `A load balancer with the name '${name}' already exists`);
  },
  release(s) {
    if (s.self?.attributes["enableDeletionProtection"] === true) {
      s.refuse(
        "OperationNotPermitted",
        `Load balancer '${s.id}' cannot be deleted because deletion protection is enabled`,
      );
    }
  },
};

const APPLICATION = ["HTTP", "HTTPS"];

const targetGroup: Model = {
  type: T.targetGroup,
  tags: true,
  autoName: { field: "name", max: 32 },
  fields: {
    deregistrationDelay: number({ default: 300, check: between(0, 3600) }),
    healthCheck: block(
      {
        enabled: flag({ default: true }),
        healthyThreshold: number({ default: 3, check: between(2, 10) }),
        interval: number({ default: 30, check: between(5, 300) }),
        matcher: text({
          computed: true,
          check: matches(/^\d{3}([,-]\d{3})*$/, "must be codes such as 200 or 200-299"),
        }),
        path: text({ computed: true, check: matches(/^\/.{0,1023}$/, "must begin with /") }),
        port: text({
          default: "traffic-port",
          check: matches(/^(traffic-port|\d{1,5})$/, "must be a port or traffic-port"),
        }),
        protocol: text({ default: "HTTP", check: oneOf("HTTP", "HTTPS", "TCP") }),
        timeout: number({ computed: true, check: between(2, 120) }),
        unhealthyThreshold: number({ default: 3, check: between(2, 10) }),
      },
      { computed: true },
    ),
    name: text({ forceNew: true, check: groupName }),
    port: number({ forceNew: true, check: between(1, 65535) }),
    preserveClientIp: text({ computed: true, check: oneOf("true", "false") }),
    protocol: text({ forceNew: true, check: oneOf("HTTP", "HTTPS", "TCP", "TLS") }),
    targetType: text({ default: "instance", forceNew: true, check: oneOf("instance", "ip") }),
    vpcId: ref(T.vpc, { forceNew: true }),
  },
  computed: ["arn", "arnSuffix", "loadBalancerArns"],
  *rules(view) {
    for (const field of ["port", "protocol", "vpcId"])
      if (!view.has(field))
        yield {
          property: field,
          reason: `a group of ${view.text("targetType") ?? ""} targets needs ${field}`,
        };
    const isApplication = APPLICATION.includes(view.text("protocol") ?? "");
    if (isApplication && view.has("preserveClientIp"))
      yield { property: "preserveClientIp", reason: "preserveClientIp does not go with HTTP and HTTPS" };
    const check = view.block("healthCheck");
    if (isApplication && check.text("protocol") === "TCP")
      yield {
        property: "healthCheck.protocol",
        reason: "a group of HTTP or HTTPS is checked by HTTP or HTTPS",
      };
    if (check.text("protocol") === "TCP" && (check.has("path") || check.has("matcher")))
      yield { property: "healthCheck.path", reason: "a check by TCP has neither path nor matcher" };
  },
  id: (s) => s.arn("elasticloadbalancing", `targetgroup/${s.view.text("name") ?? ""}/${s.hex(16)}`),
  outputs: (s) => ({
    arn: s.id,
    arnSuffix: `targetgroup/${s.view.text("name") ?? ""}/${s.hex(16)}`,
    // A refresh would show the listeners' load balancer; nothing of ours reads it.
    loadBalancerArns: [],
  }),
  admit(s) {
    const name = s.view.text("name");
    if (name !== undefined && s.account.find(T.targetGroup, "name", name, s.region) !== undefined)
      s.refuse("DuplicateTargetGroupName", `A target group with the name '${name}' already exists`);
  },
  release(s) {
    const user = s.account
      .all(T.listener)
      .find(({ attributes }) => JSON.stringify(attributes["defaultActions"]).includes(`"${s.id}"`));
    if (user !== undefined)
      s.refuse(
        "ResourceInUse",
        `Target group '${s.id}' is currently in use by a listener or a rule (${user.id})`,
      );
  },
};

export const loadBalancerModels: readonly Model[] = [loadBalancer, targetGroup];
