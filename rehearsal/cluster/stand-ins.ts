/** Something that is not the real thing in an embedded cluster. */
export interface StandIn {
  readonly name: string;
  readonly reason: string;
}

/** What a report must name beside a result that comes from an embedded cluster. */
export const standIns: readonly StandIn[] = [
  {
    name: "nodes and pods (KWOK)",
    reason:
      "pods are scheduled and become Ready, but no container runs: no image, probe or network policy is exercised",
  },
  {
    name: "volumes",
    reason:
      "claims of any StorageClass are bound to volumes without storage, which are always deleted with the claim",
  },
  {
    name: "load balancer addresses",
    reason: "a Service of type LoadBalancer gets a name under .invalid; nothing listens there",
  },
  {
    name: "NodeClass schema (eks.amazonaws.com/v1)",
    reason: "EKS Auto Mode publishes no schema, so the fields of a NodeClass are not checked",
  },
  {
    name: "TargetGroupBinding schema (eks.amazonaws.com/v1, elbv2.k8s.aws/v1beta1)",
    reason:
      "of the fields that are documented only those that the edge uses are known; no controller registers targets",
  },
];
