import type { Rule } from "../../core/rule";
import { forbidAwsAuth } from "./forbid-aws-auth";
import { forbidPublicAddresses } from "./forbid-public-addresses";
import { forbidSshKeys } from "./forbid-ssh-keys";
import { requireApiAuthentication } from "./require-api-authentication";
import { requireControlPlaneLogs } from "./require-control-plane-logs";
import { requireClusterDeletionProtection } from "./require-deletion-protection";
import { requireEncryptedDisks } from "./require-encrypted-disks";
import { requireKeyRotation } from "./require-key-rotation";
import { requireLogEncryption } from "./require-log-encryption";
import { requireLogRetention } from "./require-log-retention";
import { requireMetadataTokens } from "./require-metadata-tokens";
import { requireNetworkPolicies } from "./require-network-policies";
import { requireNodeImage } from "./require-node-image";
import { requirePrivateEndpoint } from "./require-private-endpoint";
import { requirePrivateSubnets } from "./require-private-subnets";
import { requireProtect } from "./require-protect";
import { requireSecretsEncryption } from "./require-secrets-encryption";
import { requireStandardSupport } from "./require-standard-support";
import { requireSupportTimeLeft } from "./require-support-time-left";
import { requireSupportedVersion } from "./require-supported-version";
import { requireZones } from "./require-zones";

/** Rules of this area, in the order in which they are described. */
export const clusterRules: readonly Rule[] = [
  requirePrivateEndpoint,
  requireSecretsEncryption,
  requireKeyRotation,
  requireControlPlaneLogs,
  requireLogRetention,
  requireLogEncryption,
  requireApiAuthentication,
  forbidAwsAuth,
  requireClusterDeletionProtection,
  requireProtect,
  requireSupportedVersion,
  requireSupportTimeLeft,
  requireStandardSupport,
  forbidPublicAddresses,
  requirePrivateSubnets,
  requireZones,
  requireMetadataTokens,
  requireNodeImage,
  requireEncryptedDisks,
  forbidSshKeys,
  requireNetworkPolicies,
];
