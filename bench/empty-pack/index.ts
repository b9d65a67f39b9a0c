import { PolicyPack } from "@pulumi/policy";

// What a pack costs before it has looked at anything: the measure for the rules of the true one.
new PolicyPack("empty", {
  description: "One rule that finds nothing",
  enforcementLevel: "mandatory",
  policies: [
    {
      name: "nothing-to-find",
      description: "Looks at no field of any resource.",
      enforcementLevel: "mandatory",
      validateResource: () => undefined,
    },
  ],
});
