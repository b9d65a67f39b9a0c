import { between, block, flag, matches, number, oneOf, ref, set, text } from "../fields";
import type { AccountObject, AccountView } from "../account";
import type { Model, Situation } from "../model";
import { textOf } from "../values";
import { T } from "./tokens";

const domain = matches(
  /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
  "must be a domain in lower case",
);

interface Proof {
  readonly resourceRecordName: string;
  readonly resourceRecordType: string;
  readonly resourceRecordValue: string;
}

function proofsOf(certificate: AccountObject): readonly Proof[] {
  return certificate.attributes["domainValidationOptions"] as unknown as readonly Proof[];
}

/** Whether every record that proves a certificate's domains stands in some zone: ACM issues it then. */
export function isIssued(certificate: AccountObject, account: AccountView): boolean {
  return proofsOf(certificate).every(({ resourceRecordName, resourceRecordType, resourceRecordValue }) =>
    account.all(T.record).some(({ attributes }) => {
      const records: unknown = attributes["records"];
      return (
        attributes["fqdn"] === withoutDot(resourceRecordName) &&
        attributes["type"] === resourceRecordType &&
        Array.isArray(records) &&
        records.includes(resourceRecordValue)
      );
    }),
  );
}

function withoutDot(name: string): string {
  return name.replace(/\.$/, "").toLowerCase();
}

const certificate: Model = {
  type: T.certificate,
  tags: true,
  fields: {
    domainName: text({ required: true, forceNew: true, check: domain }),
    keyAlgorithm: text({
      computed: true,
      forceNew: true,
      check: oneOf("RSA_2048", "EC_prime256v1", "EC_secp384r1"),
    }),
    subjectAlternativeNames: set(text({ check: domain }), { computed: true, forceNew: true }),
    validationMethod: text({ required: true, forceNew: true, check: oneOf("DNS", "EMAIL") }),
  },
  computed: [
    "arn",
    "domainValidationOptions",
    "notAfter",
    "notBefore",
    "pendingRenewal",
    "renewalEligibility",
    "renewalSummaries",
    "status",
    "type",
    "validationEmails",
  ],
  id(s) {
    const digits = s.hex(32);
    const parts = [8, 12, 16, 20, 32].map((end, index) => digits.slice([0, 8, 12, 16, 20][index], end));
    return s.arn("acm", `certificate/${parts.join("-")}`);
  },
  outputs(s) {
    const name = s.view.text("domainName") ?? "";
    const domains = [...new Set([name, ...s.view.texts("subjectAlternativeNames")])];
    return {
      arn: s.id,
      domainValidationOptions:
        s.view.text("validationMethod") === "DNS"
          ? domains.map((domainName) => ({
              domainName,
              resourceRecordName: `_${s.hex(32, domainName)}.${domainName.replace(/^\*\./, "")}.`,
              resourceRecordType: "CNAME",
              resourceRecordValue: `_${s.hex(32, `value ${domainName}`)}.${s.hex(10, "validations")}.acm-validations.aws.`,
            }))
          : [],
      keyAlgorithm: s.view.text("keyAlgorithm") ?? "RSA_2048",
      notAfter: "",
      notBefore: "",
      pendingRenewal: false,
      renewalEligibility: "INELIGIBLE",
      renewalSummaries: [],
      status: "PENDING_VALIDATION",
      subjectAlternativeNames: domains,
      type: "AMAZON_ISSUED",
      validationEmails: [],
    };
  },
  release(s) {
    const user = [...s.account.all(T.listener), ...s.account.all(T.listenerCertificate)].find(
      ({ attributes }) => attributes["certificateArn"] === s.id,
    );
    if (user !== undefined)
      s.refuse("ResourceInUseException", `Certificate ${s.id} is in use by ${user.id}.`);
  },
};

const certificateValidation: Model = {
  type: T.certificateValidation,
  fields: {
    certificateArn: ref(T.certificate, { required: true, forceNew: true }, "arn"),
    validationRecordFqdns: set(text(), { forceNew: true }),
  },
  computed: [],
  goesWith: { field: "certificateArn", type: T.certificate, by: "arn" },
  // The real one is the time of issue, which two certificates may share.
  id: (s) => `issued ${s.view.text("certificateArn") ?? ""}`,
  admit(s) {
    const target = s.account.find(T.certificate, "arn", s.view.text("certificateArn") ?? "");
    if (target === undefined) return;
    const missing = proofsOf(target)
      .map(({ resourceRecordName }) => withoutDot(resourceRecordName))
      .find(
        (name) =>
          s.view.has("validationRecordFqdns") && !s.view.texts("validationRecordFqdns").includes(name),
      );
    if (missing !== undefined && !s.view.unknown("validationRecordFqdns"))
      s.refuse("MissingValidationRecord", `missing DNS validation record: ${missing}`);
    if (!isIssued(target, s.account))
      s.refuse(
        "ValidationTimedOut",
        `the certificate ${target.id} is not issued: no record proves its domains`,
      );
  },
};

// Zones are made outside of the stack, so one is checked by its form alone.
const record: Model = {
  type: T.record,
  global: true,
  fields: {
    allowOverwrite: flag({ computed: true }),
    name: text({
      required: true,
      forceNew: true,
      check: matches(/^[A-Za-z0-9_*.-]{1,255}$/, "must be a name of DNS"),
    }),
    records: set(text()),
    ttl: number({ check: between(0, 2147483647) }),
    type: text({ required: true, check: oneOf("A", "AAAA", "CAA", "CNAME", "MX", "NS", "SRV", "TXT") }),
    zoneId: text({
      required: true,
      forceNew: true,
      check: matches(/^Z[A-Z0-9]{1,31}$/, "must be the id of a hosted zone"),
    }),
    aliases: set(
      block({
        evaluateTargetHealth: flag({ required: true }),
        name: text({ required: true }),
        zoneId: text({ required: true }),
      }),
    ),
  },
  computed: ["fqdn"],
  *rules(view) {
    if (view.has("records") === view.has("aliases"))
      yield { property: "records", reason: "a record needs either records or aliases" };
    if (view.has("records") && !view.has("ttl")) yield { property: "ttl", reason: "records need a ttl" };
  },
  id: (s) => [s.view.text("zoneId"), fqdnOf(s), s.view.text("type")].map((part) => part ?? "").join("_"),
  outputs: (s) => ({ fqdn: fqdnOf(s), allowOverwrite: s.view.flag("allowOverwrite") ?? false }),
  admit(s) {
    if (s.verb !== "creating" || s.view.unknown("name") || s.view.flag("allowOverwrite") === true) return;
    if (s.account.find(T.record, "id", s.id) !== undefined) {
      s.refuse(
        "InvalidChangeBatch",
        `Tried to create resource record set [name='${fqdnOf(s)}.', type='${textOf(s.view.props["type"])}'] but it already exists`,
      );
    }
  },
};

function fqdnOf(s: Situation): string {
  return withoutDot(s.view.text("name") ?? "");
}

export const certificateModels: readonly Model[] = [certificate, certificateValidation, record];
