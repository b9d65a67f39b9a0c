import type { Rule } from "../core/rule";
import { accessRules } from "./access";
import { cloudRules } from "./cloud";
import { clusterRules } from "./cluster";
import { imageRules } from "./image";
import { lifecycleRules } from "./lifecycle";
import { monitoringRules } from "./monitoring";
import { namespaceRules } from "./namespace";
import { networkRules } from "./network";
import { ownershipRules } from "./ownership";
import { podSecurityRules } from "./pod-security";
import { reliabilityRules } from "./reliability";
import { resourcesRules } from "./resources";
import { secretsRules } from "./secrets";
import { storageRules } from "./storage";
import { tlsRules } from "./tls";

/** Every rule of the pack, in the order in which it is described. */
export const rules: readonly Rule[] = [
  ...podSecurityRules,
  ...resourcesRules,
  ...imageRules,
  ...namespaceRules,
  ...accessRules,
  ...networkRules,
  ...tlsRules,
  ...secretsRules,
  ...lifecycleRules,
  ...reliabilityRules,
  ...monitoringRules,
  ...clusterRules,
  ...cloudRules,
  ...storageRules,
  ...ownershipRules,
];
