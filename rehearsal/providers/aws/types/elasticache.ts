import type { Props } from "../../part";
import { between, flag, list, matches, number, oneOf, ref, set, text } from "../fields";
import type { Model, Situation } from "../model";
import type { View } from "../values";
import { sha256, textOf } from "../values";
import { engine, user, userGroup } from "./elasticache-users";
import { parameterGroup, subnetGroup } from "./store-groups";
import { checkGroups, dailyWindow, identifier, refuseTwin, weeklyWindow } from "./store-rules";
import { T } from "./tokens";

const cacheSubnets = subnetGroup({
  type: T.cacheSubnets,
  arn: ["elasticache", "subnetgroup"],
  name: matches(/^[a-z0-9-]{1,255}$/, "must be 1 to 255 lower-case letters, digits and dashes"),
  zones: { least: 1, code: "InvalidSubnet" },
  taken: "CacheSubnetGroupAlreadyExists",
  usedBy: { type: T.cacheGroup, field: "subnetGroupName", code: "CacheSubnetGroupInUse" },
});

const cacheParameters = parameterGroup({
  type: T.cacheParameters,
  arn: ["elasticache", "parametergroup"],
  family: oneOf("redis6.x", "redis7", "valkey7", "valkey8"),
  taken: "CacheParameterGroupAlreadyExists",
  usedBy: { type: T.cacheGroup, field: "parameterGroupName", code: "InvalidCacheParameterGroupState" },
});

function* groupRules(view: View): Generator<{ property: string; reason: string }> {
  const nodes = view.number("numCacheClusters") ?? 1;
  if (view.flag("automaticFailoverEnabled") === true && nodes < 2) {
    yield {
      property: "numCacheClusters",
      reason: "automaticFailoverEnabled needs numCacheClusters of at least 2",
    };
  }
  if (view.flag("multiAzEnabled") === true && view.flag("automaticFailoverEnabled") !== true) {
    yield { property: "multiAzEnabled", reason: "multiAzEnabled needs automaticFailoverEnabled" };
  }
  if (view.has("userGroupIds") && view.flag("transitEncryptionEnabled") !== true) {
    yield { property: "userGroupIds", reason: "userGroupIds needs transitEncryptionEnabled" };
  }
  if (view.has("kmsKeyId") && view.flag("atRestEncryptionEnabled") !== true) {
    yield { property: "kmsKeyId", reason: "kmsKeyId needs atRestEncryptionEnabled" };
  }
}

function familyOf(view: View): string {
  const major = view.text("engineVersion")?.split(".")[0] ?? "7";
  return view.text("engine") === "valkey" ? `valkey${major}` : major === "6" ? "redis6.x" : `redis${major}`;
}

function admitGroup(s: Situation): void {
  const { view } = s;
  refuseTwin(s, "replicationGroupId", "ReplicationGroupAlreadyExists");
  const subnets = s.account.find(T.cacheSubnets, "name", view.text("subnetGroupName") ?? "", s.region);
  checkGroups(s, view.texts("securityGroupIds"), textOf(subnets?.attributes["vpcId"]));
  const parameters = s.account.find(
    T.cacheParameters,
    "name",
    view.text("parameterGroupName") ?? "",
    s.region,
  );
  const family = textOf(parameters?.attributes["family"]);
  if (parameters !== undefined && family !== familyOf(view)) {
    s.refuse(
      "InvalidParameterCombination",
      `Expected a parameter group of family ${familyOf(view)} but found one of family ${family}`,
    );
  }
  for (const id of view.texts("userGroupIds")) {
    const users = s.account.find(T.cacheUsers, "id", id, s.region);
    if (users?.attributes["engine"] === "valkey" && view.text("engine") === "redis") {
      s.refuse(
        "InvalidParameterValue",
        `The user group ${id} is of the engine valkey, which a cluster of redis cannot use.`,
      );
    }
  }
}

function endpoints(s: Situation): Props {
  const realm = sha256(`${s.accountId} ${s.region} ${s.id}`).slice(0, 6);
  const region = s.region.replace(/^(..)-(.).*-(\d)$/, "$1$2$3");
  const host = (role: string): string => `${role}.${s.id}.${realm}.${region}.cache.amazonaws.com`;
  return { primaryEndpointAddress: host("master"), readerEndpointAddress: host("replica") };
}

const replicationGroup: Model = {
  type: T.cacheGroup,
  tags: true,
  fields: {
    applyImmediately: flag({ computed: true }),
    atRestEncryptionEnabled: flag({ computed: true, forceNew: true }),
    autoMinorVersionUpgrade: flag({ computed: true }),
    automaticFailoverEnabled: flag({ default: false }),
    description: text({
      required: true,
      check: (value) => (value.trim() === "" ? "must not be empty" : undefined),
    }),
    // A redis becomes a valkey in place, and never the other way.
    engine: text({
      default: "redis",
      check: engine,
      forceNew: (old, next) => old === "valkey" && next === "redis",
    }),
    engineVersion: text({
      computed: true,
      check: matches(/^(6\.\d+|[78]\.\d+)$/, "must be a version such as 7.1 or 8.1"),
    }),
    finalSnapshotIdentifier: text({ check: identifier(255) }),
    kmsKeyId: ref(T.key, { forceNew: true }, "arn"),
    maintenanceWindow: text({ computed: true, check: weeklyWindow }),
    multiAzEnabled: flag({ default: false }),
    nodeType: text({
      computed: true,
      check: matches(/^cache\.[a-z0-9]+\.[a-z0-9]+$/, "must look like cache.t4g.micro"),
    }),
    numCacheClusters: number({ computed: true, check: between(1, 6) }),
    parameterGroupName: ref(T.cacheParameters, { computed: true }, "name"),
    port: number({ forceNew: true, check: between(1024, 65_535) }),
    replicationGroupId: text({ required: true, forceNew: true, check: identifier(40) }),
    securityGroupIds: set(ref(T.securityGroup), { computed: true }),
    snapshotRetentionLimit: number({ check: between(0, 35) }),
    snapshotWindow: text({ computed: true, check: dailyWindow(60) }),
    subnetGroupName: ref(T.cacheSubnets, { computed: true, forceNew: true }, "name"),
    transitEncryptionEnabled: flag({ computed: true }),
    transitEncryptionMode: text({ computed: true, check: oneOf("preferred", "required") }),
    userGroupIds: list(ref(T.cacheUsers), {
      check: (items) => (items.length <= 1 ? undefined : "may have one group"),
    }),
  },
  computed: [
    "arn",
    "clusterEnabled",
    "configurationEndpointAddress",
    "engineVersionActual",
    "memberClusters",
    "primaryEndpointAddress",
    "readerEndpointAddress",
  ],
  moving: ["memberClusters"],
  rules: groupRules,
  id: (s) => (s.view.text("replicationGroupId") ?? "").toLowerCase(),
  outputs(s) {
    const { view } = s;
    const nodes = view.number("numCacheClusters") ?? 1;
    const version = view.text("engineVersion") ?? "7.1";
    return {
      ...endpoints(s),
      arn: s.arn("elasticache", `replicationgroup:${s.id}`),
      clusterEnabled: false,
      configurationEndpointAddress: "",
      engineVersionActual: `${version}.0`,
      memberClusters: Array.from(
        { length: nodes },
        (_, index) => `${s.id}-${String(index + 1).padStart(3, "0")}`,
      ),
      applyImmediately: view.flag("applyImmediately") ?? false,
      atRestEncryptionEnabled: view.flag("atRestEncryptionEnabled") ?? view.text("engine") === "valkey",
      autoMinorVersionUpgrade: view.flag("autoMinorVersionUpgrade") ?? true,
      engineVersion: version,
      maintenanceWindow: view.text("maintenanceWindow") ?? "sun:05:00-sun:06:00",
      nodeType: view.text("nodeType") ?? "",
      numCacheClusters: nodes,
      parameterGroupName: view.text("parameterGroupName") ?? `default.${familyOf(view)}`,
      securityGroupIds: [...view.texts("securityGroupIds")],
      snapshotWindow: view.text("snapshotWindow") ?? "03:00-04:00",
      subnetGroupName: view.text("subnetGroupName") ?? "default",
      transitEncryptionEnabled: view.flag("transitEncryptionEnabled") ?? false,
      transitEncryptionMode: view.text("transitEncryptionMode") ?? "",
    };
  },
  admit: admitGroup,
  release(s) {
    const snapshot = s.view.text("finalSnapshotIdentifier");
    if (snapshot !== undefined && s.account.find(T.cacheSnapshot, "id", snapshot, s.region) !== undefined) {
      s.refuse("SnapshotAlreadyExistsFault", `Snapshot ${snapshot} already exists.`);
    }
  },
  leaves(s) {
    const snapshot = s.view.text("finalSnapshotIdentifier");
    return snapshot === undefined
      ? []
      : [{ type: T.cacheSnapshot, id: snapshot, owned: false, attributes: { name: snapshot } }];
  },
};

export const elastiCacheModels: readonly Model[] = [
  cacheSubnets,
  cacheParameters,
  user,
  userGroup,
  replicationGroup,
];
