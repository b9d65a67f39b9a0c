import { setTimeout as sleep } from "node:timers/promises";
import { admissionOf, admissionRules } from "../../components/security/admission";
import { readPackConfig } from "../../infra/policies";
import { rules } from "../../policies/rules";
import type { KubeClient, KubeObject } from "../../rehearsal/kube/client";
import { KubeError } from "../../rehearsal/kube/client";

const apiVersion = "admissionregistration.k8s.io/v1";

/** Milliseconds in which the API server must know new policies. */
const patience = 60_000;

/**
 * Holds a namespace to the policies of a stage, as the program has them but for those that only warn, which are left
 * out, and waits until they are in force.
 */
export async function enforcePolicies(client: KubeClient, stage: string, namespace: string): Promise<void> {
  const today = new Date().toISOString().slice(0, 10);
  const matchExpressions = [{ key: "kubernetes.io/metadata.name", operator: "In", values: [namespace] }];
  const matchResources = { namespaceSelector: { matchExpressions } };
  const made = admissionRules(rules)
    .flatMap((rule) => admissionOf(rule, readPackConfig(stage), { today, watched: [] }) ?? [])
    .filter(({ bindings }) => bindings.enforced?.validationActions.includes("Deny"));
  for (const { name, policy, bindings } of made) {
    const metadata = { name };
    await client.create({ apiVersion, kind: "ValidatingAdmissionPolicy", metadata, spec: policy });
    const spec = { ...bindings.enforced, matchResources };
    await client.create({ apiVersion, kind: "ValidatingAdmissionPolicyBinding", metadata, spec });
  }
  // Made after all others, and so known after them.
  await client.create(sentinel);
  await client.create(sentinelBinding);
  const asks = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "sentinel", namespace } };
  const deadline = performance.now() + patience;
  while (!(await isRefused(client, asks)) && performance.now() < deadline) await sleep(100);
}

const sentinel: KubeObject = {
  apiVersion,
  kind: "ValidatingAdmissionPolicy",
  metadata: { name: "sentinel" },
  spec: {
    matchConstraints: {
      resourceRules: [
        { apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"], operations: ["CREATE"] },
      ],
    },
    validations: [{ expression: "object.metadata.name != 'sentinel'", message: "in force" }],
  },
};

const sentinelBinding: KubeObject = {
  apiVersion,
  kind: "ValidatingAdmissionPolicyBinding",
  metadata: { name: "sentinel" },
  spec: { policyName: "sentinel", validationActions: ["Deny"] },
};

async function isRefused(client: KubeClient, object: KubeObject): Promise<boolean> {
  try {
    await client.create(object, { dryRun: true });
    return false;
  } catch (error) {
    if (error instanceof KubeError && /in force/.test(error.message)) return true;
    throw error;
  }
}
