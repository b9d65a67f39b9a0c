import type { types } from "@pulumi/kubernetes";
import { isStateful } from "../spec/services";
import type { ScalingRules, ServiceSpec } from "../spec/types";

type Behavior = types.input.autoscaling.v2.HorizontalPodAutoscalerBehavior;

/** Whether an autoscaler owns the number of pods. */
export function isScaled({ replicas, scaleOn }: ServiceSpec): boolean {
  return scaleOn !== undefined && replicas.max > replicas.min;
}

/** The autoscaler of a service, over the request of each resource that `scaleOn` names. */
export function autoscalerSpec(
  name: string,
  service: ServiceSpec,
): types.input.autoscaling.v2.HorizontalPodAutoscalerSpec {
  const { replicas, scaleOn } = service;
  const kind = isStateful(service) ? "StatefulSet" : "Deployment";
  return {
    scaleTargetRef: { apiVersion: "apps/v1", kind, name },
    minReplicas: replicas.min,
    maxReplicas: replicas.max,
    metrics: (["cpu", "memory"] as const).flatMap((resource) => {
      const averageUtilization = scaleOn?.[resource];
      return averageUtilization === undefined
        ? []
        : [
            {
              type: "Resource",
              resource: { name: resource, target: { type: "Utilization", averageUtilization } },
            },
          ];
    }),
    ...(scaleOn?.behavior === undefined ? {} : { behavior: behavior(scaleOn.behavior) }),
  };
}

function behavior({
  scaleUp,
  scaleDown,
}: NonNullable<NonNullable<ServiceSpec["scaleOn"]>["behavior"]>): Behavior {
  return {
    ...(scaleUp === undefined ? {} : { scaleUp: rules(scaleUp) }),
    ...(scaleDown === undefined ? {} : { scaleDown: rules(scaleDown) }),
  };
}

function rules({ policies, ...rest }: ScalingRules): types.input.autoscaling.v2.HPAScalingRules {
  return {
    ...rest,
    ...(policies === undefined ? {} : { policies: policies.map((policy) => ({ ...policy })) }),
  };
}
