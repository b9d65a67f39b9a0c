import { at, fields, isAbsent, list, shown } from "../../core/json";
import type { Judgement } from "../../core/judgement";
import { Lookup } from "../../core/lookup";
import { stackRule } from "../../core/rule";
import type { Node } from "../../core/rule";
import { backendsOf, gatewayKey, gatewaysOf, listenersOf, parentsOf } from "../../kubernetes/gateways";
import { Cluster } from "../../kubernetes/graph";
import type { Registered } from "../../kubernetes/graph";
import { isEncrypted } from "./require-tls-on-load-balancers";

/**
 * What the graph tells of every way from outside to a Service: by a route and the listeners that take it, by a Service
 * that has an address outside itself, and by a load balancer whose target group it is bound to.
 */
export const requireTlsOnServices = stackRule({
  name: "slipway-stack-service-require-tls",
  area: "tls",
  title: "Services are reached by TLS",
  description: "No Service is reachable from outside the cluster without TLS.",
  level: "mandatory",
  severity: "critical",
  checks: [34],
  ids: ["CIS 5.4.5"],
  remedy: "Publish the Service by a route on an HTTPS listener of a Gateway, and leave its type ClusterIP.",
  url: "https://gateway-api.sigs.k8s.io/guides/tls/",
  judge: (graph, judgement) => {
    const cluster = new Cluster(graph, judgement);
    judgeRoutes(cluster, judgement);
    for (const service of cluster.all("/Service")) judgement.part(() => judgeService(service, judgement));
    judgeBindings(cluster, graph, judgement);
  },
});

const routeKinds = ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"] as const;

function judgeRoutes(cluster: Cluster, judgement: Judgement): void {
  const gateways = gatewaysOf(cluster);
  const namespaces = new Lookup(cluster.all("/Namespace"), ({ name }) => [name]);
  for (const route of cluster.all(
    ...routeKinds.map((kind) => `gateway.networking.k8s.io/${kind}` as const),
  )) {
    judgement.part(() => {
      const [backend] = backendsOf(route);
      if (backend === undefined) return;
      for (const parent of parentsOf(route)) {
        judgement.part(() => {
          // Of a gateway that others make nothing is known but the listener's name, which another rule looks at.
          const [gateway] = gateways.matches([gatewayKey(parent)]);
          if (gateway === undefined) return;
          for (const listener of listenersOf(route, parent, gateway, namespaces)) {
            const { protocol, name } = listener;
            if (protocol === "HTTPS" || protocol === "TLS") continue;
            route.report(
              judgement,
              parent.path,
              `${route.label} leads to ${backend} from listener ${shown(name)} of ${gateway.label}, whose protocol is ${shown(protocol)}; name a listener of HTTPS or TLS in sectionName.`,
            );
          }
        });
      }
    });
  }
}

const encrypted = new Set(["https", "tls", "kubernetes.io/wss"]);

function judgeService(service: Registered, judgement: Judgement): void {
  const type = service.spec("type");
  const external = list(service.spec("externalIPs")).length > 0;
  if (type !== "LoadBalancer" && type !== "NodePort" && !external) return;
  const way = external ? "externalIPs" : `type ${String(type)}`;
  list(service.spec("ports")).forEach((entry, index) => {
    judgement.part(() => {
      const { appProtocol, port, name } = fields(entry);
      if (port === 443 || (typeof appProtocol === "string" && encrypted.has(appProtocol))) return;
      if (type === "LoadBalancer" && endsTls(service, [port, name])) return;
      service.report(
        judgement,
        `spec.ports[${index}]`,
        `${service.label} has ${way}, and its port ${shown(port)} is reached from outside without TLS; make it a ClusterIP behind a Gateway, or say appProtocol https where the pods speak TLS.`,
      );
    });
  });
}

/** Whether Amazon's load balancer ends TLS for a port, by the annotations of its controller. */
function endsTls(service: Registered, names: readonly unknown[]): boolean {
  const annotation = (key: string): unknown =>
    at(
      service.object.fields,
      "metadata",
      "annotations",
      `service.beta.kubernetes.io/aws-load-balancer-${key}`,
    );
  if (isAbsent(annotation("ssl-cert"))) return false;
  const ports = annotation("ssl-ports");
  if (isAbsent(ports) || ports === "*") return true;
  const listed = typeof ports === "string" ? ports.split(",").map((port) => port.trim()) : [];
  return names.some(
    (name) => (typeof name === "number" || typeof name === "string") && listed.includes(String(name)),
  );
}

function judgeBindings(cluster: Cluster, graph: readonly Node[], judgement: Judgement): void {
  const bindings = cluster.all("eks.amazonaws.com/TargetGroupBinding", "elbv2.k8s.aws/TargetGroupBinding");
  if (bindings.length === 0) return;
  const nodes = (...types: readonly string[]): readonly Node[] =>
    graph.filter(({ type }) => types.includes(type));
  const listeners = nodes("aws:lb/listener:Listener", "aws:alb/listener:Listener");
  const byTarget = new Lookup(listeners, ({ props }) => targetsOf(props["defaultActions"]));
  const rules = nodes("aws:lb/listenerRule:ListenerRule", "aws:alb/listenerRule:ListenerRule");
  const ruleByTarget = new Lookup(rules, ({ props }) => targetsOf(props["actions"]));
  for (const binding of bindings) {
    const bound = (): string => {
      const arn = binding.spec("targetGroupARN");
      return typeof arn === "string" ? arn : "";
    };
    const report = (listener: Node): void => {
      if (isEncrypted(listener.props)) return;
      const { protocol, port } = listener.props;
      const service = at(binding.object.fields, "spec", "serviceRef", "name");
      binding.report(
        judgement,
        "spec.targetGroupARN",
        `${binding.label} puts Service ${shown(service)} behind listener ${listener.name} of protocol ${shown(protocol)} on port ${shown(port)}, which is not encrypted; forward from a listener of HTTPS or TLS.`,
      );
    };
    judgement.part(() => byTarget.matches([bound()]).forEach(report));
    judgement.part(() => {
      for (const { props } of ruleByTarget.matches([bound()])) {
        const arn = props["listenerArn"];
        judgement.part(() => listeners.filter((listener) => listener.props["arn"] === arn).forEach(report));
      }
    });
  }
}

/** ARNs of the target groups that actions of a listener forward to. */
function targetsOf(actions: unknown): readonly string[] {
  return list(actions)
    .flatMap((action) => [
      at(action, "targetGroupArn"),
      ...list(at(action, "forward", "targetGroups")).map((group) => at(group, "arn")),
    ])
    .filter((arn): arn is string => typeof arn === "string");
}
