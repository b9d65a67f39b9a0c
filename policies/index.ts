import { PolicyPack } from "@pulumi/policy";
import { policiesOf } from "./pack";
import { rules } from "./rules";

// The only place that constructs a pack: doing so starts a server.
new PolicyPack("slipway", {
  description: "What every stack of Slipway must keep to",
  enforcementLevel: "mandatory",
  policies: policiesOf(rules, new Date().toISOString().slice(0, 10)),
});
