import type { Json } from "../part";
import { isObject } from "./values";

/** Which kind of IAM document: an identity policy names resources, a trust policy or a resource policy principals. */
export type DocumentKind = "identity" | "trust" | "resource" | "repository";

const ELEMENTS = [
  "Sid",
  "Effect",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Principal",
  "NotPrincipal",
  "Condition",
];

/** Service principals that the modelled services use. Another name is more likely misspelt than meant. */
const SERVICES = [
  "cloudwatch.amazonaws.com",
  "delivery.logs.amazonaws.com",
  "ec2.amazonaws.com",
  "eks.amazonaws.com",
  "eks-auth.amazonaws.com",
  "eks-nodegroup.amazonaws.com",
  "elasticloadbalancing.amazonaws.com",
  "autoscaling.amazonaws.com",
  "backup.amazonaws.com",
  "ecr.amazonaws.com",
  "events.amazonaws.com",
  "lambda.amazonaws.com",
  "monitoring.rds.amazonaws.com",
  "pods.eks.amazonaws.com",
  "rds.amazonaws.com",
  "s3.amazonaws.com",
  "sns.amazonaws.com",
  "sqs.amazonaws.com",
  "ssm.amazonaws.com",
  "sts.amazonaws.com",
  "vpc-flow-logs.amazonaws.com",
  "pullthroughcache.ecr.amazonaws.com",
  "secretsmanager.amazonaws.com",
];

/** Says what is wrong with the text of an IAM policy document, as MalformedPolicyDocument; undefined when it is sound. */
export function policyDocument(kind: DocumentKind) {
  return (text: string): string | undefined => {
    const clause = judge(text, kind);
    return clause === undefined ? undefined : `MalformedPolicyDocument: ${clause}`;
  };
}

function judge(text: string, kind: DocumentKind): string | undefined {
  let document: Json;
  try {
    document = JSON.parse(text) as Json;
  } catch {
    return "it is not JSON";
  }
  if (!isObject(document)) return "it must be an object";
  const { Version: version, Statement: statement } = document;
  const stray = Object.keys(document).find((key) => !["Version", "Id", "Statement"].includes(key));
  if (stray !== undefined) return `it has the unknown element ${stray}`;
  if (kind !== "repository" || version !== undefined) {
    if (version !== "2012-10-17" && version !== "2008-10-17") return `Version must be "2012-10-17"`;
  }
  const statements = Array.isArray(statement) ? (statement as readonly Json[]) : [statement ?? null];
  if (statement === undefined || statements.length === 0) return "it has no Statement";
  const sids = statements.flatMap((one) =>
    isObject(one) && typeof one["Sid"] === "string" ? [one["Sid"]] : [],
  );
  const twice = sids.find((sid, index) => sids.indexOf(sid) !== index);
  if (twice !== undefined) return `the statement id ${twice} is used twice`;
  for (const [index, one] of statements.entries()) {
    const clause = judgeStatement(one, kind);
    if (clause !== undefined) return `statement ${index + 1} ${clause}`;
  }
  return undefined;
}

function judgeStatement(statement: Json, kind: DocumentKind): string | undefined {
  if (!isObject(statement)) return "must be an object";
  const stray = Object.keys(statement).find((key) => !ELEMENTS.includes(key));
  if (stray !== undefined) return `has the unknown element ${stray}`;
  const { Effect: effect, Action: action, NotAction: notAction, Condition: condition } = statement;
  if (effect !== "Allow" && effect !== "Deny") return "must have Effect Allow or Deny";
  const actions = words(action ?? notAction);
  if (actions === undefined) return "must have Action";
  const odd = actions.find((word) => word !== "*" && !/^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(word));
  if (odd !== undefined) return `has the malformed action "${odd}"`;
  if (condition !== undefined && !(isObject(condition) && Object.values(condition).every(isObject))) {
    return "has a malformed Condition";
  }
  const resources = words(statement["Resource"] ?? statement["NotResource"]);
  const principal = statement["Principal"] ?? statement["NotPrincipal"];
  if (kind === "trust" || kind === "repository") {
    if (statement["Resource"] !== undefined) return "has prohibited field Resource";
  } else if (resources === undefined) return "must contain Resource";
  if (resources?.some((word) => word !== "*" && !word.startsWith("arn:")) === true) {
    return "has a Resource that is neither an ARN nor *";
  }
  if (kind === "identity") return principal === undefined ? undefined : "must not have a Principal";
  if (kind === "trust" && actions.some((word) => !word.startsWith("sts:") && word !== "*")) {
    return "may allow only sts actions";
  }
  return principal === undefined ? "must have a Principal" : judgePrincipal(principal);
}

function judgePrincipal(principal: Json): string | undefined {
  if (principal === "*") return undefined;
  if (!isObject(principal)) return "has a malformed Principal";
  for (const [kind, value] of Object.entries(principal)) {
    if (!["AWS", "Service", "Federated", "CanonicalUser"].includes(kind))
      return `has the unknown principal kind ${kind}`;
    const names = words(value);
    if (names === undefined) return "has an empty Principal";
    // AWS lets the services of a region name themselves with it: logs.eu-central-1.amazonaws.com.
    const odd = names.find((name) =>
      kind === "Service"
        ? !SERVICES.includes(name) && !/^logs\.([a-z]{2}(-[a-z]+)+-\d\.)?amazonaws\.com$/.test(name)
        : kind === "AWS" && name !== "*" && !/^(\d{12}|arn:aws[a-z-]*:(iam|sts)::\d{12}:.+)$/.test(name),
    );
    if (odd !== undefined) return `has the invalid principal "${odd}"`;
  }
  return undefined;
}

/** One word or a list of them; undefined when there is none. */
function words(value: Json | undefined): readonly string[] | undefined {
  const all: readonly Json[] = Array.isArray(value)
    ? (value as readonly Json[])
    : value === undefined
      ? []
      : [value];
  return all.length > 0 && all.every((word) => typeof word === "string") ? all : undefined;
}
