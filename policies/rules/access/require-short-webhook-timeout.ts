import { isAbsent, shown } from "../../core/json";
import { objectRule } from "../../kubernetes/objects";
import { eachWebhook, webhookKinds, webhookTypes } from "../../kubernetes/webhooks";

/** Every write waits for every webhook that is about it; a client gives up after 30 to 60 s. */
export const requireShortWebhookTimeout = objectRule({
  name: "kubernetes-admissionregistration-webhook-require-short-timeout",
  area: "access",
  title: "Webhooks answer soon",
  description: "No admission webhook may take longer than 10 seconds, which is also the default.",
  level: "mandatory",
  severity: "medium",
  checks: [41],
  ids: ["CIS 4.1.11", "BPG controlplane"],
  remedy: "Set timeoutSeconds to 10 or less on the webhook.",
  url: "https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/",
  parameters: {
    seconds: {
      type: "integer",
      minimum: 1,
      maximum: 30,
      default: 10,
      description: "Longest timeout, in seconds.",
    },
  },
  kinds: webhookKinds,
  types: webhookTypes,
  judge: (object, judgement, settings) => {
    eachWebhook(object, judgement, ({ path, label, fields: webhook }) => {
      const timeout = webhook["timeoutSeconds"];
      const seconds = isAbsent(timeout) ? defaultSeconds : timeout;
      if (typeof seconds === "number" && seconds <= settings.number("seconds")) return;
      judgement.report(
        `${path}.timeoutSeconds`,
        `${label} may take ${shown(seconds)} seconds; set timeoutSeconds to ${settings.number("seconds")} or less.`,
      );
    });
  },
});

const defaultSeconds = 10;
