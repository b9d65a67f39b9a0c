import { block, flag, json, matches, oneOf, ref, set, text } from "../fields";
import type { Model, Situation } from "../model";
import { policyDocument } from "../policies";
import { T } from "./tokens";
import { roleTrusts } from "./trust";

// https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
const ACCESS_POLICIES = [
  "AmazonEKSAdminPolicy",
  "AmazonEKSClusterAdminPolicy",
  "AmazonEKSAdminViewPolicy",
  "AmazonEKSEditPolicy",
  "AmazonEKSViewPolicy",
  "AmazonEKSSecretReaderPolicy",
  "AmazonEKSAutoNodePolicy",
  "AmazonEKSBlockStoragePolicy",
  "AmazonEKSBlockStorageClusterPolicy",
  "AmazonEKSComputePolicy",
  "AmazonEKSComputeClusterPolicy",
  "AmazonEKSLoadBalancingPolicy",
  "AmazonEKSLoadBalancingClusterPolicy",
  "AmazonEKSNetworkingPolicy",
  "AmazonEKSNetworkingClusterPolicy",
  "AmazonEKSHybridPolicy",
  "AmazonEKSClusterInsightsPolicy",
];

// People's roles are made outside of the stack, so a principal is checked by its form alone.
const principal = text({
  required: true,
  forceNew: true,
  check: matches(
    /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/,
    "must be the ARN of an IAM role or user",
  ),
});
const clusterName = ref(T.cluster, { required: true, forceNew: true }, "name");
const inCluster = { field: "clusterName", type: T.cluster, by: "name" } as const;

function needsApiMode(s: Situation): void {
  const cluster = s.account.find(T.cluster, "id", s.view.text("clusterName") ?? "", s.region);
  const mode = (cluster?.attributes["accessConfig"] as { authenticationMode?: string } | undefined)
    ?.authenticationMode;
  if (mode === "CONFIG_MAP") {
    s.refuse(
      "InvalidRequestException",
      "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
    );
  }
}

/** The object of this type with the same identity, which another resource made. */
function twin(s: Situation, fields: readonly string[]) {
  if (s.verb !== "creating" || fields.some((field) => s.view.text(field) === undefined)) return undefined;
  return s.account
    .all(s.type)
    .find(({ attributes }) => fields.every((field) => attributes[field] === s.view.text(field)));
}

const entry: Model = {
  type: T.accessEntry,
  tags: true,
  fields: {
    clusterName,
    kubernetesGroups: set(
      text({
        check: (group) =>
          group.startsWith("system:") ? "a Kubernetes group here cannot start with system:" : undefined,
      }),
      { computed: true },
    ),
    principalArn: principal,
    type: text({
      default: "STANDARD",
      forceNew: true,
      check: oneOf("STANDARD", "EC2", "EC2_LINUX", "EC2_WINDOWS", "FARGATE_LINUX", "HYBRID_LINUX"),
    }),
    userName: text({ computed: true }),
  },
  computed: ["accessEntryArn", "createdAt", "modifiedAt"],
  goesWith: inCluster,
  *rules(view) {
    if (view.has("type") && view.text("type") !== "STANDARD" && view.texts("kubernetesGroups").length > 0) {
      yield {
        property: "kubernetesGroups",
        reason: `an entry of type ${view.text("type") ?? ""} takes no kubernetesGroups`,
      };
    }
  },
  id: (s) => `${s.view.text("clusterName") ?? ""}:${s.view.text("principalArn") ?? ""}`,
  outputs(s) {
    const arn = s.view.text("principalArn") ?? "";
    const [, , , , account = "", resource = ""] = arn.split(":");
    const [kind = "", ...rest] = resource.split("/");
    const before = s.self?.attributes["createdAt"];
    return {
      accessEntryArn: s.arn(
        "eks",
        `access-entry/${s.view.text("clusterName") ?? ""}/${kind}/${account}/${rest.at(-1) ?? ""}/${s.hex(32)}`,
      ),
      createdAt: before ?? s.now(),
      modifiedAt: s.self?.attributes["modifiedAt"] ?? s.now(),
      kubernetesGroups: [...s.view.texts("kubernetesGroups")],
      userName:
        s.view.text("userName") ??
        (s.view.text("type") === "STANDARD" ? arn : "system:node:{{EC2PrivateDNSName}}"),
    };
  },
  admit(s) {
    needsApiMode(s);
    if (twin(s, ["clusterName", "principalArn"]) !== undefined) {
      s.refuse(
        "ResourceInUseException",
        "The specified access entry resource is already in use on this cluster.",
      );
    }
  },
};

const policyAssociation: Model = {
  type: T.accessPolicy,
  fields: {
    accessScope: block(
      {
        namespaces: set(text(), { forceNew: true }),
        type: text({ required: true, forceNew: true, check: oneOf("cluster", "namespace") }),
      },
      { required: true, forceNew: true },
    ),
    clusterName,
    policyArn: text({
      required: true,
      forceNew: true,
      check: (arn) => {
        const [, name = ""] = /^arn:aws[a-z-]*:eks::aws:cluster-access-policy\/(.+)$/.exec(arn) ?? [];
        return ACCESS_POLICIES.includes(name) ? undefined : "must be the ARN of an EKS cluster access policy";
      },
    }),
    principalArn: principal,
  },
  computed: ["associatedAt", "modifiedAt"],
  goesWith: inCluster,
  *rules(view) {
    const scope = view.block("accessScope");
    if (
      scope.text("type") !== undefined &&
      (scope.text("type") === "namespace") !== scope.has("namespaces")
    ) {
      yield {
        property: "accessScope",
        reason: "accessScope.namespaces goes with the type namespace, and only with it",
      };
    }
  },
  id: (s) => ["clusterName", "principalArn", "policyArn"].map((field) => s.view.text(field) ?? "").join("#"),
  outputs: (s) => ({
    associatedAt: s.self?.attributes["associatedAt"] ?? s.now(),
    modifiedAt: s.self?.attributes["modifiedAt"] ?? s.now(),
  }),
  admit(s) {
    if (s.preview) return;
    const id = `${s.view.text("clusterName") ?? ""}:${s.view.text("principalArn") ?? ""}`;
    const admitted = s.account.find(T.accessEntry, "id", id, s.region);
    if (admitted === undefined) {
      s.refuse(
        "ResourceNotFoundException",
        "The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.",
      );
    }
    if (twin(s, ["clusterName", "principalArn", "policyArn"]) !== undefined) {
      s.refuse("ResourceInUseException", "the access policy is associated by another resource already");
    }
  },
};

/** @throws AwsError when pods cannot take the role. */
export function checkPodRole(s: Situation, roleArn: string | undefined): void {
  if (roleArn === undefined) return;
  for (const action of ["sts:AssumeRole", "sts:TagSession"]) {
    if (roleTrusts(s, roleArn, "pods.eks.amazonaws.com", action)) continue;
    s.refuse(
      "InvalidParameterException",
      `The trust policy of ${roleArn} does not allow pods.eks.amazonaws.com ${action}`,
    );
  }
}

const podIdentity: Model = {
  type: T.podIdentity,
  tags: true,
  fields: {
    clusterName,
    disableSessionTags: flag({ computed: true }),
    namespace: text({
      required: true,
      forceNew: true,
      check: matches(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, "must be the name of a namespace"),
    }),
    policy: json({ check: policyDocument("identity") }),
    roleArn: ref(T.role, { required: true }, "arn"),
    serviceAccount: text({
      required: true,
      forceNew: true,
      check: matches(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, "must be the name of a service account"),
    }),
    targetRoleArn: ref(T.role, {}, "arn"),
  },
  computed: ["associationArn", "associationId", "externalId"],
  goesWith: inCluster,
  *rules(view) {
    if (view.has("policy") && view.flag("disableSessionTags") !== true) {
      yield { property: "policy", reason: "a session policy needs disableSessionTags" };
    }
  },
  id: (s) => `a-${s.hex(17)}`,
  outputs: (s) => ({
    associationArn: s.arn("eks", `podidentityassociation/${s.view.text("clusterName") ?? ""}/${s.id}`),
    associationId: s.id,
    disableSessionTags: s.view.flag("disableSessionTags") ?? false,
    externalId: s.view.has("targetRoleArn") ? s.hex(32, "external") : "",
  }),
  admit(s) {
    checkPodRole(s, s.view.text("roleArn"));
    const other = twin(s, ["clusterName", "namespace", "serviceAccount"]);
    if (other !== undefined) s.refuse("ResourceInUseException", `Association already exists: ${other.id}`);
  },
};

export const accessModels: readonly Model[] = [entry, policyAssociation, podIdentity];
