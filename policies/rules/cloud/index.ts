import type { Rule } from "../../core/rule";
import { forbidAdministrator } from "./forbid-administrator";
import { forbidFullAccess } from "./forbid-full-access";
import { forbidOpenIngress } from "./forbid-open-ingress";
import { forbidPublicImages } from "./forbid-public-images";
import { requireClosedDefaultGroup } from "./require-closed-default-group";
import { requireEndpoints } from "./require-endpoints";
import { requireFirewall } from "./require-firewall";
import { requireFlowLogs } from "./require-flow-logs";
import { requireImageEncryption } from "./require-image-encryption";
import { requireImageLifecycle } from "./require-image-lifecycle";
import { requireImageScan } from "./require-image-scan";
import { requireImmutableTags } from "./require-immutable-tags";
import { requireNatPerZone } from "./require-nat-per-zone";
import { requireOwnRole } from "./require-own-role";
import { requireScopedTrust } from "./require-scoped-trust";

/** Rules of this area, in the order in which they are described. */
export const cloudRules: readonly Rule[] = [
  requireFlowLogs,
  requireClosedDefaultGroup,
  forbidOpenIngress,
  requireNatPerZone,
  requireEndpoints,
  requireImmutableTags,
  requireImageScan,
  requireImageEncryption,
  requireImageLifecycle,
  forbidPublicImages,
  forbidFullAccess,
  forbidAdministrator,
  requireScopedTrust,
  requireOwnRole,
  requireFirewall,
];
