import type { Rule } from "../../core/rule";
import { forbidHostNamespaces } from "./forbid-host-namespaces";
import { forbidHostPaths } from "./forbid-host-paths";
import { forbidHostPorts } from "./forbid-host-ports";
import { forbidPrivilegeEscalation } from "./forbid-privilege-escalation";
import { forbidPrivileged } from "./forbid-privileged";
import { forbidProbeHosts } from "./forbid-probe-hosts";
import { forbidRootUser } from "./forbid-root-user";
import { forbidUnmaskedProc } from "./forbid-unmasked-proc";
import { forbidWindowsHostProcess } from "./forbid-windows-host-process";
import { requireDroppedCapabilities } from "./require-dropped-capabilities";
import { requireNonRoot } from "./require-non-root";
import { requireReadOnlyRoot } from "./require-read-only-root";
import { requireSeccompProfile } from "./require-seccomp-profile";
import { restrictAppArmorProfiles } from "./restrict-apparmor-profiles";
import { restrictSelinuxOptions } from "./restrict-selinux-options";
import { restrictSysctls } from "./restrict-sysctls";
import { restrictVolumeTypes } from "./restrict-volume-types";

/**
 * Rules of this area, in the order in which they are described. Those with the id `PSS restricted` are together what
 * Pod Security Standards `restricted` of Kubernetes 1.36 is, no more and no less.
 */
export const podSecurityRules: readonly Rule[] = [
  forbidPrivileged,
  forbidHostNamespaces,
  forbidHostPorts,
  forbidHostPaths,
  restrictVolumeTypes,
  forbidProbeHosts,
  forbidPrivilegeEscalation,
  requireDroppedCapabilities,
  requireNonRoot,
  forbidRootUser,
  requireSeccompProfile,
  restrictAppArmorProfiles,
  restrictSelinuxOptions,
  forbidUnmaskedProc,
  restrictSysctls,
  forbidWindowsHostProcess,
  requireReadOnlyRoot,
];
