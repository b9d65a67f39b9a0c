import { between, block, list, matches, number, oneOf, ref, text } from "../fields";
import type { AccountObject } from "../account";
import type { Model, Situation } from "../model";
import { textOf } from "../values";
import { isIssued } from "./certificates";
import { T } from "./tokens";

const ENCRYPTED = ["HTTPS", "TLS"];
/** Protocols of the groups that a listener may forward to. */
const FORWARDS: Readonly<Record<string, readonly string[]>> = {
  HTTP: ["HTTP", "HTTPS"],
  HTTPS: ["HTTP", "HTTPS"],
  TCP: ["TCP"],
  TLS: ["TCP", "TLS"],
};
const LISTENS: Readonly<Record<string, readonly string[]>> = {
  application: ["HTTP", "HTTPS"],
  network: ["TCP", "TLS"],
};
/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const MOST_CERTIFICATES = 25;

/** @throws AwsError when ACM has not issued the certificate, which nothing proves to be ours yet. */
function checkIssued(s: Situation, arn: string | undefined): void {
  const certificate = s.account.find(T.certificate, "arn", arn ?? "");
  if (certificate === undefined || isIssued(certificate, s.account)) return;
  s.refuse(
    "UnsupportedCertificate",
    `The certificate '${certificate.id}' must be issued: it waits for validation`,
  );
}

const listener: Model = {
  type: T.listener,
  tags: true,
  fields: {
    certificateArn: ref(T.certificate, {}, "arn"),
    defaultActions: list(
      block({
        order: number({ computed: true, check: between(1, 50000) }),
        redirect: block({
          host: text({ default: "#{host}" }),
          path: text({ default: "/#{path}" }),
          port: text({ default: "#{port}" }),
          protocol: text({ default: "#{protocol}", check: oneOf("#{protocol}", "HTTP", "HTTPS") }),
          query: text({ default: "#{query}" }),
          statusCode: text({ required: true, check: oneOf("HTTP_301", "HTTP_302") }),
        }),
        targetGroupArn: ref(T.targetGroup, {}, "arn"),
        type: text({ required: true, check: oneOf("forward", "redirect") }),
      }),
      { required: true },
    ),
    loadBalancerArn: ref(T.loadBalancer, { required: true, forceNew: true }, "arn"),
    port: number({ check: between(1, 65535) }),
    protocol: text({ computed: true, check: oneOf("HTTP", "HTTPS", "TCP", "TLS") }),
    sslPolicy: text({
      computed: true,
      check: matches(
        /^ELBSecurityPolicy-[A-Za-z0-9-]+$/,
        "must be the name of a policy, ELBSecurityPolicy-…",
      ),
    }),
    tcpIdleTimeoutSeconds: number({ computed: true, check: between(60, 6000) }),
  },
  computed: ["arn"],
  goesWith: { field: "loadBalancerArn", type: T.loadBalancer, by: "arn" },
  *rules(view) {
    const protocol = view.text("protocol") ?? "";
    const isEncrypted = ENCRYPTED.includes(protocol);
    for (const field of ["certificateArn", "sslPolicy"])
      if (!isEncrypted && protocol !== "" && view.has(field))
        yield { property: field, reason: `${field} does not go with ${protocol}` };
    if (isEncrypted && !view.has("certificateArn"))
      yield { property: "certificateArn", reason: `a listener of ${protocol} needs certificateArn` };
    if (protocol !== "TCP" && view.has("tcpIdleTimeoutSeconds"))
      yield { property: "tcpIdleTimeoutSeconds", reason: "tcpIdleTimeoutSeconds goes with TCP alone" };
    for (const action of view.blocks("defaultActions")) {
      const needs = action.text("type") === "redirect" ? "redirect" : "targetGroupArn";
      if (!action.has(needs))
        yield {
          property: "defaultActions",
          reason: `an action of type ${action.text("type") ?? ""} needs ${needs}`,
        };
    }
  },
  id: (s) =>
    s.arn(
      "elasticloadbalancing",
      `${(s.view.text("loadBalancerArn") ?? "")
        .split(":")
        .slice(5)
        .join(":")
        .replace(/^loadbalancer/, "listener")}/${s.hex(16)}`,
    ),
  outputs: (s) => ({
    arn: s.id,
    protocol: s.view.text("protocol") ?? "HTTP",
    sslPolicy: s.view.text("sslPolicy") ?? "",
    tcpIdleTimeoutSeconds: s.view.number("tcpIdleTimeoutSeconds") ?? 350,
  }),
  admit(s) {
    const balancer = s.account.find(T.loadBalancer, "arn", s.view.text("loadBalancerArn") ?? "");
    const protocol = s.view.text("protocol");
    const kind = textOf(balancer?.attributes["loadBalancerType"]);
    if (balancer !== undefined && protocol !== undefined && LISTENS[kind]?.includes(protocol) === false)
      s.refuse("UnsupportedProtocol", `a load balancer of type ${kind} does not listen by ${protocol}`);
    for (const action of s.view.blocks("defaultActions"))
      checkForward(s, balancer, action.text("targetGroupArn"));
    checkIssued(s, s.view.text("certificateArn"));
    const twin = s.account
      .all(T.listener)
      .find(
        ({ attributes }) =>
          attributes["loadBalancerArn"] === balancer?.attributes["arn"] &&
          attributes["port"] === s.view.number("port"),
      );
    if (balancer !== undefined && twin !== undefined && s.verb === "creating")
      s.refuse(
        "DuplicateListener",
        `A listener already exists on this port for this load balancer '${balancer.id}'`,
      );
  },
};

function checkForward(s: Situation, balancer: AccountObject | undefined, arn: string | undefined): void {
  const group = arn === undefined ? undefined : s.account.find(T.targetGroup, "arn", arn);
  if (group === undefined || balancer === undefined) return;
  const protocol = s.view.text("protocol") ?? "";
  const own = textOf(group.attributes["protocol"]);
  if (FORWARDS[protocol]?.includes(own) === false)
    s.refuse(
      "InvalidConfigurationRequest",
      `a listener of ${protocol} cannot forward to a target group of ${own}`,
    );
  if (group.attributes["vpcId"] !== balancer.attributes["vpcId"])
    s.refuse(
      "InvalidConfigurationRequest",
      `the target group '${group.id}' is in another VPC than the load balancer`,
    );
}

const listenerCertificate: Model = {
  type: T.listenerCertificate,
  fields: {
    certificateArn: ref(T.certificate, { required: true, forceNew: true }, "arn"),
    listenerArn: ref(T.listener, { required: true, forceNew: true }, "arn"),
  },
  computed: [],
  goesWith: { field: "listenerArn", type: T.listener, by: "arn" },
  id: (s) => `${s.view.text("listenerArn") ?? ""}_${s.view.text("certificateArn") ?? ""}`,
  admit(s) {
    const owner = s.account.find(T.listener, "arn", s.view.text("listenerArn") ?? "");
    if (owner === undefined) return;
    const protocol = textOf(owner.attributes["protocol"]);
    if (!ENCRYPTED.includes(protocol))
      s.refuse("OperationNotPermitted", `a listener of ${protocol} takes no certificate`);
    checkIssued(s, s.view.text("certificateArn"));
    const others = s.account
      .all(T.listenerCertificate)
      .filter(({ attributes }) => attributes["listenerArn"] === owner.attributes["arn"]);
    if (others.length >= MOST_CERTIFICATES)
      s.refuse(
        "TooManyCertificates",
        `a listener takes ${MOST_CERTIFICATES} certificates besides its default`,
      );
  },
};

export const listenerModels: readonly Model[] = [listener, listenerCertificate];
