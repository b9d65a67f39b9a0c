import { at, shown } from "../../core/json";
import { resourceRule } from "../../core/rule";

/** What is known to be broken in an image is known before it runs. */
export const requireImageScan = resourceRule({
  name: "aws-ecr-repository-require-scan",
  area: "cloud",
  title: "Images are scanned",
  description: "Every image is scanned when it is pushed, by its repository or by the registry.",
  level: "mandatory",
  severity: "medium",
  checks: [12],
  ids: ["CIS 5.1.1", "CIS 5.1.2", "CIS 5.1.3", "PR ecr_*"],
  remedy: "Set imageScanningConfiguration: { scanOnPush: true }.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html",
  parameters: {
    registryScans: {
      type: "boolean",
      default: false,
      description:
        "Whether a scanning configuration of the registry scans every repository of the account already.",
    },
  },
  types: ["aws:ecr/repository:Repository"],
  judge: ({ props }, judgement, settings) => {
    if (settings.flag("registryScans")) return;
    judgement.part(() => {
      const scans = at(props["imageScanningConfiguration"], "scanOnPush");
      if (scans === true) return;
      judgement.report(
        "imageScanningConfiguration.scanOnPush",
        `images are not scanned: scanOnPush is ${shown(scans)}; set it to true.`,
      );
    });
  },
});
