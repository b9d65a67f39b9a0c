import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Rule } from "../../policies/core/rule";
import type { ClusterContract } from "../common/contracts";
import { labels, PLATFORM } from "../common/labels";
import type { AdmissionOptions, PackConfig } from "./admission";
import { admissionOf, admissionRules } from "./admission";

/** What {@link AdmissionPolicies} are made from. */
export interface AdmissionPoliciesArgs extends AdmissionOptions {
  readonly cluster: Pick<ClusterContract, "provider" | "ready">;
  /** E.g. `production`. */
  readonly stage: string;
  /** The pack; rules without a form for the API server are left out. */
  readonly rules: readonly Rule[];
  /** Levels, parameters and exemptions, the same that the pack itself is given. */
  readonly config: PackConfig;
}

/**
 * The rules of the pack inside the cluster: for each that the API server can hold a ValidatingAdmissionPolicy, a binding
 * that enforces it, and one that only warns in namespaces that are watched. One set for the cluster.
 *
 * The API server has no calendar: an exemption that has ended holds in the cluster until the next update of the stack.
 */
export class AdmissionPolicies extends pulumi.ComponentResource {
  /** Names of the policies: those of their rules. */
  readonly policies: readonly string[];

  constructor(name: string, args: AdmissionPoliciesArgs, opts?: pulumi.ComponentResourceOptions) {
    const { cluster, stage, rules, config } = args;
    const admissions = admissionRules(rules).flatMap((rule) => {
      const admission = admissionOf(rule, config, args);
      return admission === undefined ? [] : [{ ...admission, rule }];
    });
    super(
      "slipway:security:AdmissionPolicies",
      name,
      {},
      pulumi.mergeOptions(opts, { providers: [cluster.provider] }),
    );

    const ownLabels = labels({
      system: PLATFORM,
      name: "admission",
      component: "policy",
      owner: "platform",
      stage,
    });
    for (const { rule, policy, bindings } of admissions) {
      const made = new k8s.admissionregistration.v1.ValidatingAdmissionPolicy(
        `${name}-${rule.name}`,
        {
          metadata: {
            name: rule.name,
            labels: ownLabels,
            annotations: { "kubernetes.io/description": `${rule.description} ${rule.url}` },
          },
          spec: policy,
        },
        { parent: this, dependsOn: [...cluster.ready] },
      );
      for (const [purpose, spec] of Object.entries(bindings)) {
        new k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
          `${name}-${rule.name}-${purpose}`,
          {
            metadata: { name: `${rule.name}-${purpose}`, labels: ownLabels },
            spec: { ...spec, policyName: made.metadata.name },
          },
          { parent: this },
        );
      }
    }

    this.policies = admissions.map(({ rule }) => rule.name);
    this.registerOutputs({ policies: this.policies });
  }
}
