import type { Rule } from "../../core/rule";
import { forbidPublicStores } from "./forbid-public-stores";
import { requireBackupRetention } from "./require-backup-retention";
import { requireBucketKms } from "./require-bucket-kms";
import { requireBucketLifecycle } from "./require-bucket-lifecycle";
import { requireBucketTls } from "./require-bucket-tls";
import { requirePublicAccessBlock } from "./require-public-access-block";
import { requireStoreDeletionProtection } from "./require-store-deletion-protection";
import { requireStoreEncryption } from "./require-store-encryption";
import { requireStoreTls } from "./require-store-tls";
import { requireStoreZones } from "./require-store-zones";
import { requireVersioning } from "./require-versioning";
import { requireBackup } from "./require-backup";
import { requireBackupOfSystems } from "./require-backup-of-systems";

/** Rules of this area, in the order in which they are described. */
export const storageRules: readonly Rule[] = [
  requirePublicAccessBlock,
  requireBucketKms,
  requireVersioning,
  requireBucketTls,
  requireBucketLifecycle,
  requireStoreEncryption,
  requireStoreTls,
  requireStoreZones,
  requireBackupRetention,
  requireStoreDeletionProtection,
  forbidPublicStores,
  requireBackup,
  requireBackupOfSystems,
];
