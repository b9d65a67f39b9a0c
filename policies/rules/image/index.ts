import type { Rule } from "../../core/rule";
import { requireApprovedRegistry } from "./require-approved-registry";
import { requireImageDigest } from "./require-image-digest";
import { requireImageVersion } from "./require-image-version";

/** Rules of this area, in the order in which they are described. */
export const imageRules: readonly Rule[] = [requireApprovedRegistry, requireImageVersion, requireImageDigest];
