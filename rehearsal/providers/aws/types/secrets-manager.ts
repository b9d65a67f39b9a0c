import { json, list, matches, number, ref, text } from "../fields";
import type { Model } from "../model";
import { policyDocument } from "../policies";
import { textOf } from "../values";
import { refuseTwin } from "./store-rules";
import { T } from "./tokens";

// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
const secret: Model = {
  type: T.secret,
  tags: true,
  autoName: { field: "name", max: 512 },
  fields: {
    description: text({ check: (value) => (value.length <= 2048 ? undefined : "may have 2048 characters") }),
    kmsKeyId: ref(T.key, {}, "arn"),
    name: text({
      forceNew: true,
      check: (value) =>
        /-[A-Za-z0-9]{6}$/.test(value)
          ? "must not end in a dash and six letters or digits, as an ARN does"
          : matches(/^[A-Za-z0-9/_+=.@-]{1,512}$/, "must be 1 to 512 letters, digits and /_+=.@-")(value),
    }),
    policy: json({ computed: true, check: policyDocument("resource") }),
    recoveryWindowInDays: number({
      default: 30,
      check: (days) => (days === 0 || (days >= 7 && days <= 30) ? undefined : "must be 0, or 7 to 30"),
    }),
  },
  computed: ["arn"],
  id: (s) => `${s.arn("secretsmanager", `secret:${s.view.text("name") ?? ""}`)}-${s.hex(6)}`,
  outputs: (s) => ({ arn: s.id, policy: s.view.text("policy") ?? "" }),
  admit: (s) => refuseTwin(s, "name", "ResourceExistsException"),
  deletionWindow(s) {
    const days = s.view.number("recoveryWindowInDays") ?? 30;
    return days === 0 ? undefined : days;
  },
};

const version: Model = {
  type: T.secretVersion,
  hidden: ["secretString"],
  fields: {
    secretId: ref(T.secret, { required: true, forceNew: true }),
    secretString: text({
      forceNew: true,
      check: (value) =>
        value !== "" && value.length <= 65_536 ? undefined : "must be 1 to 65536 characters",
    }),
    versionStages: list(text(), { computed: true }),
  },
  computed: ["arn", "hasSecretStringWo", "secretArn", "versionId"],
  *rules(view) {
    if (!view.has("secretString")) {
      yield { property: "secretString", reason: "secretString is required; other forms are not modelled" };
    }
  },
  id: (s) => `${s.view.text("secretId") ?? ""}|terraform-${s.hex(26)}`,
  outputs: (s) => ({
    arn: s.view.text("secretId") ?? "",
    hasSecretStringWo: false,
    secretArn: s.view.text("secretId") ?? "",
    versionId: s.id.split("|")[1] ?? "",
    versionStages: ["AWSCURRENT"],
  }),
  // A newer version takes the label over; this is how a refresh of the older one finds it.
  live(object, account) {
    const versions = account
      .all(T.secretVersion)
      .filter(({ attributes }) => attributes["secretId"] === object.attributes["secretId"]);
    const isNewest = textOf(versions.at(-1)?.id) === object.id;
    return { versionStages: [isNewest ? "AWSCURRENT" : "AWSPREVIOUS"] };
  },
  goesWith: { field: "secretId", type: T.secret, by: "id" },
};

export const secretModels: readonly Model[] = [secret, version];
