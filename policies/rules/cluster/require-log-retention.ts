import { isAbsent, shown } from "../../core/json";
import { resourceRule } from "../../core/rule";

/** A group that never expires keeps its logs long enough; that it costs more each month is not this rule's concern. */
export const requireLogRetention = resourceRule({
  name: "aws-cloudwatch-log-group-require-retention",
  area: "cluster",
  title: "Logs are kept long enough",
  description: "Every log group keeps its events for at least 30 days, or for ever.",
  level: "mandatory",
  severity: "medium",
  checks: [3],
  ids: ["CIS 2.1.1", "C-0067"],
  remedy: "Set retentionInDays to 30 or more; 0 keeps all, and what it keeps costs more each month.",
  url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
  parameters: {
    days: { type: "integer", minimum: 1, default: 30, description: "Fewest days that logs are kept." },
  },
  types: ["aws:cloudwatch/logGroup:LogGroup"],
  judge: ({ props }, judgement, settings) => {
    judgement.part(() => {
      const days = props["retentionInDays"];
      if (isAbsent(days) || days === 0) return;
      const fewest = settings.number("days");
      if (typeof days === "number" && days >= fewest) return;
      judgement.report("retentionInDays", `logs are kept ${shown(days)} days; keep them ${fewest} or more.`);
    });
    judgement.part(() => {
      if (props["logGroupClass"] !== "DELIVERY") return;
      judgement.report(
        "logGroupClass",
        "a group of class DELIVERY keeps logs for 2 days whatever it says; use STANDARD or INFREQUENT_ACCESS.",
      );
    });
  },
});
