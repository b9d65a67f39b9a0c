import { block, flag, matches, oneOf, ref, set, text } from "../fields";
import type { Model } from "../model";
import { identifier, refuseTwin, refuseWhileUsed } from "./store-rules";
import { T } from "./tokens";

export const engine = oneOf("redis", "valkey");

export const user: Model = {
  type: T.cacheUser,
  tags: true,
  // With it the passwords; ElastiCache tells only how many there are.
  hidden: ["authenticationMode"],
  fields: {
    accessString: text({
      required: true,
      check: (value) =>
        !/^(on|off)\s/.test(value)
          ? "must begin with on or off"
          : /[>#<!]|\breset\b/.test(value)
            ? "must hold no password and no reset"
            : undefined,
    }),
    authenticationMode: block({
      passwords: set(
        text({ check: matches(/^[!-~]{16,128}$/, "must be 16 to 128 printable characters without spaces") }),
        {
          check: (items) =>
            items.length >= 1 && items.length <= 2 ? undefined : "may have one or two passwords",
        },
      ),
      type: text({ required: true, check: oneOf("password", "no-password-required", "iam") }),
    }),
    engine: text({ required: true, check: engine }),
    noPasswordRequired: flag(),
    userId: text({ required: true, forceNew: true, check: identifier(120) }),
    userName: text({
      required: true,
      forceNew: true,
      check: matches(/^\S{1,120}$/, "may have 120 characters and no space"),
    }),
  },
  computed: ["arn"],
  *rules(view) {
    const mode = view.block("authenticationMode");
    if (mode.text("type") === "password" && !mode.has("passwords")) {
      yield {
        property: "authenticationMode.passwords",
        reason: "authentication by password needs passwords",
      };
    }
    if (!view.has("authenticationMode") && view.flag("noPasswordRequired") !== true) {
      yield {
        property: "authenticationMode",
        reason: "a user needs authenticationMode or noPasswordRequired",
      };
    }
  },
  id: (s) => (s.view.text("userId") ?? "").toLowerCase(),
  outputs: (s) => ({ arn: s.arn("elasticache", `user:${s.id}`) }),
  admit: (s) => refuseTwin(s, "userId", "UserAlreadyExists"),
  release: (s) =>
    refuseWhileUsed(s, { type: T.cacheUsers, field: "userIds", code: "InvalidUserState" }, s.id),
};

export const userGroup: Model = {
  type: T.cacheUsers,
  tags: true,
  fields: {
    engine: text({ required: true, check: engine }),
    userGroupId: text({ required: true, forceNew: true, check: identifier(120) }),
    userIds: set(ref(T.cacheUser)),
  },
  computed: ["arn"],
  id: (s) => (s.view.text("userGroupId") ?? "").toLowerCase(),
  outputs: (s) => ({ arn: s.arn("elasticache", `usergroup:${s.id}`) }),
  admit(s) {
    refuseTwin(s, "userGroupId", "UserGroupAlreadyExists");
    const members = s.view
      .texts("userIds")
      .flatMap((id) => s.account.find(T.cacheUser, "id", id, s.region) ?? []);
    const hasDefault = members.some(({ attributes }) => attributes["userName"] === "default");
    if (s.view.text("engine") === "redis" && !hasDefault && !s.view.unknown("userIds")) {
      s.refuse(
        "DefaultUserRequired",
        "A user group of the engine redis must have a user with the user name default.",
      );
    }
  },
  release: (s) =>
    refuseWhileUsed(s, { type: T.cacheGroup, field: "userGroupIds", code: "InvalidUserGroupState" }, s.id),
};
