import type { Props } from "../../part";
import { between, block, flag, json, matches, number, oneOf, ref, set, text } from "../fields";
import type { Model, Situation } from "../model";
import { policyDocument } from "../policies";
import { sha256 } from "../values";
import type { View } from "../values";
import { checkGroups, checkSubnets, refuseTwin } from "./store-rules";
import { T } from "./tokens";

// https://docs.aws.amazon.com/opensearch-service/latest/developerguide/infrastructure-security.html
const TLS_POLICIES = [
  "Policy-Min-TLS-1-0-2019-07",
  "Policy-Min-TLS-1-2-2019-07",
  "Policy-Min-TLS-1-2-PFS-2023-10",
];
const PASSWORD = /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^A-Za-z0-9]).{8,128}$/;
const MACHINE = matches(/^[a-z0-9]+\.[a-z0-9]+\.search$/, "must look like m7g.medium.search");

function* domainRules(view: View): Generator<{ property: string; reason: string }> {
  const security = view.block("advancedSecurityOptions");
  if (security.flag("enabled") === true) {
    const needs: readonly (readonly [string, boolean])[] = [
      ["encryptAtRest", view.block("encryptAtRest").flag("enabled") === true],
      ["nodeToNodeEncryption", view.block("nodeToNodeEncryption").flag("enabled") === true],
      ["domainEndpointOptions", view.block("domainEndpointOptions").flag("enforceHttps") === true],
    ];
    for (const [property, met] of needs) {
      if (!met) yield { property, reason: `advancedSecurityOptions needs ${property} to be switched on` };
    }
    const master = security.block("masterUserOptions");
    if (security.flag("internalUserDatabaseEnabled") === true && !master.has("masterUserName")) {
      yield {
        property: "advancedSecurityOptions.masterUserOptions",
        reason: "the internal user database needs masterUserName and masterUserPassword",
      };
    }
  }
  const cluster = view.block("clusterConfig");
  const zones = cluster.flag("zoneAwarenessEnabled") === true ? zonesOf(cluster) : 1;
  const nodes = cluster.number("instanceCount") ?? 1;
  if (nodes % zones !== 0) {
    yield {
      property: "clusterConfig.instanceCount",
      reason: `must be a multiple of the ${zones} availability zones`,
    };
  }
  const subnets = view.block("vpcOptions").texts("subnetIds");
  if (subnets.length > 0 && subnets.length !== zones) {
    yield {
      property: "vpcOptions.subnetIds",
      reason: `You must specify exactly ${zones} ${zones === 1 ? "subnet" : "subnets"}, one for each availability zone`,
    };
  }
}

function zonesOf(cluster: View): number {
  return cluster.block("zoneAwarenessConfig").number("availabilityZoneCount") ?? 2;
}

function vpcOf(s: Situation): Props {
  const options = s.view.block("vpcOptions");
  const zones = options
    .texts("subnetIds")
    .flatMap((id) => s.account.find(T.subnet, "id", id, s.region) ?? [])
    .map(({ attributes }) => attributes["availabilityZone"] ?? "");
  return {
    ...options.props,
    availabilityZones: [...new Set(zones)].sort(),
    vpcId: checkSubnets(inner(s), 1, "ValidationException"),
  };
}

/** The same, as rules see it that look for `subnetIds` at the top. */
function inner(s: Situation): Situation {
  return Object.assign(Object.create(s) as Situation, { view: s.view.block("vpcOptions") });
}

const domain: Model = {
  type: T.searchDomain,
  tags: true,
  // With it the master password.
  hidden: ["advancedSecurityOptions"],
  fields: {
    accessPolicies: json({ computed: true, check: policyDocument("resource") }),
    advancedSecurityOptions: block(
      {
        enabled: flag({ required: true, forceNew: (old, next) => old === true && next === false }),
        internalUserDatabaseEnabled: flag({ default: false }),
        masterUserOptions: block({
          masterUserArn: text(),
          masterUserName: text({ check: matches(/^.{1,64}$/, "must have 1 to 64 characters") }),
          masterUserPassword: text({
            check: matches(
              PASSWORD,
              "must have 8 to 128 characters, one of them upper case, one lower case, one digit and one special",
            ),
          }),
        }),
      },
      { computed: true },
    ),
    clusterConfig: block(
      {
        instanceCount: number({ default: 1, check: between(1, 80) }),
        instanceType: text({ default: "m4.large.search", check: MACHINE }),
        zoneAwarenessConfig: block({ availabilityZoneCount: number({ default: 2, check: between(2, 3) }) }),
        zoneAwarenessEnabled: flag(),
      },
      { computed: true },
    ),
    domainEndpointOptions: block(
      {
        enforceHttps: flag({ default: true }),
        tlsSecurityPolicy: text({ computed: true, check: oneOf(...TLS_POLICIES) }),
      },
      { computed: true },
    ),
    domainName: text({
      forceNew: true,
      check: matches(
        /^[a-z][a-z0-9-]{2,27}$/,
        "must begin with a lower-case letter and have 3 to 28 lower-case letters, digits and dashes",
      ),
    }),
    ebsOptions: block(
      {
        ebsEnabled: flag({ required: true }),
        volumeSize: number({ check: between(10, 24_576) }),
        volumeType: text({ computed: true, check: oneOf("gp2", "gp3", "io1") }),
      },
      { computed: true },
    ),
    encryptAtRest: block(
      {
        enabled: flag({ required: true, forceNew: (old, next) => old === true && next === false }),
        kmsKeyId: ref(T.key, { computed: true, forceNew: true }, "arn"),
      },
      { computed: true },
    ),
    engineVersion: text({
      computed: true,
      check: matches(/^OpenSearch_[123]\.\d+$/, "must be a version such as OpenSearch_2.19"),
    }),
    nodeToNodeEncryption: block(
      { enabled: flag({ required: true, forceNew: (old, next) => old === true && next === false }) },
      { computed: true },
    ),
    softwareUpdateOptions: block({ autoSoftwareUpdateEnabled: flag({ default: false }) }, { computed: true }),
    vpcOptions: block(
      {
        securityGroupIds: set(ref(T.securityGroup)),
        subnetIds: set(ref(T.subnet)),
      },
      // A domain goes neither into a network nor out of it.
      { forceNew: (old, next) => (old === undefined) !== (next === undefined) },
    ),
  },
  computed: [
    "advancedOptions",
    "aimlOptions",
    "arn",
    "autoTuneOptions",
    "dashboardEndpoint",
    "dashboardEndpointV2",
    "deploymentStrategyOptions",
    "domainEndpointV2HostedZoneId",
    "domainId",
    "endpoint",
    "endpointV2",
    "ipAddressType",
    "offPeakWindowOptions",
  ],
  computedInside: { vpcOptions: ["availabilityZones", "vpcId"] },
  rules: domainRules,
  id: (s) => s.arn("es", `domain/${s.view.text("domainName") ?? ""}`),
  outputs(s) {
    const { view } = s;
    const name = view.text("domainName") ?? "";
    const isInside = view.has("vpcOptions");
    const realm = sha256(`${s.accountId} ${s.region} ${name}`).slice(0, 26);
    const endpoint = `${isInside ? "vpc" : "search"}-${name}-${realm}.${s.region}.es.amazonaws.com`;
    return {
      accessPolicies: view.text("accessPolicies") ?? "",
      advancedOptions: {},
      aimlOptions: {},
      arn: s.arn("es", `domain/${name}`),
      autoTuneOptions: { desiredState: "ENABLED", useOffPeakWindow: false },
      clusterConfig: view.block("clusterConfig").props,
      dashboardEndpoint: `${endpoint}/_dashboards`,
      dashboardEndpointV2: "",
      deploymentStrategyOptions: { deploymentStrategy: "Default" },
      domainEndpointOptions: {
        enforceHttps: true,
        tlsSecurityPolicy: TLS_POLICIES[1] ?? "",
        ...view.block("domainEndpointOptions").props,
      },
      domainEndpointV2HostedZoneId: "",
      domainId: `${s.accountId}/${name}`,
      ebsOptions: { ebsEnabled: false, ...view.block("ebsOptions").props },
      encryptAtRest: { enabled: false, ...view.block("encryptAtRest").props },
      endpoint,
      endpointV2: "",
      engineVersion: view.text("engineVersion") ?? "OpenSearch_2.19",
      ipAddressType: "ipv4",
      nodeToNodeEncryption: { enabled: false, ...view.block("nodeToNodeEncryption").props },
      offPeakWindowOptions: { enabled: true },
      softwareUpdateOptions: {
        autoSoftwareUpdateEnabled: false,
        ...view.block("softwareUpdateOptions").props,
      },
      ...(isInside ? { vpcOptions: vpcOf(s) } : {}),
    };
  },
  admit(s) {
    refuseTwin(s, "domainName", "ResourceAlreadyExistsException");
    const options = s.view.block("vpcOptions");
    if (options.texts("subnetIds").length === 0) return;
    const vpcId = checkSubnets(inner(s), options.texts("subnetIds").length, "ValidationException");
    checkGroups(s, options.texts("securityGroupIds"), vpcId);
  },
};

export const searchModels: readonly Model[] = [domain];
