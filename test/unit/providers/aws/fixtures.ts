import * as fs from "node:fs";
import * as path from "node:path";
import type { Props } from "../../../../rehearsal/providers/part";
import { T } from "../../../../rehearsal/providers/aws/types/tokens";
import { edgeValid, prepareEdge } from "./edge-fixtures";
import type { Held } from "./harness";
import { temporaryFolder } from "../../../support/temporary";
import { ACCOUNT, Engine, REGION } from "./harness";

export { T };

export const trust = (service: string, action: string | readonly string[] = "sts:AssumeRole"): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: action }],
  });

export const rights = (action = "s3:GetObject", resource = "*"): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: action, Resource: resource }],
  });

const root = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
export const keyDocument = (...extra: readonly object[]): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: root, Action: "kms:*", Resource: "*" }, ...extra],
  });
export const logsMayUse = {
  Effect: "Allow",
  Principal: { Service: `logs.${REGION}.amazonaws.com` },
  Action: "kms:Encrypt",
  Resource: "*",
};

export const lifecycle = (...rules: readonly object[]): string => JSON.stringify({ rules });
export const untagged = {
  rulePriority: 1,
  selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 7 },
  action: { type: "expire" },
};

/** An account with one of everything that others are made from. */
export interface World {
  readonly engine: Engine;
  readonly vpc: Held;
  readonly other: Held;
  readonly internet: Held;
  readonly a: Held;
  readonly b: Held;
  readonly table: Held;
  readonly group: Held;
  readonly eip: Held;
  readonly key: Held;
  readonly logs: Held;
  readonly logsRole: Held;
  readonly clusterRole: Held;
  readonly clusterPolicy: Held;
  readonly nodeRole: Held;
  readonly podRole: Held;
  readonly template: Held;
  readonly cluster: Held;
  readonly repository: Held;
  readonly secret: Held;
}

export const clusterPolicyArn = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy";

let built: { readonly world: World; readonly account: string } | undefined;

/** A world of its own for each test; it is built once and copied, which takes a tenth of the time. */
export async function world(): Promise<World> {
  if (built === undefined) {
    const first = await buildWorld(await Engine.start());
    built = { world: first, account: fs.readFileSync(first.engine.file, "utf8") };
  }
  const accountFile = path.join(temporaryFolder("slipway-aws-"), "account.json");
  fs.writeFileSync(accountFile, built.account, { mode: 0o600 });
  return { ...built.world, engine: await Engine.start({ accountFile }) };
}

export async function buildWorld(e: Engine): Promise<World> {
  const vpc = await e.create(T.vpc, "main", {
    cidrBlock: "10.0.0.0/16",
    enableDnsSupport: true,
    enableDnsHostnames: true,
  });
  const other = await e.create(T.vpc, "other", { cidrBlock: "10.1.0.0/16" });
  const internet = await e.create(T.internetGateway, "internet", { vpcId: vpc.id });
  const subnet = (zone: string, cidrBlock: string): Promise<Held> =>
    e.create(T.subnet, zone, { vpcId: vpc.id, cidrBlock, availabilityZone: REGION + zone });
  const a = await subnet("a", "10.0.0.0/24");
  const b = await subnet("b", "10.0.1.0/24");
  const table = await e.create(T.routeTable, "table", { vpcId: vpc.id });
  const group = await e.create(T.securityGroup, "group", { vpcId: vpc.id, name: "group" });
  const eip = await e.create(T.eip, "address", { domain: "vpc" });
  const key = await e.create(T.key, "key", { policy: keyDocument(logsMayUse), enableKeyRotation: true });
  const logs = await e.create(T.logGroup, "logs", { name: "/flow", retentionInDays: 30 });
  const role = (name: string, assumeRolePolicy: string): Promise<Held> =>
    e.create(T.role, name, { name, assumeRolePolicy });
  const logsRole = await role("logs-role", trust("vpc-flow-logs.amazonaws.com"));
  const clusterRole = await role("cluster-role", trust("eks.amazonaws.com"));
  const clusterPolicy = await e.create(T.roleAttachment, "cluster-policy", {
    role: "cluster-role",
    policyArn: clusterPolicyArn,
  });
  const nodeRole = await role("node-role", trust("ec2.amazonaws.com"));
  const podRole = await role(
    "pod-role",
    trust("pods.eks.amazonaws.com", ["sts:AssumeRole", "sts:TagSession"]),
  );
  const template = await e.create(T.launchTemplate, "template", { name: "template" });
  const cluster = await e.create(T.cluster, "cluster", clusterInputs(clusterRole, [a, b], { name: "main" }));
  const repository = await e.create(T.repository, "repository", { name: "team/app" });
  const secret = await e.create(T.secret, "secret", { name: "team/app" });
  return {
    engine: e,
    ...{
      vpc,
      other,
      internet,
      a,
      b,
      table,
      group,
      eip,
      key,
      logs,
      logsRole,
      clusterRole,
      clusterPolicy,
      nodeRole,
      podRole,
    },
    ...{ template, cluster, repository, secret },
  };
}

export function clusterInputs(role: Held, subnets: readonly Held[], changes: Props = {}): Props {
  return {
    name: "second",
    version: "1.36",
    roleArn: role.outputs["arn"] ?? "",
    accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
    bootstrapSelfManagedAddons: false,
    vpcConfig: {
      subnetIds: subnets.map(({ id }) => id),
      endpointPrivateAccess: true,
      endpointPublicAccess: false,
    },
    ...changes,
  };
}

/** Inputs of a further object of each type that the account takes. */
export function valid(w: World): Readonly<Record<string, Props>> {
  const arn = (held: Held): string => held.outputs["arn"] as string;
  const admin = `arn:aws:iam::${ACCOUNT}:role/Admin`;
  return {
    [T.vpc]: { cidrBlock: "10.9.0.0/16" },
    [T.cidrAssociation]: { vpcId: w.vpc.id, cidrBlock: "10.2.0.0/16" },
    [T.subnet]: { vpcId: w.vpc.id, cidrBlock: "10.0.2.0/24", availabilityZone: `${REGION}c` },
    [T.internetGateway]: { vpcId: w.other.id },
    [T.eip]: { domain: "vpc" },
    [T.natGateway]: { subnetId: w.a.id, allocationId: w.eip.id },
    [T.routeTable]: { vpcId: w.vpc.id },
    [T.route]: { routeTableId: w.table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: w.internet.id },
    [T.routeAssociation]: { routeTableId: w.table.id, subnetId: w.a.id },
    [T.endpoint]: {
      vpcId: w.vpc.id,
      vpcEndpointType: "Interface",
      serviceName: `com.amazonaws.${REGION}.sts`,
      subnetIds: [w.a.id, w.b.id],
      securityGroupIds: [w.group.id],
      privateDnsEnabled: true,
    },
    [T.flowLog]: {
      vpcId: w.vpc.id,
      trafficType: "ALL",
      logDestination: arn(w.logs),
      iamRoleArn: arn(w.logsRole),
    },
    [T.defaultSecurityGroup]: { vpcId: w.vpc.id, ingress: [], egress: [] },
    [T.defaultNetworkAcl]: { defaultNetworkAclId: w.vpc.outputs["defaultNetworkAclId"] ?? "" },
    [T.securityGroup]: { vpcId: w.vpc.id, name: "more", description: "More" },
    [T.launchTemplate]: { metadataOptions: { httpTokens: "required" } },
    [T.encryptionByDefault]: { enabled: true },
    [T.ingressRule]: {
      securityGroupId: w.group.id,
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      cidrIpv4: "10.0.0.0/16",
    },
    [T.egressRule]: { securityGroupId: w.group.id, ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" },
    [T.logGroup]: { name: "/more", kmsKeyId: arn(w.key), retentionInDays: 30 },
    [T.role]: { assumeRolePolicy: trust("ec2.amazonaws.com") },
    [T.rolePolicy]: { role: "pod-role", policy: rights() },
    [T.roleAttachment]: { role: "node-role", policyArn: "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy" },
    [T.policy]: { policy: rights(), name: "more" },
    [T.instanceProfile]: { role: "node-role", name: "more" },
    [T.key]: { deletionWindowInDays: 7 },
    [T.alias]: { name: "alias/more", targetKeyId: w.key.id },
    [T.keyPolicy]: { keyId: w.key.id, policy: keyDocument() },
    [T.cluster]: clusterInputs(w.clusterRole, [w.a, w.b]),
    [T.accessEntry]: { clusterName: "main", principalArn: admin },
    [T.accessPolicy]: {
      clusterName: "main",
      principalArn: admin,
      policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy",
      accessScope: { type: "cluster" },
    },
    [T.addon]: { clusterName: "main", addonName: "metrics-server", addonVersion: "v0.8.0-eksbuild.2" },
    [T.nodeGroup]: {
      clusterName: "main",
      nodeGroupName: "more",
      nodeRoleArn: arn(w.nodeRole),
      subnetIds: [w.a.id],
      launchTemplate: { id: w.template.id, version: "1" },
      scalingConfig: { minSize: 1, maxSize: 3, desiredSize: 2 },
    },
    [T.podIdentity]: {
      clusterName: "main",
      namespace: "app",
      serviceAccount: "app",
      roleArn: arn(w.podRole),
    },
    [T.repository]: {
      name: "team/more",
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
    },
    [T.lifecyclePolicy]: { repository: "team/app", policy: lifecycle(untagged) },
    [T.repositoryPolicy]: {
      repository: "team/app",
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: root, Action: "ecr:BatchGetImage" }],
      }),
    },
    [T.scanning]: {
      scanType: "BASIC",
      rules: [
        { scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [{ filter: "*", filterType: "WILDCARD" }] },
      ],
    },
    [T.pullThroughCache]: { ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" },
    ...validStores(w),
    ...edgeValid(w),
  };
}

function validStores(w: World): Readonly<Record<string, Props>> {
  const kmsKeyId = w.key.outputs["arn"] ?? "";
  const subnetIds = [w.a.id, w.b.id];
  return {
    [T.dbSubnets]: { name: "more", subnetIds },
    [T.dbParameters]: {
      name: "more",
      family: "postgres15",
      parameters: [{ name: "rds.force_ssl", value: "1" }],
    },
    [T.dbInstance]: {
      identifier: "more",
      engine: "postgres",
      engineVersion: "15",
      instanceClass: "db.t4g.micro",
      allocatedStorage: 20,
      dbName: "shop",
      username: "shop",
      password: "a-long-password",
      dbSubnetGroupName: "stores",
      parameterGroupName: "stores",
      vpcSecurityGroupIds: [w.group.id],
      storageEncrypted: true,
      kmsKeyId,
      backupRetentionPeriod: 30,
      skipFinalSnapshot: true,
    },
    [T.cacheSubnets]: { name: "more", subnetIds },
    [T.cacheParameters]: { name: "more", family: "redis7" },
    [T.cacheUser]: {
      userId: "more",
      userName: "default",
      engine: "redis",
      accessString: "on ~* &* +@all",
      authenticationMode: { type: "password", passwords: ["a-long-password-1"] },
    },
    [T.cacheUsers]: { userGroupId: "more", engine: "redis", userIds: ["stores"] },
    [T.cacheGroup]: {
      replicationGroupId: "more",
      description: "More",
      engine: "redis",
      engineVersion: "7.1",
      nodeType: "cache.t4g.micro",
      numCacheClusters: 2,
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
      parameterGroupName: "stores",
      subnetGroupName: "stores",
      securityGroupIds: [w.group.id],
      transitEncryptionEnabled: true,
      transitEncryptionMode: "required",
      userGroupIds: ["stores"],
      atRestEncryptionEnabled: true,
      kmsKeyId,
    },
    [T.searchDomain]: {
      domainName: "more",
      engineVersion: "OpenSearch_2.19",
      clusterConfig: {
        instanceType: "m7g.medium.search",
        instanceCount: 2,
        zoneAwarenessEnabled: true,
        zoneAwarenessConfig: { availabilityZoneCount: 2 },
      },
      ebsOptions: { ebsEnabled: true, volumeType: "gp3", volumeSize: 50 },
      encryptAtRest: { enabled: true, kmsKeyId },
      nodeToNodeEncryption: { enabled: true },
      domainEndpointOptions: { enforceHttps: true, tlsSecurityPolicy: "Policy-Min-TLS-1-2-PFS-2023-10" },
      advancedSecurityOptions: {
        enabled: true,
        internalUserDatabaseEnabled: true,
        masterUserOptions: { masterUserName: "more", masterUserPassword: "A-long-passw0rd" },
      },
      vpcOptions: { subnetIds: [w.a.id, w.b.id], securityGroupIds: [w.group.id] },
    },
    [T.secret]: { name: "team/more", kmsKeyId },
    [T.secretVersion]: { secretId: w.secret.id, secretString: "a value" },
  };
}

/** What must be there first for the inputs of {@link valid}, besides the world. */
export async function prepare(w: World, type: string): Promise<void> {
  if (type === T.accessPolicy) await w.engine.create(T.accessEntry, "admin", valid(w)[T.accessEntry] ?? {});
  await prepareEdge(w, type);
  const stores = { subnetIds: [w.a.id, w.b.id], name: "stores" };
  if (type === T.dbInstance) {
    await w.engine.create(T.dbSubnets, "subnets", stores);
    await w.engine.create(T.dbParameters, "parameters", { name: "stores", family: "postgres15" });
  }
  if (type === T.cacheUsers || type === T.cacheGroup) {
    await w.engine.create(T.cacheUser, "user", { ...valid(w)[T.cacheUser], userId: "stores" });
  }
  if (type === T.cacheGroup) {
    await w.engine.create(T.cacheSubnets, "subnets", stores);
    await w.engine.create(T.cacheParameters, "parameters", { name: "stores", family: "redis7" });
    const users = { userGroupId: "stores", engine: "redis", userIds: ["stores"] };
    await w.engine.create(T.cacheUsers, "users", users);
  }
}
