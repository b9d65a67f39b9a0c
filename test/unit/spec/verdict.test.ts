import assert from "node:assert/strict";
import { mayConnect } from "../../../components/spec/verdict";
import type { Endpoint, NetworkPolicy, PodEndpoint } from "../../../components/spec/verdict";

const pod = (namespace: string, app: string, rest: Partial<PodEndpoint> = {}): PodEndpoint => ({
  namespace,
  namespaceLabels: { name: namespace },
  labels: { app },
  ...rest,
});
const web = pod("shop", "web", { ip: "10.0.1.5" });
const api = pod("shop", "api", { ip: "10.0.1.6", ports: { http: 3000 } });
const stranger = pod("other", "web", { ip: "10.0.9.9" });
const internet: Endpoint = { ip: "93.184.216.34" };

const policy = (spec: NetworkPolicy["spec"], namespace = "shop"): NetworkPolicy => ({
  metadata: { namespace },
  spec,
});
const closed = policy({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
const of = (app: string) => ({ podSelector: { matchLabels: { app } } });
const out = (to: NonNullable<NetworkPolicy["spec"]["egress"]>[number]): NetworkPolicy =>
  policy({ ...of("web"), policyTypes: ["Egress"], egress: [to] });
const into = (from: NonNullable<NetworkPolicy["spec"]["ingress"]>[number]): NetworkPolicy =>
  policy({ ...of("api"), policyTypes: ["Ingress"], ingress: [from] });

type Case = [
  title: string,
  policies: NetworkPolicy[],
  from: Endpoint,
  to: Endpoint,
  port: number,
  open: boolean,
];
const toApi = { to: [of("api")], ports: [{ port: 3000 }] };
const fromWeb = { from: [of("web")], ports: [{ port: 3000 }] };

const cases: Case[] = [
  ["everything without policies", [], web, api, 1, true],
  ["nothing under a default deny", [closed], web, api, 3000, false],
  ["nothing into a closed namespace from outside of it", [closed], stranger, api, 3000, false],
  ["nothing out of a closed namespace to an address", [closed], web, internet, 443, false],
  ["what both sides open", [closed, out(toApi), into(fromWeb)], web, api, 3000, true],
  ["not what only the origin opens", [closed, out(toApi)], web, api, 3000, false],
  ["not what only the target opens", [closed, into(fromWeb)], web, api, 3000, false],
  ["not the way back", [closed, out(toApi), into(fromWeb)], api, web, 3000, false],
  ["not another port", [closed, out(toApi), into(fromWeb)], web, api, 3001, false],
  [
    "not pods of the same labels in another namespace",
    [closed, out(toApi), into(fromWeb)],
    stranger,
    api,
    3000,
    false,
  ],
  ["a policy of another namespace closes nothing here", [policy(closed.spec, "other")], web, api, 1, true],
  [
    "pods of a namespace that is selected by its labels",
    [into({ from: [{ namespaceSelector: { matchLabels: { name: "other" } } }] })],
    stranger,
    api,
    3000,
    true,
  ],
  [
    "of that namespace only the pods that are selected too",
    [into({ from: [{ namespaceSelector: { matchLabels: { name: "other" } }, ...of("job") }] })],
    stranger,
    api,
    3000,
    false,
  ],
  [
    "every namespace by an empty selector",
    [into({ from: [{ namespaceSelector: {} }] })],
    stranger,
    api,
    1,
    true,
  ],
  ["everybody by a rule without peers", [into({ ports: [{ port: 3000 }] })], internet, api, 3000, true],
  ["every port by a rule without ports", [into({ from: [of("web")] })], web, api, 9, true],
  ["a range of ports to its end", [into({ ports: [{ port: 3000, endPort: 3005 }] })], web, api, 3005, true],
  [
    "a range of ports not past its end",
    [into({ ports: [{ port: 3000, endPort: 3005 }] })],
    web,
    api,
    3006,
    false,
  ],
  ["a port by its name", [into({ ports: [{ port: "http" }] })], web, api, 3000, true],
  ["a port by its name at its number alone", [into({ ports: [{ port: "http" }] })], web, api, 3001, false],
  ["no port by a name that nobody has", [out({ ports: [{ port: "http" }] })], web, internet, 3000, false],
  [
    "TCP alone, where a port names no protocol",
    [into({ ports: [{ port: 53, protocol: "UDP" }] })],
    web,
    api,
    53,
    false,
  ],
  [
    "an address inside a block",
    [closed, out({ to: [{ ipBlock: { cidr: "93.0.0.0/8" } }] })],
    web,
    internet,
    443,
    true,
  ],
  [
    "an address outside a block",
    [closed, out({ to: [{ ipBlock: { cidr: "94.0.0.0/8" } }] })],
    web,
    internet,
    443,
    false,
  ],
  [
    "an address that a block leaves out",
    [closed, out({ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["93.184.0.0/16"] } }] })],
    web,
    internet,
    443,
    false,
  ],
  ["a pod by its address", [out({ to: [{ ipBlock: { cidr: "10.0.1.0/24" } }] })], web, api, 3000, true],
  [
    "a pod of unknown address by no block",
    [out({ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] })],
    web,
    pod("shop", "api"),
    3000,
    false,
  ],
  [
    "no IPv4 address by a block of IPv6",
    [out({ to: [{ ipBlock: { cidr: "::/0" } }] })],
    web,
    internet,
    443,
    false,
  ],
  [
    "ingress alone is closed by a policy without types and egress rules",
    [policy({ podSelector: {} })],
    web,
    internet,
    443,
    true,
  ],
  ["ingress is closed by a policy without types", [policy({ podSelector: {} })], stranger, api, 1, false],
  [
    "egress is closed by a policy without types that has rules for it",
    [policy({ ...of("web"), egress: [toApi] })],
    web,
    internet,
    443,
    false,
  ],
  [
    "what any of several policies opens",
    [closed, out({ to: [of("db")] }), out(toApi), into(fromWeb)],
    web,
    api,
    3000,
    true,
  ],
];

const byExpression = (operator: string, values?: readonly string[]): NetworkPolicy =>
  into({
    from: [{ podSelector: { matchExpressions: [{ key: "app", operator, ...(values && { values }) }] } }],
  });
for (const [operator, values, open] of [
  ["In", ["web", "job"], true],
  ["In", ["job"], false],
  ["NotIn", ["job"], true],
  ["NotIn", ["web"], false],
  ["Exists", undefined, true],
  ["DoesNotExist", undefined, false],
] as const) {
  cases.push([
    `a pod by ${operator} ${String(values ?? "")}`,
    [byExpression(operator, values)],
    web,
    api,
    1,
    open,
  ]);
}

describe("the verdict over network policies", () => {
  for (const [title, policies, from, to, port, open] of cases) {
    it(`${open ? "opens" : "keeps closed"}: ${title}`, () => {
      assert.equal(mayConnect(policies, from, to, { port }), open);
    });
  }

  it("tells UDP from TCP", () => {
    const dns = [into({ ports: [{ port: 53, protocol: "UDP" }] })];
    assert.equal(mayConnect(dns, web, api, { port: 53, protocol: "UDP" }), true);
    assert.equal(mayConnect(dns, web, api, { port: 53, protocol: "TCP" }), false);
  });

  it("refuses an operator that selectors do not have", () => {
    assert.throws(() => mayConnect([byExpression("Near")], web, api, { port: 1 }), /no operator Near/);
  });
});
