import { PolicyPack } from "@pulumi/policy";
import { deserializeOnce } from "./deserialize-once";
import { policiesOf } from "./pack";
import { rules } from "./rules";

deserializeOnce();

// The only place that constructs a pack: doing so starts a server.
new PolicyPack("slipway", {
  description: "What every stack of Slipway must keep to",
  enforcementLevel: "mandatory",
  policies: policiesOf(rules, new Date().toISOString().slice(0, 10)),
});
