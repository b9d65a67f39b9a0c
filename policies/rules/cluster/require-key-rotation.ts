import { isAbsent, shown } from "../../core/json";
import { resourceRule } from "../../core/rule";

/** KMS makes new material for symmetric keys by itself; it cannot for the other kinds. */
export const requireKeyRotation = resourceRule({
  name: "aws-kms-key-require-rotation",
  area: "cluster",
  title: "Customer keys rotate",
  description: "KMS gives every symmetric customer key new material once a year or more often.",
  level: "mandatory",
  severity: "medium",
  checks: [2],
  ids: ["CIS 5.3.1", "C-0066"],
  remedy: "Set enableKeyRotation: true, and leave rotationPeriodInDays out or at 365 or less.",
  url: "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
  parameters: {
    longestPeriodDays: {
      type: "integer",
      minimum: 90,
      maximum: 2560,
      default: 365,
      description: "Most days between two rotations.",
    },
  },
  types: ["aws:kms/key:Key"],
  judge: ({ props }, judgement, settings) => {
    judgement.part(() => {
      const spec = props["customerMasterKeySpec"];
      const use = props["keyUsage"];
      if (!isAbsent(spec) && spec !== "SYMMETRIC_DEFAULT") return;
      if (!isAbsent(use) && use !== "ENCRYPT_DECRYPT") return;
      // Material of a key store of the customer's own is the customer's to change.
      if (!isAbsent(props["customKeyStoreId"])) return;
      judgement.part(() => {
        if (props["enableKeyRotation"] === true) return;
        judgement.report(
          "enableKeyRotation",
          `the key keeps its material for ever: enableKeyRotation is ${shown(props["enableKeyRotation"])}; set it to true.`,
        );
      });
      judgement.part(() => {
        const period = props["rotationPeriodInDays"];
        const longest = settings.number("longestPeriodDays");
        if (isAbsent(period) || (typeof period === "number" && period <= longest)) return;
        judgement.report(
          "rotationPeriodInDays",
          `the key rotates every ${shown(period)} days; set ${longest} or less.`,
        );
      });
    });
  },
});
