import * as assert from "node:assert/strict";
import { firewallRules, REQUESTS_PER_ADDRESS } from "../../../components/edge/firewall-rules";
import { targetGroups, trustedHops } from "../../../components/edge/front";
import { LOAD_BALANCER_IDLE_SECONDS } from "../../../components/edge/traffic";
import { zoneOf } from "../../../components/edge/zones";
import { systems } from "../../../infra/systems";
import { value } from "../../support/recorder";
import { ACME, front, hosts, recordEdge } from "./fixtures";

const GATEWAY = "kubernetes:gateway.networking.k8s.io/v1:Gateway";
const CLIENTS = "kubernetes:gateway.envoyproxy.io/v1alpha1:ClientTrafficPolicy";
const PROXY = "kubernetes:gateway.envoyproxy.io/v1alpha1:EnvoyProxy";
const BALANCER = "aws:lb/loadBalancer:LoadBalancer";
const GROUP = "aws:lb/targetGroup:TargetGroup";
const LISTENER = "aws:lb/listener:Listener";
const firewall = { logGroupName: "aws-waf-logs-test", kmsKeyArn: "arn:key" };
const application = { issuer: ACME, front: front("application", { firewall }) };
const network = { issuer: ACME, front: front("network") };

/** What an edge has more with these arguments than without a load balancer. */
async function more(changes: Parameters<typeof recordEdge>[0]): Promise<Record<string, number>> {
  const without = (await recordEdge({ ...changes, front: undefined } as never)).counts();
  const all = (await recordEdge(changes)).counts();
  const types = Object.keys(all).filter((type) => all[type] !== without[type]);
  return Object.fromEntries(types.map((type) => [type, (all[type] ?? 0) - (without[type] ?? 0)]));
}

describe("Edge behind a network load balancer", () => {
  it("adds exactly these objects", async () => {
    assert.deepEqual(await more(network), {
      "slipway:edge:LoadBalancer": 1,
      [BALANCER]: 1,
      [GROUP]: 2,
      [LISTENER]: 2,
      "kubernetes:eks.amazonaws.com/v1:TargetGroupBinding": 2,
    });
  });

  it("stands in the public subnets with the edge's security group, protected, over all zones", async () => {
    assert.deepEqual((await recordEdge(network)).one(BALANCER, "edge-front-balancer").inputs, {
      loadBalancerType: "network",
      internal: false,
      subnets: ["subnet-a", "subnet-b"],
      securityGroups: ["sg-edge"],
      enableDeletionProtection: true,
      enableCrossZoneLoadBalancing: true,
    });
  });

  it("hands connections of both ports on as they are, with the client's own address", async () => {
    const made = await recordEdge(network);
    for (const [key, port, target] of [
      ["https", 443, 10443],
      ["http", 80, 10080],
    ] as const) {
      const { inputs: group } = made.one(GROUP, `edge-front-${key}`);
      assert.deepEqual([group["protocol"], group["port"], group["targetType"]], ["TCP", target, "ip"]);
      assert.equal(group["preserveClientIp"], "true");
      assert.equal(group["vpcId"], "vpc-1");
      assert.equal(group["deregistrationDelay"], 60);
      assert.deepEqual(group["tags"], { "eks:eks-cluster-name": "slipway-test" });
      assert.deepEqual(group["healthCheck"], {
        protocol: "HTTP",
        port: "10080",
        path: "/.well-known/slipway-health",
        matcher: "200",
        interval: 10,
        healthyThreshold: 2,
        unhealthyThreshold: 2,
      });
      const { inputs: listener } = made.one(LISTENER, `edge-front-${key}-listener`);
      assert.deepEqual(listener, {
        loadBalancerArn: "arn:edge-front-balancer",
        port,
        protocol: "TCP",
        tcpIdleTimeoutSeconds: LOAD_BALANCER_IDLE_SECONDS,
        defaultActions: [{ type: "forward", targetGroupArn: `arn:edge-front-${key}` }],
        ...(key === "http" ? { tags: { "slipway:redirects-to": "https" } } : {}),
      });
    }
  });

  it("keeps a listener for each host and trusts no header about the client", async () => {
    const made = await recordEdge(network);
    const { listeners } = made.one(GATEWAY).inputs["spec"] as { listeners: { name: string }[] };
    assert.deepEqual(
      listeners.map(({ name }) => name),
      ["http", "https-daira", "https-noa"],
    );
    assert.equal("clientIPDetection" in made.one(CLIENTS).inputs["spec"], false);
    assert.equal(made.result.httpsListener("noa.example.com"), "https-noa");
  });
});

describe("Edge behind an application load balancer", () => {
  it("adds exactly these objects", async () => {
    assert.deepEqual(await more(application), {
      "slipway:edge:LoadBalancer": 1,
      [BALANCER]: 1,
      [GROUP]: 1,
      [LISTENER]: 2,
      "aws:lb/listenerCertificate:ListenerCertificate": 2,
      "aws:acm/certificate:Certificate": 2,
      "aws:acm/certificateValidation:CertificateValidation": 2,
      "aws:route53/record:Record": 2,
      "aws:wafv2/webAcl:WebAcl": 1,
      "aws:wafv2/webAclAssociation:WebAclAssociation": 1,
      "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": 1,
      "aws:cloudwatch/logGroup:LogGroup": 1,
      "kubernetes:eks.amazonaws.com/v1:TargetGroupBinding": 1,
    });
  });

  it("ends TLS 1.2 or better with the first host's certificate, and has each host's", async () => {
    const made = await recordEdge(application);
    assert.deepEqual(made.one(LISTENER, "edge-front-https-listener").inputs, {
      loadBalancerArn: "arn:edge-front-balancer",
      port: 443,
      protocol: "HTTPS",
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      certificateArn: "arn:edge-front-certificate-daira",
      defaultActions: [{ type: "forward", targetGroupArn: "arn:edge-front-https" }],
    });
    for (const { system } of hosts) {
      assert.deepEqual(
        made.one("aws:lb/listenerCertificate:ListenerCertificate", `edge-front-https-listener-${system}`)
          .inputs,
        {
          listenerArn: "arn:edge-front-https-listener",
          certificateArn: `arn:edge-front-certificate-${system}`,
        },
      );
    }
  });

  it("proves each host's certificate in the host's own zone, and waits until it is issued", async () => {
    const zones = [{ domain: "noa.example.com", hostedZoneId: "Z2" }, { hostedZoneId: "Z1" }];
    const made = await recordEdge({ ...application, issuer: { ...ACME, zones } });
    for (const [system, zoneId] of [
      ["daira", "Z1"],
      ["noa", "Z2"],
    ] as const) {
      const host = `${system}.example.com`;
      const name = `edge-front-certificate-${system}`;
      assert.deepEqual(made.one("aws:acm/certificate:Certificate", name).inputs, {
        domainName: host,
        validationMethod: "DNS",
        keyAlgorithm: "EC_prime256v1",
      });
      assert.deepEqual(made.one("aws:route53/record:Record", `${name}-proof`).inputs, {
        zoneId,
        name: `_proof.${host}.`,
        type: "CNAME",
        records: ["_value.acm-validations.aws."],
        ttl: 300,
      });
      assert.deepEqual(
        made.one("aws:acm/certificateValidation:CertificateValidation", `${name}-validation`).inputs,
        {
          certificateArn: `arn:${name}`,
          validationRecordFqdns: [`fqdn:${name}-proof`],
        },
      );
    }
  });

  it("answers plain HTTP with a permanent redirect and nothing else", async () => {
    assert.deepEqual((await recordEdge(application)).one(LISTENER, "edge-front-http-listener").inputs, {
      loadBalancerArn: "arn:edge-front-balancer",
      port: 80,
      protocol: "HTTP",
      defaultActions: [
        { type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } },
      ],
    });
  });

  it("encrypts to the proxies, which take every host on one listener, for it names none when it calls", async () => {
    const made = await recordEdge(application);
    const { inputs: group } = made.one(GROUP);
    assert.deepEqual([group["protocol"], group["port"]], ["HTTPS", 10443]);
    assert.equal("preserveClientIp" in group, false);
    assert.deepEqual([group["healthCheck"].protocol, group["healthCheck"].port], ["HTTPS", "traffic-port"]);
    const { listeners } = made.one(GATEWAY).inputs["spec"] as { listeners: { name: string }[] };
    assert.deepEqual(listeners[1], {
      name: "https",
      port: 443,
      protocol: "HTTPS",
      tls: {
        mode: "Terminate",
        certificateRefs: hosts.map(({ system }) => ({ kind: "Secret", name: `${system}-tls` })),
      },
      allowedRoutes: {
        kinds: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute" }],
        namespaces: {
          from: "Selector",
          selector: { matchExpressions: [{ key: "slipway.dev/system", operator: "Exists" }] },
        },
      },
    });
    assert.equal(listeners.length, 2);
    for (const { host } of hosts) assert.equal(made.result.httpsListener(host), "https");
    assert.throws(() => made.result.httpsListener("other.example.com"), /no listener for the host/);
  });

  it("believes what the load balancer adds about the client, and not what the client says of itself", async () => {
    const { spec } = (await recordEdge(application)).one(CLIENTS).inputs;
    assert.deepEqual(spec.clientIPDetection, { xForwardedFor: { numTrustedHops: 1 } });
  });

  it("waits for silence as long as it can, and the proxies longer", async () => {
    const made = await recordEdge(application);
    const { idleTimeout, dropInvalidHeaderFields } = made.one(BALANCER).inputs;
    assert.deepEqual([idleTimeout, dropInvalidHeaderFields], [4000, true]);
    const { idleTimeout: proxies } = made.one(CLIENTS).inputs["spec"].timeout.http;
    assert.ok(Number.parseInt(String(proxies), 10) * 60 > LOAD_BALANCER_IDLE_SECONDS);
  });

  it("is guarded by the firewall, whose log is encrypted and has no session in it", async () => {
    const made = await recordEdge(application);
    assert.deepEqual(made.one("aws:wafv2/webAclAssociation:WebAclAssociation").inputs, {
      resourceArn: "arn:edge-front-balancer",
      webAclArn: "arn:edge-front-firewall",
    });
    assert.deepEqual(made.one("aws:cloudwatch/logGroup:LogGroup").inputs, {
      name: "aws-waf-logs-test",
      retentionInDays: 30,
      kmsKeyId: "arn:key",
    });
    const logging = made.one("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration").inputs;
    assert.deepEqual(logging["logDestinationConfigs"], ["arn:edge-front-firewall-log"]);
    assert.deepEqual(logging["redactedFields"], [
      { singleHeader: { name: "authorization" } },
      { singleHeader: { name: "cookie" } },
    ]);
    const { defaultAction, scope, rules } = made.one("aws:wafv2/webAcl:WebAcl").inputs;
    assert.deepEqual([defaultAction, scope, rules.length], [{ allow: {} }, "REGIONAL", 5]);
  });
});

describe("the proxies of an edge with a load balancer of its own", () => {
  it("stand behind a Service that no controller makes a load balancer for", async () => {
    for (const changes of [network, application]) {
      const { kubernetes } = (await recordEdge(changes)).one(PROXY).inputs["spec"].provider;
      assert.deepEqual(kubernetes.envoyService, { type: "ClusterIP", name: "slipway-edge" });
    }
  });

  it("are registered by whoever the cluster has for it, after the gateway that they belong to", async () => {
    for (const [binder, api, tags] of [
      ["auto", "eks.amazonaws.com/v1", { "eks:eks-cluster-name": "slipway-test" }],
      ["managed", "elbv2.k8s.aws/v1beta1", {}],
    ] as const) {
      const made = await recordEdge({ issuer: ACME, front: front("application", { binder }) });
      const binding = made.one(`kubernetes:${api}:TargetGroupBinding`, "edge-targets-https");
      assert.deepEqual(binding.inputs["metadata"].namespace, "envoy-gateway-system");
      assert.deepEqual(binding.inputs["spec"], {
        serviceRef: { name: "slipway-edge", port: 443 },
        targetGroupARN: "arn:edge-front-https",
        targetType: "ip",
      });
      assert.ok(binding.dependsOn.includes(made.one(GATEWAY).urn));
      assert.deepEqual(made.one(GROUP).inputs["tags"], tags);
    }
  });

  it("need no load balancer where there is no host", async () => {
    const made = await recordEdge({ ...application, hosts: [] });
    assert.equal(
      made.resources.some(({ type }) => type.startsWith("aws:")),
      false,
    );
    assert.equal(made.result.address, undefined);
  });

  it("are found under the load balancer's name", async () => {
    assert.equal(await value((await recordEdge(network)).result.address!), "edge.elb.example.com");
  });

  it("leave the other hosts' objects as they are when one more comes", async () => {
    const before = await recordEdge(application);
    const third = { system: "kova", host: "kova.example.com" };
    const after = await recordEdge({ ...application, hosts: [...hosts, third] });
    const shared = [GATEWAY];
    for (const { type, name, inputs } of before.resources) {
      if (shared.includes(type)) continue;
      assert.deepEqual(after.one(type, name).inputs, inputs, name);
    }
  });
});

describe("the plan of a load balancer", () => {
  it("trusts one hop behind an ALB and none elsewhere", () => {
    assert.deepEqual([trustedHops("application"), trustedHops("network"), trustedHops(undefined)], [1, 0, 0]);
  });

  it("checks every group at a port that answers without a host's name", () => {
    for (const { healthCheck } of targetGroups("network")) {
      assert.deepEqual([healthCheck.protocol, healthCheck.port], ["HTTP", "10080"]);
    }
  });
});

describe("the firewall's rules", () => {
  it("are the rate of an address and then AWS's groups, each with a priority of its own", () => {
    const rules = firewallRules() as { name: string; priority: number }[];
    assert.deepEqual(
      rules.map(({ name, priority }) => [priority, name]),
      [
        [0, "rate-per-address"],
        [1, "AWSManagedRulesAmazonIpReputationList"],
        [2, "AWSManagedRulesKnownBadInputsRuleSet"],
        [3, "AWSManagedRulesCommonRuleSet"],
        [4, "AWSManagedRulesSQLiRuleSet"],
      ],
    );
  });

  it("block by rate, and count the one rule that would refuse bodies which routes allow", () => {
    const [rate, ...groups] = firewallRules() as any[]; // eslint-disable-line @typescript-eslint/no-explicit-any
    assert.deepEqual(rate.action, { block: {} });
    assert.deepEqual(rate.statement.rateBasedStatement, {
      limit: REQUESTS_PER_ADDRESS,
      aggregateKeyType: "IP",
      evaluationWindowSec: 300,
    });
    for (const { name, overrideAction, statement } of groups) {
      assert.deepEqual(overrideAction, { none: {} });
      const { ruleActionOverrides } = statement.managedRuleGroupStatement;
      assert.deepEqual(
        ruleActionOverrides,
        name === "AWSManagedRulesCommonRuleSet"
          ? [{ name: "SizeRestrictions_BODY", actionToUse: { count: {} } }]
          : undefined,
      );
    }
  });

  it("let through what the systems' own limits let through", () => {
    const seconds = { second: 1, minute: 60, hour: 3600 };
    for (const { name, rateLimits = {} } of Object.values(systems)) {
      for (const { requests, per } of Object.values(rateLimits))
        assert.ok((requests / seconds[per]) * 300 <= REQUESTS_PER_ADDRESS, name);
    }
  });
});

describe("the zone of a host", () => {
  const zones = [
    { domain: "example.com", hostedZoneId: "Z1" },
    { domain: "shop.example.com", hostedZoneId: "Z2" },
  ];
  for (const [host, zone] of [
    ["example.com", "Z1"],
    ["a.example.com", "Z1"],
    ["shop.example.com", "Z2"],
    ["a.shop.example.com", "Z2"],
    ["myshop.example.com", "Z1"],
  ] as const) {
    it(`of ${host} is ${zone}`, () => assert.equal(zoneOf(host, zones).hostedZoneId, zone));
  }

  it("is the one without a domain for every other host", () => {
    assert.equal(zoneOf("other.test", [...zones, { hostedZoneId: "Z3" }]).hostedZoneId, "Z3");
    assert.equal(zoneOf("a.example.com", [{ hostedZoneId: "Z3" }, ...zones]).hostedZoneId, "Z1");
  });

  it("is refused where there is none, for a domain that only ends alike too", () => {
    assert.throws(
      () => zoneOf("badexample.com", zones),
      /no zone holds the host badexample\.com; allowed: hosts of example\.com, shop\.example\.com/,
    );
    assert.throws(() => zoneOf("a.test", []), /none is named/);
  });
});
