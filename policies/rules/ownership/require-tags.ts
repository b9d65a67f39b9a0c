import { documentOf } from "../../aws/documents";
import { at, fields, isAbsent } from "../../core/json";
import type { Fields } from "../../core/json";
import { Judgement } from "../../core/judgement";
import { resourceRule } from "../../core/rule";
import type { ResourceRule, Subject } from "../../core/rule";

const MANAGED_BY = "slipway:managed-by";
/** What manages all that reaches the pack. */
const MANAGER = "pulumi";

/** What costs money or holds data, of what can have tags. */
const taggable: readonly string[] = [
  "aws:acm/certificate:Certificate",
  "aws:backup/plan:Plan",
  "aws:backup/vault:Vault",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:docdb/cluster:Cluster",
  "aws:dynamodb/table:Table",
  "aws:ebs/volume:Volume",
  "aws:ec2/eip:Eip",
  "aws:ec2/instance:Instance",
  "aws:ec2/launchTemplate:LaunchTemplate",
  "aws:ec2/natGateway:NatGateway",
  "aws:ec2/routeTable:RouteTable",
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/subnet:Subnet",
  "aws:ec2/vpc:Vpc",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "aws:ecr/repository:Repository",
  "aws:efs/fileSystem:FileSystem",
  "aws:eks/addon:Addon",
  "aws:eks/cluster:Cluster",
  "aws:eks/nodeGroup:NodeGroup",
  "aws:eks/podIdentityAssociation:PodIdentityAssociation",
  "aws:elasticache/replicationGroup:ReplicationGroup",
  "aws:iam/role:Role",
  "aws:kms/key:Key",
  "aws:lb/loadBalancer:LoadBalancer",
  "aws:lb/targetGroup:TargetGroup",
  "aws:opensearch/domain:Domain",
  "aws:rds/cluster:Cluster",
  "aws:rds/instance:Instance",
  "aws:s3/bucket:Bucket",
  "aws:secretsmanager/secret:Secret",
  "aws:wafv2/webAcl:WebAcl",
];
const known = new Set(taggable);

/**
 * All tags that a resource will have. The official provider puts them into `tagsAll` when it checks the inputs, that is
 * before any rule sees them; where a provider does not, they are its default tags and over them the resource's own.
 */
function tagsOf({ props, provider }: Pick<Subject, "props" | "provider">): readonly Fields[] {
  const all = props["tagsAll"];
  if (!isAbsent(all)) return [fields(all)];
  // The engine holds the settings of a provider as JSON.
  const defaults = documentOf(provider?.["defaultTags"]);
  return [fields(props["tags"]), fields(at(defaults, "tags"))];
}

const ofTaggable = resourceRule({
  name: "aws-any-resource-require-tags",
  area: "ownership",
  title: "Resources say whose they are",
  description:
    "Every resource of AWS that can have tags has those that say what it is for and who pays for it.",
  level: "mandatory",
  severity: "low",
  checks: [39],
  ids: [],
  remedy: "Set the tags on the resource, or on its provider in defaultTags.",
  url: "https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html",
  parameters: {
    tags: {
      type: "array",
      items: { type: "string", minLength: 1 },
      default: ["slipway:system", "slipway:stage", "slipway:owner", MANAGED_BY, "cost-centre"],
      description: "Tags that every resource has, with a value.",
    },
  },
  types: taggable,
  judge: ({ type, props, provider }, judgement, settings) => {
    // What is in the list can have tags; of the rest the provider tells, by tagsAll.
    if (!known.has(type) && !("tagsAll" in props)) return;
    judgement.part(() => {
      const layers = tagsOf({ props, ...(provider && { provider }) });
      const missing: string[] = [];
      for (const tag of settings.texts("tags")) {
        judgement.part(() => {
          const value = layers.map((layer) => layer[tag]).find((one) => !isAbsent(one));
          if (typeof value !== "string" || value === "") missing.push(tag);
        });
      }
      if (missing.length === 0) return;
      judgement.report(
        "tags",
        `the resource lacks ${missing.join(", ")}; set ${missing.length === 1 ? "the tag" : "the tags"} here or in the provider's defaultTags.`,
      );
    });
  },
  remediate: ({ type, props, provider }) => {
    const filled: boolean[] = [];
    // Tags that are not known yet are left as they are.
    new Judgement().part(() => {
      if (!known.has(type)) return;
      const layers = tagsOf({ props, ...(provider && { provider }) });
      if (layers.some((layer) => !isAbsent(layer[MANAGED_BY]))) return;
      filled.push(fill(props, "tags"));
      if (!isAbsent(props["tagsAll"])) fill(props, "tagsAll");
    });
    return filled.includes(true) ? props : undefined;
  },
});

/** Changes the properties where they stand, not a copy: the engine's helper keeps a secret secret only so. */
function fill(props: Fields, field: "tags" | "tagsAll"): boolean {
  const found = props[field];
  // What is no block is for the provider to refuse.
  if (!isAbsent(found) && fields(found) !== found) return false;
  const block = (isAbsent(found) ? props : found) as Record<string, unknown>;
  if (isAbsent(found)) block[field] = { [MANAGED_BY]: MANAGER };
  else block[MANAGED_BY] = MANAGER;
  return true;
}

/**
 * Who is asked about a bill, and at night about an alarm, stands on the resource. Which tags say so is a parameter; the
 * one whose value is certain for all that reaches the pack can be filled in by remediation.
 */
export const requireTags: ResourceRule = { ...ofTaggable, applies: (type) => type.startsWith("aws:") };
