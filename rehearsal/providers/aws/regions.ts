/** Regions of the standard partition with the letters of their zones, as they stood in 2026. */
const ZONES: Readonly<Record<string, string>> = {
  "us-east-1": "abcdef",
  "us-east-2": "abc",
  "us-west-1": "ac",
  "us-west-2": "abcd",
  "ca-central-1": "abd",
  "ca-west-1": "abc",
  "eu-central-1": "abc",
  "eu-central-2": "abc",
  "eu-west-1": "abc",
  "eu-west-2": "abc",
  "eu-west-3": "abc",
  "eu-north-1": "abc",
  "eu-south-1": "abc",
  "eu-south-2": "abc",
  "ap-south-1": "abc",
  "ap-south-2": "abc",
  "ap-southeast-1": "abc",
  "ap-southeast-2": "abc",
  "ap-southeast-3": "abc",
  "ap-southeast-4": "abc",
  "ap-northeast-1": "acd",
  "ap-northeast-2": "abcd",
  "ap-northeast-3": "abc",
  "ap-east-1": "abc",
  "sa-east-1": "abc",
  "me-south-1": "abc",
  "me-central-1": "abc",
  "il-central-1": "abc",
  "af-south-1": "abc",
};

export const REGIONS: readonly string[] = Object.keys(ZONES);

/** Zone names of a region that this account may use, e.g. `eu-central-1a`; empty for an unknown region. */
export function zonesOf(region: string): readonly string[] {
  return Array.from(ZONES[region] ?? "").map((letter) => region + letter);
}

/** Zone id, e.g. `euc1-az1`. In AWS the order differs from account to account; here the first letter is az1. */
export function zoneId(region: string, zone: string): string {
  const [area = "", direction = "", digit = ""] = region.split("-");
  const short = direction.replace(
    /^(north|south)?(east|west)?(central)?$/,
    (_all, vertical: string | undefined, horizontal: string | undefined, central: string | undefined) =>
      (vertical?.charAt(0) ?? "") + (horizontal?.charAt(0) ?? "") + (central?.charAt(0) ?? ""),
  );
  return `${area}${short}${digit}-az${zonesOf(region).indexOf(zone) + 1}`;
}
