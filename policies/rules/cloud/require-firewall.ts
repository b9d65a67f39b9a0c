import { Graph } from "../../aws/graph";
import { isAbsent } from "../../core/json";
import { stackRule } from "../../core/rule";

const balancers = ["aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer"];
const associations = [
  "aws:wafv2/webAclAssociation:WebAclAssociation",
  "aws:wafregional/webAclAssociation:WebAclAssociation",
];

/** Of load balancers only an application one reads requests and can have a web firewall. */
export const requireFirewall = stackRule({
  name: "aws-lb-load-balancer-require-firewall",
  area: "cloud",
  title: "Public load balancers have a firewall",
  description: "Every application load balancer that faces the internet has a web ACL.",
  level: "advisory",
  mandatoryInProduction: true,
  severity: "high",
  checks: [35],
  ids: [],
  remedy: "Make an aws:wafv2/webAclAssociation:WebAclAssociation with the load balancer's ARN.",
  url: "https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-associating-aws-resource.html",
  judge: (nodes, judgement) => {
    const graph = new Graph(nodes);
    for (const balancer of graph.of(balancers)) {
      judgement.part(() => {
        const { internal, loadBalancerType } = balancer.props;
        // Of type application, and facing the internet, where nothing is said.
        if (internal === true || !(isAbsent(loadBalancerType) || loadBalancerType === "application")) return;
        if (graph.referrers(balancer, "resourceArn", associations).length > 0) return;
        judgement.report(
          "",
          "no web ACL guards the load balancer; associate one with its ARN.",
          balancer.urn,
        );
      });
    }
  },
});
