import { at, isAbsent, shown } from "../../core/json";
import type { Fields } from "../../core/json";
import { resourceRule } from "../../core/rule";

/** A field that says whether a store is encrypted, and whether it is where nothing is said. */
interface Switch {
  readonly path: readonly string[];
  readonly byDefault?: (props: Fields) => boolean;
}

const storageEncrypted: Switch = { path: ["storageEncrypted"] };
const search: Switch = { path: ["encryptAtRest", "enabled"] };

const switches: Readonly<Record<string, Switch>> = {
  // A read replica has the disk of its source.
  "aws:rds/instance:Instance": {
    ...storageEncrypted,
    byDefault: ({ replicateSourceDb }) => !isAbsent(replicateSourceDb),
  },
  "aws:rds/cluster:Cluster": storageEncrypted,
  "aws:docdb/cluster:Cluster": storageEncrypted,
  "aws:neptune/cluster:Cluster": storageEncrypted,
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    path: ["atRestEncryptionEnabled"],
    byDefault: ({ engine }) => engine === "valkey",
  },
  "aws:opensearch/domain:Domain": search,
  "aws:elasticsearch/domain:Domain": search,
  "aws:efs/fileSystem:FileSystem": { path: ["encrypted"] },
  "aws:redshift/cluster:Cluster": { path: ["encrypted"], byDefault: () => true },
};

/** Most stores cannot be encrypted later: the data have to move to a new one. */
export const requireStoreEncryption = resourceRule({
  name: "aws-data-store-require-encryption",
  area: "storage",
  title: "Stores are encrypted",
  description: "Databases, caches, search domains and file systems encrypt what they keep.",
  level: "advisory",
  mandatoryInProduction: true,
  severity: "high",
  checks: [37],
  ids: ["AWS FSBP"],
  remedy:
    "Set storageEncrypted, atRestEncryptionEnabled, encryptAtRest.enabled or encrypted to true, with your key.",
  url: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html",
  types: Object.keys(switches),
  judge: ({ type, props }, judgement) => {
    judgement.part(() => {
      const { path = [], byDefault } = switches[type] ?? {};
      const isOn = at(props, ...path);
      // Texts are how some types hold switches.
      if (isOn === true || isOn === "true") return;
      if (isAbsent(isOn) && byDefault?.(props) === true) return;
      const name = path.join(".");
      judgement.report(
        name,
        `what the store keeps is not encrypted: ${name} is ${shown(isOn)}; set it to true.`,
      );
    });
  },
});
