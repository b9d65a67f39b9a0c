import type { Parameter } from "../core/settings";
import type { Settings } from "../core/settings";

/** Parameters of rules about Kubernetes versions of EKS. */
export const versionParameters = {
  supported: {
    type: "array",
    items: { type: "string", pattern: "^\\d+\\.\\d+ \\d{4}-\\d{2}-\\d{2}$" },
    // https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html
    default: ["1.34 2026-12-02", "1.35 2027-03-27", "1.36 2027-08-02"],
    description: "Kubernetes versions and the last day of their standard support, such as 1.36 2027-08-02.",
  },
  today: {
    type: "string",
    default: "",
    description: "The day to judge by, such as 2026-11-21; empty for the day on which the rule runs.",
  },
} as const satisfies Readonly<Record<string, Parameter>>;

const DAY = 24 * 60 * 60 * 1000;

/** Support of a version: how many days are left of it, the last one counted; undefined for an unknown version. */
export function daysLeft(version: unknown, settings: Settings): number | undefined {
  const [, until] =
    settings
      .texts("supported")
      .map((line) => line.split(" "))
      .find(([known]) => known === version) ?? [];
  if (until === undefined) return undefined;
  const given = settings.text("today");
  const today = given === "" ? new Date().toISOString().slice(0, 10) : given;
  return Math.round((Date.parse(until) - Date.parse(today)) / DAY) + 1;
}

/** The versions that still have support, for a message. */
export function supportedVersions(settings: Settings): string {
  return settings
    .texts("supported")
    .map((line) => line.split(" ")[0] ?? "")
    .filter((version) => (daysLeft(version, settings) ?? 0) > 0)
    .join(", ");
}
