import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { platformLabels } from "../common/labels";
import { priorities } from "../common/priorities";
import type { Priority } from "../common/priorities";

const descriptions: Readonly<Record<Priority, string>> = {
  store: "Stores of the systems: every service of a system needs them.",
  critical: "Services of systems of the tier critical.",
  standard: "Services of systems of the tier standard.",
  job: "Jobs and migrations: they wait for room and push no other pod aside.",
};

/** The priority classes that pods of every system name; one set for the cluster. */
export class PriorityClasses extends pulumi.ComponentResource {
  constructor(
    name: string,
    args: { readonly provider: k8s.Provider; readonly stage: string },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(
      "slipway:workload:PriorityClasses",
      name,
      {},
      pulumi.mergeOptions(opts, { providers: [args.provider] }),
    );
    for (const [priority, { name: className, value }] of Object.entries(priorities)) {
      new k8s.scheduling.v1.PriorityClass(
        `${name}-${priority}`,
        {
          metadata: { name: className, labels: platformLabels(className, "priority", args.stage) },
          value,
          description: descriptions[priority as Priority],
          globalDefault: false,
          preemptionPolicy: priority === "job" ? "Never" : "PreemptLowerPriority",
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
