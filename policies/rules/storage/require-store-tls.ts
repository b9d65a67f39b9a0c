import { at, fields, isAbsent, list, shown } from "../../core/json";
import type { Fields } from "../../core/json";
import type { Judgement } from "../../core/judgement";
import { resourceRule } from "../../core/rule";

const isOn = (value: unknown): boolean => ["1", "on", "enabled"].includes(String(value).toLowerCase());

/** The parameter by which an engine refuses plain connections, and whether it does where nothing is said. */
function tlsParameter(family: string): { readonly name: string; readonly byDefault: boolean } | undefined {
  const [, engine = "", major = ""] = /^([a-z-]+?)-?(\d+)/.exec(family) ?? [];
  switch (engine) {
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html
    case "postgres":
      return { name: "rds.force_ssl", byDefault: Number(major) >= 15 };
    case "aurora-postgresql":
      return { name: "rds.force_ssl", byDefault: Number(major) >= 17 };
    case "sqlserver-ee":
    case "sqlserver-se":
    case "sqlserver-ex":
    case "sqlserver-web":
      return { name: "rds.force_ssl", byDefault: false };
    case "mysql":
    case "mariadb":
    case "aurora-mysql":
      return { name: "require_secure_transport", byDefault: false };
    case "docdb":
      return { name: "tls", byDefault: true };
    default:
      return undefined;
  }
}

function judgeParameters(props: Fields, judgement: Judgement): void {
  const { family } = props;
  const parameter = typeof family === "string" ? tlsParameter(family) : undefined;
  if (parameter === undefined) return;
  const { name, byDefault } = parameter;
  const found = list(props["parameters"]).find((one) => at(one, "name") === name);
  const value = at(found, "value");
  if (isAbsent(value) ? byDefault : isOn(value)) return;
  judgement.report(
    "parameters",
    `the engine takes connections in plain: ${name} is ${shown(value)}; set it to 1.`,
  );
}

function judgeDomain(props: Fields, judgement: Judgement): void {
  judgement.part(() => {
    const options = fields(props["domainEndpointOptions"]);
    judgement.part(() => {
      // On by default.
      const enforced = options["enforceHttps"];
      if (isAbsent(enforced) ? !isAbsent(props["domainEndpointOptions"]) : enforced === true) return;
      judgement.report(
        "domainEndpointOptions.enforceHttps",
        `the domain answers plain HTTP: enforceHttps is ${shown(enforced)}; set it to true.`,
      );
    });
    judgement.part(() => {
      const policy = options["tlsSecurityPolicy"];
      if (typeof policy === "string" && /^Policy-Min-TLS-1-[23]-/.test(policy)) return;
      judgement.report(
        "domainEndpointOptions.tlsSecurityPolicy",
        `the domain takes TLS 1.0: tlsSecurityPolicy is ${shown(policy)}; use Policy-Min-TLS-1-2-PFS-2023-10.`,
      );
    });
  });
  judgement.part(() => {
    const between = at(props["nodeToNodeEncryption"], "enabled");
    if (between === true) return;
    judgement.report(
      "nodeToNodeEncryption.enabled",
      `nodes speak to each other in plain: enabled is ${shown(between)}; set it to true.`,
    );
  });
}

const judges: Readonly<Record<string, (props: Fields, judgement: Judgement) => void>> = {
  "aws:elasticache/replicationGroup:ReplicationGroup": (props, judgement) => {
    judgement.part(() => {
      const encrypted = props["transitEncryptionEnabled"];
      if (encrypted === true) return;
      judgement.report(
        "transitEncryptionEnabled",
        `the cache is reached in plain: transitEncryptionEnabled is ${shown(encrypted)}; set it to true.`,
      );
    });
    judgement.part(() => {
      if (props["transitEncryptionMode"] !== "preferred") return;
      judgement.report(
        "transitEncryptionMode",
        'the cache takes connections in plain beside TLS; set transitEncryptionMode to "required".',
      );
    });
  },
  "aws:memorydb/cluster:Cluster": (props, judgement) => {
    const encrypted = props["tlsEnabled"];
    // On by default.
    if (isAbsent(encrypted) || encrypted === true) return;
    judgement.report(
      "tlsEnabled",
      `the cluster is reached in plain: tlsEnabled is ${shown(encrypted)}; set it to true.`,
    );
  },
  "aws:opensearch/domain:Domain": judgeDomain,
  "aws:elasticsearch/domain:Domain": judgeDomain,
  "aws:rds/parameterGroup:ParameterGroup": (props, judgement) => {
    // The engines of Aurora take it from their cluster's group.
    if (String(props["family"]).startsWith("aurora-")) return;
    judgeParameters(props, judgement);
  },
  "aws:rds/clusterParameterGroup:ClusterParameterGroup": judgeParameters,
  "aws:docdb/clusterParameterGroup:ClusterParameterGroup": judgeParameters,
};

/** A password that crosses the network in plain is everybody's. Groups of parameters that AWS makes are not seen. */
export const requireStoreTls = resourceRule({
  name: "aws-data-store-require-tls",
  area: "storage",
  title: "Stores are reached by TLS alone",
  description: "Databases, caches and search domains refuse connections without TLS.",
  level: "advisory",
  mandatoryInProduction: true,
  severity: "high",
  checks: [37],
  ids: ["AWS FSBP"],
  remedy:
    "Set rds.force_ssl or require_secure_transport to 1 in the parameter group, transitEncryptionEnabled of a cache, enforceHttps of a domain.",
  url: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html",
  types: Object.keys(judges),
  judge: ({ type, props }, judgement) => judgement.part(() => judges[type]?.(props, judgement)),
});
