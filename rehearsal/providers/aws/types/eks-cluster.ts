import { contains, ipv4Block, parseBlock } from "../cidr";
import { block, flag, matches, oneOf, ref, set, text } from "../fields";
import type { Model } from "../model";
import {
  checkRole,
  checkSubnets,
  checkVersion,
  companions,
  groupId,
  switches,
  vpcOf,
} from "./eks-cluster-rules";
import { T } from "./tokens";

const LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"];
/** Versions in standard or extended support in November 2026. */
const VERSIONS = ["1.31", "1.32", "1.33", "1.34", "1.35", "1.36"];
const PRIVATE_BLOCKS = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

function serviceBlock(value: string): string | undefined {
  const inner = parseBlock(value);
  const isPrivate = PRIVATE_BLOCKS.map(parseBlock).some(
    (outer) => inner !== undefined && outer !== undefined && contains(outer, inner),
  );
  return ipv4Block(12, 24)(value) ?? (isPrivate ? undefined : `must lie in ${PRIVATE_BLOCKS.join(", ")}`);
}

const cluster: Model = {
  type: T.cluster,
  tags: true,
  autoName: { field: "name", max: 100 },
  fields: {
    accessConfig: block(
      {
        authenticationMode: text({ computed: true, check: oneOf("API", "API_AND_CONFIG_MAP", "CONFIG_MAP") }),
        bootstrapClusterCreatorAdminPermissions: flag({ default: true, forceNew: true }),
      },
      { computed: true },
    ),
    bootstrapSelfManagedAddons: flag({ default: true, forceNew: true }),
    computeConfig: block({
      enabled: flag(),
      nodePools: set(text({ check: oneOf("general-purpose", "system") })),
      nodeRoleArn: ref(T.role, { forceNew: (old, next) => old !== undefined && old !== next }, "arn"),
    }),
    deletionProtection: flag({ computed: true }),
    enabledClusterLogTypes: set(text({ check: oneOf(...LOG_TYPES) })),
    encryptionConfig: block(
      {
        provider: block({ keyArn: ref(T.key, { required: true }, "arn") }, { required: true }),
        resources: set(text({ check: oneOf("secrets") }), { required: true }),
      },
      // Envelope encryption cannot be switched off again.
      { forceNew: (old, next) => old !== undefined && next === undefined },
    ),
    forceUpdateVersion: flag(),
    kubernetesNetworkConfig: block(
      {
        elasticLoadBalancing: block({ enabled: flag() }, { computed: true }),
        ipFamily: text({ computed: true, forceNew: true, check: oneOf("ipv4") }),
        serviceIpv4Cidr: text({ computed: true, forceNew: true, check: serviceBlock }),
      },
      { computed: true },
    ),
    name: text({
      forceNew: true,
      check: matches(
        /^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/,
        "must begin with a letter or digit and have 1 to 100 letters, digits, - and _",
      ),
    }),
    roleArn: ref(T.role, { required: true, forceNew: true }, "arn"),
    storageConfig: block({ blockStorage: block({ enabled: flag() }) }),
    upgradePolicy: block(
      { supportType: text({ computed: true, check: oneOf("STANDARD", "EXTENDED") }) },
      { computed: true },
    ),
    version: text({ computed: true, check: oneOf(...VERSIONS) }),
    vpcConfig: block(
      {
        endpointPrivateAccess: flag({ default: false }),
        endpointPublicAccess: flag({ default: true }),
        publicAccessCidrs: set(text({ check: ipv4Block(0, 32) }), { computed: true }),
        securityGroupIds: set(ref(T.securityGroup)),
        subnetIds: set(ref(T.subnet), { required: true }),
      },
      { required: true },
    ),
    zonalShiftConfig: block({ enabled: flag() }),
  },
  computed: [
    "arn",
    "certificateAuthority",
    "clusterId",
    "createdAt",
    "endpoint",
    "identities",
    "platformVersion",
    "status",
  ],
  computedInside: {
    accessConfig: ["authenticationMode"],
    kubernetesNetworkConfig: ["elasticLoadBalancing", "ipFamily", "serviceIpv4Cidr"],
    vpcConfig: ["clusterSecurityGroupId", "publicAccessCidrs", "vpcId"],
  },
  *rules(view) {
    const on = switches(view);
    if (new Set(on).size > 1) {
      yield {
        property: "computeConfig",
        reason:
          "compute_config.enabled, kubernetes_networking_config.elastic_load_balancing.enabled, and storage_config.block_storage.enabled must all be set to either true or false",
      };
    }
    if (on.every(Boolean) && view.flag("bootstrapSelfManagedAddons") === true) {
      yield {
        property: "bootstrapSelfManagedAddons",
        reason: "bootstrapSelfManagedAddons must be false with EKS Auto Mode",
      };
    }
    const compute = view.block("computeConfig");
    if (
      compute.has("nodeRoleArn") !== compute.texts("nodePools").length > 0 &&
      !compute.unknown("nodePools")
    ) {
      yield { property: "computeConfig", reason: "computeConfig: nodeRoleArn and nodePools go together" };
    }
    const access = view.block("vpcConfig");
    if (access.flag("endpointPrivateAccess") === false && access.flag("endpointPublicAccess") === false) {
      yield { property: "vpcConfig", reason: "Private and public endpoint access cannot be false" };
    }
    const mode = view.block("accessConfig").text("authenticationMode");
    if (
      mode === "CONFIG_MAP" &&
      view.block("accessConfig").flag("bootstrapClusterCreatorAdminPermissions") === false
    ) {
      yield {
        property: "accessConfig",
        reason:
          "bootstrapClusterCreatorAdminPermissions must be true if cluster authentication mode is set to CONFIG_MAP",
      };
    }
  },
  id: (s) => s.view.text("name") ?? "",
  outputs(s) {
    const { view } = s;
    const digits = s.hex(32, "endpoint").toUpperCase();
    const before = s.self?.attributes ?? {};
    const answer = s.cluster();
    const network = view.block("kubernetesNetworkConfig");
    const access = view.block("vpcConfig");
    return {
      arn: s.arn("eks", `cluster/${s.id}`),
      accessConfig: {
        authenticationMode: view.block("accessConfig").text("authenticationMode") ?? "CONFIG_MAP",
        bootstrapClusterCreatorAdminPermissions:
          view.block("accessConfig").flag("bootstrapClusterCreatorAdminPermissions") ?? true,
      },
      certificateAuthority: { data: answer?.caData ?? Buffer.from(`stand-in ${digits}`).toString("base64") },
      clusterId: "",
      createdAt: before["createdAt"] ?? s.now(),
      deletionProtection: view.flag("deletionProtection") ?? before["deletionProtection"] ?? false,
      endpoint: answer?.endpoint ?? `https://${digits}.gr7.${s.region}.eks.amazonaws.com`,
      identities: [{ oidcs: [{ issuer: `https://oidc.eks.${s.region}.amazonaws.com/id/${digits}` }] }],
      kubernetesNetworkConfig: {
        elasticLoadBalancing: { enabled: network.block("elasticLoadBalancing").flag("enabled") ?? false },
        ipFamily: network.text("ipFamily") ?? "ipv4",
        serviceIpv4Cidr: network.text("serviceIpv4Cidr") ?? "172.20.0.0/16",
      },
      platformVersion: "eks.1",
      status: "ACTIVE",
      upgradePolicy: { supportType: view.block("upgradePolicy").text("supportType") ?? "EXTENDED" },
      version: view.text("version") ?? before["version"] ?? VERSIONS.at(-1) ?? "",
      vpcConfig: {
        ...access.props,
        clusterSecurityGroupId: groupId(s),
        publicAccessCidrs: access.has("publicAccessCidrs")
          ? [...access.texts("publicAccessCidrs")]
          : ["0.0.0.0/0"],
        vpcId: vpcOf(s),
      },
    };
  },
  admit(s) {
    const name = s.view.text("name");
    if (
      s.verb === "creating" &&
      name !== undefined &&
      s.account.find(T.cluster, "id", name, s.region) !== undefined
    ) {
      s.refuse("ResourceInUseException", `Cluster already exists with name: ${name}`);
    }
    checkSubnets(s);
    checkRole(s);
    checkVersion(s);
  },
  companions,
  release(s) {
    if (s.view.flag("deletionProtection") === true) {
      s.refuse(
        "InvalidRequestException",
        `The cluster ${s.id} has deletion protection enabled: disable it, then delete the cluster.`,
      );
    }
    if (s.account.find(T.nodeGroup, "clusterName", s.id) !== undefined) {
      s.refuse("ResourceInUseException", "Cluster has nodegroups attached");
    }
  },
};

export const clusterModels: readonly Model[] = [cluster];
