import type { Rule } from "../../core/rule";
import { forbidWebhooksOnKubeSystem } from "./forbid-webhooks-on-kube-system";
import { forbidClusterAdmin } from "./forbid-cluster-admin";
import { forbidEscalation } from "./forbid-escalation";
import { forbidEveryone } from "./forbid-everyone";
import { forbidNodeAccess } from "./forbid-node-access";
import { forbidReadingSecrets } from "./forbid-reading-secrets";
import { forbidRunningCode } from "./forbid-running-code";
import { forbidTokensOfAccounts } from "./forbid-tokens-of-accounts";
import { forbidUnneededTokens } from "./forbid-unneeded-tokens";
import { forbidWildcards } from "./forbid-wildcards";
import { requireServiceAccount } from "./require-service-account";
import { requireShortWebhookTimeout } from "./require-short-webhook-timeout";

/** Rules of this area, in the order in which they are described. */
export const accessRules: readonly Rule[] = [
  requireServiceAccount,
  forbidUnneededTokens,
  forbidTokensOfAccounts,
  forbidClusterAdmin,
  forbidEveryone,
  forbidWildcards,
  forbidEscalation,
  forbidNodeAccess,
  forbidRunningCode,
  forbidReadingSecrets,
  requireShortWebhookTimeout,
  forbidWebhooksOnKubeSystem,
];
