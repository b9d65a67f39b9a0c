import { at, list, shown } from "../../core/json";
import type { Fields } from "../../core/json";
import type { Judgement } from "../../core/judgement";
import { resourceRule } from "../../core/rule";

/** Security policies of CloudFront with TLS 1.2 as the least, or 1.3 alone. */
const recent = /^TLSv1\.(2_20(18|19|21|25)|3_2025)$/;

/** CloudFront is public by nature: clients come by TLS, and so do its own requests to what stands behind it. */
export const requireTlsOnDistributions = resourceRule({
  name: "aws-cloudfront-distribution-require-tls",
  area: "tls",
  title: "CloudFront uses TLS",
  description:
    "Every CloudFront distribution redirects to HTTPS, speaks TLS 1.2 or newer, and reaches its origins by HTTPS.",
  level: "mandatory",
  severity: "high",
  checks: [34],
  ids: ["CIS 5.4.5"],
  remedy:
    "Set viewerProtocolPolicy to redirect-to-https, a certificate with minimumProtocolVersion TLSv1.2_2021, and originProtocolPolicy to https-only.",
  url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https.html",
  types: ["aws:cloudfront/distribution:Distribution"],
  judge: ({ props }, judgement) => {
    judgement.part(() => {
      const version = at(props["viewerCertificate"], "minimumProtocolVersion");
      if (typeof version === "string" && recent.test(version)) return;
      judgement.report(
        "viewerCertificate.minimumProtocolVersion",
        `clients may speak TLS of ${shown(version)}; name a certificate of your own and set TLSv1.2_2021 or newer.`,
      );
    });
    judgement.part(() =>
      judgeBehavior(
        at(props["defaultCacheBehavior"], "viewerProtocolPolicy"),
        "defaultCacheBehavior",
        judgement,
      ),
    );
    judgement.part(() => {
      list(props["orderedCacheBehaviors"]).forEach((behavior, index) => {
        judgement.part(() =>
          judgeBehavior(at(behavior, "viewerProtocolPolicy"), `orderedCacheBehaviors[${index}]`, judgement),
        );
      });
    });
    judgement.part(() => judgeOrigins(props, judgement));
  },
});

function judgeBehavior(policy: unknown, path: string, judgement: Judgement): void {
  if (policy === "redirect-to-https" || policy === "https-only") return;
  judgement.report(
    `${path}.viewerProtocolPolicy`,
    `viewerProtocolPolicy is ${shown(policy)}, which lets plain HTTP in; set it to redirect-to-https.`,
  );
}

function judgeOrigins(props: Fields, judgement: Judgement): void {
  list(props["origins"]).forEach((origin, index) => {
    judgement.part(() => {
      const custom = at(origin, "customOriginConfig");
      // Buckets have none; CloudFront reaches them by TLS.
      if (custom === undefined || custom === null) return;
      const policy = at(custom, "originProtocolPolicy");
      if (policy === "https-only") return;
      judgement.report(
        `origins[${index}].customOriginConfig.originProtocolPolicy`,
        `the origin is reached by ${shown(policy)}; set https-only.`,
      );
    });
  });
}
