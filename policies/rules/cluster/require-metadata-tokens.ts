import { machineTypes, nodeGroup } from "../../aws/machines";
import { at, fields, isAbsent, shown } from "../../core/json";
import type { Fields } from "../../core/json";
import type { Judgement } from "../../core/judgement";
import { resourceRule } from "../../core/rule";

const nodeClass = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass";

/**
 * A request that an app is tricked into making cannot carry the token of version 2, and with one hop the answer does not
 * reach a pod. What is not said is left to the image, whose choice is two hops on today's, so it has to be said; Karpenter
 * alone fills it in itself. Nodes of Auto Mode have it built in.
 */
export const requireMetadataTokens = resourceRule({
  name: "aws-ec2-instance-require-imdsv2",
  area: "cluster",
  title: "Instance metadata needs a token",
  description: "Machines answer metadata requests with a token only, over one network hop.",
  level: "mandatory",
  severity: "high",
  checks: [8],
  ids: ["BPG iam"],
  remedy:
    'Set metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 }, for a node group in its launch template.',
  url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html",
  parameters: {
    hops: {
      type: "integer",
      minimum: 1,
      default: 1,
      description: "Most hops of an answer; 2 only where pods on the host's network need it.",
    },
  },
  types: [...machineTypes, nodeClass],
  judge: ({ type, props }, judgement, settings) => {
    judgement.part(() => {
      const hops = settings.number("hops");
      if (type === nodeGroup) {
        if (!isAbsent(props["launchTemplate"])) return;
        judgement.report(
          "launchTemplate",
          "without a launch template of yours EKS lets pods read the node's metadata; make one with metadataOptions.",
        );
      } else if (type === nodeClass) {
        const defaults = { httpTokens: "required", httpPutResponseHopLimit: 1 };
        judgeOptions(at(props["spec"], "metadataOptions"), "spec.metadataOptions", hops, judgement, defaults);
      } else {
        // What a machine leaves to its launch template is judged there.
        if (isAbsent(props["metadataOptions"]) && !isAbsent(props["launchTemplate"])) return;
        judgeOptions(props["metadataOptions"], "metadataOptions", hops, judgement);
      }
    });
  },
});

function judgeOptions(
  value: unknown,
  path: string,
  mostHops: number,
  judgement: Judgement,
  defaults: Fields = {},
): void {
  const options = fields(value);
  // No metadata, no theft of it.
  if (options["httpEndpoint"] === "disabled") return;
  judgement.part(() => {
    const tokens = options["httpTokens"] ?? defaults["httpTokens"];
    if (tokens === "required") return;
    judgement.report(
      `${path}.httpTokens`,
      `metadata may be read without a token: httpTokens is ${shown(tokens)}; set it to "required".`,
    );
  });
  judgement.part(() => {
    const hops = options["httpPutResponseHopLimit"] ?? defaults["httpPutResponseHopLimit"];
    if (typeof hops === "number" && hops <= mostHops) return;
    judgement.report(
      `${path}.httpPutResponseHopLimit`,
      `pods may read the node's metadata: the hop limit is ${shown(hops)}; set it to ${mostHops}.`,
    );
  });
}
