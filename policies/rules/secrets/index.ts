import type { Rule } from "../../core/rule";
import { forbidSecretLiterals } from "./forbid-secret-literals";
import { forbidSecretLiteralsInConfigMaps } from "./forbid-secret-literals-in-config-maps";
import { preferSecretFiles } from "./prefer-secret-files";

/** Rules of this area, in the order in which they are described. */
export const secretsRules: readonly Rule[] = [
  forbidSecretLiterals,
  forbidSecretLiteralsInConfigMaps,
  preferSecretFiles,
];
