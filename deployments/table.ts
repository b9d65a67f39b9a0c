import type { DeliveryTable } from "./types";

/**
 * How every stack is delivered. After a change run `npm run workflows`, and bring `deployments/` up. Accounts, pools,
 * names and the repository are examples: docs/delivery.md says what to set up, once, and what to put here.
 */
export const table: DeliveryTable = {
  repository: "acme/slipway",
  organization: "acme",
  project: "slipway",
  branch: "main",
  driver: "workflows",
  node: "24",
  sessionSeconds: 7200,
  paths: [
    "bin/**",
    "cli/**",
    "components/**",
    "engine/**",
    "images/**",
    "infra/**",
    "policies/**",
    "tools/**",
    "Pulumi.yaml",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "versions.json",
  ],
  stacks: {
    staging: {
      region: "eu-central-1",
      roles: {
        preview: "arn:aws:iam::111111111111:role/slipway-preview",
        up: "arn:aws:iam::111111111111:role/slipway-deploy",
      },
      environments: { preview: "staging-preview", up: "staging" },
      teams: { preview: "slipway-staging-preview", up: "slipway-staging" },
      runners: { preview: "slipway-staging-preview", up: "slipway-staging" },
      agentPoolId: "00000000-0000-4000-8000-000000000001",
      trigger: "push",
      drift: "0 4 * * *",
      packConfig: "policies/config/staging.json",
    },
    production: {
      region: "eu-central-1",
      roles: {
        preview: "arn:aws:iam::222222222222:role/slipway-preview",
        up: "arn:aws:iam::222222222222:role/slipway-deploy",
      },
      environments: { preview: "production-preview", up: "production" },
      teams: { preview: "slipway-production-preview", up: "slipway-production" },
      runners: { preview: "slipway-production-preview", up: "slipway-production" },
      agentPoolId: "00000000-0000-4000-8000-000000000002",
      trigger: "approval",
      after: "staging",
      approvers: "slipway-approvers",
      drift: "0 5 * * *",
      packConfig: "policies/config/production.json",
    },
  },
  review: {
    template: "pr",
    role: "arn:aws:iam::333333333333:role/slipway-review",
    agentPoolId: "00000000-0000-4000-8000-000000000003",
    ttlHours: 12,
    paths: [
      "components/network/**",
      "components/cluster/**",
      "components/edge/**",
      "components/security/**",
      "infra/cloud.ts",
      "infra/foundation.ts",
      "infra/stages.ts",
      "Pulumi.pr.yaml",
    ],
    packConfig: "policies/config/staging.json",
  },
};
