import { at, fields, list, isAbsent } from "../core/json";
import type { Fields } from "../core/json";
import type { Judgement } from "../core/judgement";
import { eachMember } from "./members";
import type { GroupKind, KubernetesObject } from "./objects";

/** The kinds that hold webhooks of admission, and their type tokens. */
export const webhookKinds: readonly GroupKind[] = [
  "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
  "admissionregistration.k8s.io/MutatingWebhookConfiguration",
];
export const webhookTypes: readonly string[] = [
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingWebhookConfiguration",
  "kubernetes:admissionregistration.k8s.io/v1:MutatingWebhookConfiguration",
];

/** Judges every webhook of a configuration on its own, as far as it is known. */
export function eachWebhook(
  object: KubernetesObject,
  judgement: Judgement,
  judge: (webhook: { readonly path: string; readonly label: string; readonly fields: Fields }) => void,
): void {
  eachMember(object.fields, "webhooks", judgement, (webhook, index) => {
    const inner = fields(webhook);
    const name = inner["name"];
    judge({
      path: `${object.path}webhooks[${index}]`,
      label: `webhooks[${typeof name === "string" ? name : index}]`,
      fields: inner,
    });
  });
}

/**
 * Whether a label selector takes an object with these labels; absent or empty, it takes everything. An operator that
 * does not exist takes everything too: the API server refuses it.
 */
export function selects(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  const required = at(selector, "matchLabels");
  const byLabels =
    isAbsent(required) || Object.entries(fields(required)).every(([key, value]) => labels[key] === value);
  return (
    byLabels &&
    list(at(selector, "matchExpressions")).every((expression) => {
      const { key, operator, values } = fields(expression);
      const value = typeof key === "string" ? labels[key] : undefined;
      const isListed = value !== undefined && list(values).includes(value);
      if (operator === "In") return isListed;
      if (operator === "NotIn") return !isListed;
      if (operator === "Exists") return value !== undefined;
      if (operator === "DoesNotExist") return value === undefined;
      return true;
    })
  );
}
