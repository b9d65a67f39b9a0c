import type { KubeObject } from "../kube/client";
import { checkBindings } from "./access";
import { checkCertificates } from "./certificates";
import { checkConfiguration } from "./configuration";
import type { Finding } from "./finding";
import { checkGateways } from "./gateways";
import { checkMonitors } from "./monitors";
import { checkPods } from "./pods";
import { checkNetworkPolicies } from "./policies";
import { checkRoutes } from "./routes";
import { checkBudgets, checkScalers } from "./scaling";
import { checkServices } from "./services";
import { checkStorage } from "./storage";
import { checkTargetGroupBindings, checkTrafficPolicies } from "./traffic";
import { World } from "./world";

export type { Finding } from "./finding";
export { snapshotObjects } from "./snapshot";

const checks: readonly ((world: World) => Iterable<Finding>)[] = [
  checkConfiguration,
  checkPods,
  checkStorage,
  checkServices,
  checkNetworkPolicies,
  checkBudgets,
  checkScalers,
  checkGateways,
  checkRoutes,
  checkTrafficPolicies,
  checkTargetGroupBindings,
  checkCertificates,
  checkBindings,
  checkMonitors,
];

/**
 * Finds every reference that names nothing, among objects that the API server took: it checks the shape of an object,
 * and hardly ever what the object refers to.
 *
 * @param objects All objects of a cluster, or of the namespaces that matter and those that they refer to.
 */
export function checkIntegrity(objects: readonly KubeObject[]): Finding[] {
  const world = new World(objects);
  return checks.flatMap((check) => [...check(world)]);
}
