import type { Json, Props } from "../part";
import { UNKNOWN } from "../part";
import { SlipwayError } from "../../../components/common/problems";
import { REGIONS } from "./regions";
import type { Tags } from "./tags";
import { checkTags } from "./tags";
import { View } from "./values";

/** What one configured AWS provider of a program works with. */
export interface AwsConfig {
  readonly region: string;
  readonly defaultTags: Tags;
}

/** Arguments that the stand-in takes; those that only matter for reaching AWS change nothing here. */
const KNOWN = [
  "region",
  "defaultTags",
  "allowedAccountIds",
  "skipCredentialsValidation",
  "skipMetadataApiCheck",
  "skipRegionValidation",
  "skipRequestingAccountId",
  "profile",
  "assumeRoles",
  "version",
];

/** @throws SlipwayError when an argument is unknown or does not fit the account. */
export function readConfig(raw: Props, accountId: string, fallbackRegion: string | undefined): AwsConfig {
  const where = "the AWS provider";
  const config = decoded(raw);
  const stray = Object.keys(config).find((key) => !KNOWN.includes(key) && !key.startsWith("__"));
  if (stray !== undefined) {
    throw new SlipwayError({
      what: `the rehearsal's stand-in does not model the argument "${stray}"`,
      where,
      allowed: KNOWN.join(", "),
    });
  }
  const view = new View(config);
  // In a preview the region may depend on what is not there yet; any will do to plan with.
  const region = view.text("region") ?? fallbackRegion ?? (view.has("region") ? REGIONS[0] : undefined);
  if (region === undefined)
    throw new SlipwayError({ what: "no region is given", where, todo: "set aws:region" });
  if (!REGIONS.includes(region)) {
    throw new SlipwayError({ what: `the region is "${region}"`, where, allowed: REGIONS.join(", ") });
  }
  const allowed = view.texts("allowedAccountIds");
  if (allowed.length > 0 && !allowed.includes(accountId)) {
    throw new SlipwayError({
      what: `AWS account ID not allowed: ${accountId}`,
      where,
      allowed: allowed.join(", "),
      todo: "give the simulated account one of these ids",
    });
  }
  const defaultTags = view.block("defaultTags").map("tags");
  const [wrong] = checkTags(defaultTags);
  if (wrong !== undefined) throw new SlipwayError({ what: `defaultTags: ${wrong}`, where });
  return { region, defaultTags };
}

/** The SDK sends arguments of a provider that are no strings as JSON text. */
function decoded(raw: Props): Props {
  return Object.fromEntries(
    Object.entries(raw).map(([key, value]) => {
      const isJson = typeof value === "string" && value !== UNKNOWN && /^[[{]|^(true|false)$/.test(value);
      return [key, isJson ? (JSON.parse(value) as Json) : value];
    }),
  );
}
