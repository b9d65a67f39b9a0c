import { objectRule } from "../../kubernetes/objects";
import { eachWebhook, selects, webhookKinds, webhookTypes } from "../../kubernetes/webhooks";

/** What every namespace is labelled with by the API server. */
const kubeSystem = { "kubernetes.io/metadata.name": "kube-system" };

/**
 * A webhook that must be asked does not stand in the way of what brings it back: it leaves `kube-system` out, by its
 * namespaces, or because it takes only objects with a label that those of `kube-system` do not have. What
 * `matchConditions` leave out is not looked at.
 */
export const forbidWebhooksOnKubeSystem = objectRule({
  name: "kubernetes-admissionregistration-webhook-forbid-kube-system",
  area: "access",
  title: "Webhooks leave kube-system alone",
  description: "Every admission webhook leaves kube-system out, or is ignored when it fails.",
  level: "mandatory",
  severity: "high",
  checks: [41],
  ids: ["CIS 4.1.11", "BPG controlplane"],
  remedy:
    "Give the webhook a namespaceSelector with kubernetes.io/metadata.name NotIn [kube-system], or failurePolicy: Ignore.",
  url: "https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/",
  kinds: webhookKinds,
  types: webhookTypes,
  judge: (object, judgement) => {
    eachWebhook(object, judgement, ({ path, label, fields: webhook }) => {
      if (webhook["failurePolicy"] === "Ignore") return;
      if (!selects(webhook["namespaceSelector"], kubeSystem) || !selects(webhook["objectSelector"], {}))
        return;
      judgement.report(
        `${path}.namespaceSelector`,
        `${label} fails what it is not asked about, in kube-system too; leave that out, or set failurePolicy to Ignore.`,
      );
    });
  },
});
