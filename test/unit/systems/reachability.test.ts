import { daira } from "../../../infra/systems/daira";
import { dwcp } from "../../../infra/systems/dwcp";
import { kova } from "../../../infra/systems/kova";
import { noa } from "../../../infra/systems/noa";
import { omnitide } from "../../../infra/systems/omnitide";
import { describeReachability } from "../../support/reachability";

// Each table is the whole of what a system's document opens; whatever it does not list is closed.

describeReachability(daira, {
  open: [
    ["gateway", "frontend", 8080],
    ["gateway", "backend", 3000],
    ["frontend", "backend", 3000],
    ["frontend", "dns", 53],
    ["backend", "postgres", 5432],
    ["backend", "redis", 6379],
    ["backend", "dns", 53],
    // Spans by OTLP, and how many of them.
    ["backend", "traces", 4317],
    ["backend", "traces", 4318],
    ["backend", "traces", 5778],
    // With the variables of its service.
    ["backend-migrate", "postgres", 5432],
    ["backend-migrate", "redis", 6379],
    ["backend-migrate", "dns", 53],
    ["monitoring", "backend", 3000],
    ["monitoring", "postgres", 9187],
    ["monitoring", "redis", 9121],
  ],
  closed: [
    ["gateway", "frontend", 80],
    ["gateway", "postgres", 5432],
    ["frontend", "postgres", 5432],
    ["frontend", "redis", 6379],
    ["frontend", "internet", 443],
    ["backend", "frontend", 8080],
    ["backend", "internet", 443],
    ["backend", "the node's credentials", 80],
    ["backend", "a private address", 5432],
    ["backend", "traces", 16686],
    ["backend", "monitoring", 4317],
    ["backend", "stranger", 4318],
    ["frontend", "traces", 4318],
    ["backend-migrate", "traces", 4317],
    ["postgres", "backend", 3000],
    ["postgres", "dns", 53],
    ["postgres", "internet", 443],
    ["redis", "postgres", 5432],
    ["monitoring", "frontend", 8080],
    ["monitoring", "postgres", 5432],
    ["the gateway's neighbour", "frontend", 8080],
    ["stranger", "backend", 3000],
    ["stranger", "postgres", 5432],
  ],
});

describeReachability(kova, {
  open: [
    ["gateway", "frontend", 8080],
    ["gateway", "app", 3000],
    ["frontend", "app", 3000],
    ["frontend", "dns", 53],
    ["app", "postgres", 5432],
    ["app", "redis", 6379],
    ["app", "dns", 53],
    // With the variables of its service.
    ["app-migrate", "postgres", 5432],
    ["app-migrate", "redis", 6379],
    ["app-migrate", "dns", 53],
    ["monitoring", "postgres", 9187],
    ["monitoring", "redis", 9121],
  ],
  closed: [
    ["gateway", "frontend", 80],
    ["gateway", "postgres", 5432],
    ["gateway", "app-migrate", 3000],
    ["frontend", "postgres", 5432],
    ["frontend", "redis", 6379],
    ["frontend", "internet", 443],
    ["app", "internet", 443],
    ["app", "the node's credentials", 80],
    ["app-migrate", "app", 3000],
    ["postgres", "internet", 443],
    ["redis", "postgres", 5432],
    ["monitoring", "postgres", 5432],
    ["stranger", "app", 3000],
    ["stranger", "redis", 6379],
  ],
});

describeReachability(noa, {
  open: [
    ["gateway", "frontend", 8080],
    ["frontend", "noa-api", 3000],
    ["frontend", "dns", 53],
    ["noa-api", "database", 5432],
    ["noa-api", "cache", 6379],
    ["noa-api", "dns", 53],
    ["monitoring", "noa-api", 3000],
    ["monitoring", "database", 9187],
    ["monitoring", "cache", 9121],
  ],
  closed: [
    // Only the front end may call the API.
    ["gateway", "noa-api", 3000],
    ["gateway", "database", 5432],
    ["frontend", "database", 5432],
    ["frontend", "cache", 6379],
    ["frontend", "internet", 443],
    ["noa-api", "frontend", 8080],
    ["noa-api", "internet", 443],
    ["noa-api", "the node's credentials", 80],
    ["database", "noa-api", 3000],
    ["cache", "database", 5432],
    ["monitoring", "database", 5432],
    ["stranger", "noa-api", 3000],
    ["stranger", "database", 5432],
  ],
});

describeReachability(omnitide, {
  open: [
    ["gateway", "control-panel", 8080],
    ["control-panel", "namespace backend", 8080],
    ["control-panel", "internet", 443],
    ["control-panel", "dns", 53],
    ["control-panel-migrate", "namespace backend", 8080],
    ["control-panel-migrate", "internet", 443],
    ["control-panel-migrate", "dns", 53],
    ["monitoring", "control-panel", 9090],
  ],
  closed: [
    ["gateway", "control-panel", 80],
    ["gateway", "control-panel", 9090],
    ["monitoring", "control-panel", 8080],
    ["control-panel", "namespace backend", 443],
    ["control-panel", "namespace elsewhere", 8080],
    ["control-panel", "a private address", 443],
    ["control-panel", "the node's credentials", 443],
    ["control-panel", "internet", 8080],
    ["namespace backend", "control-panel", 8080],
    ["the gateway's neighbour", "control-panel", 8080],
    ["stranger", "control-panel", 8080],
  ],
});

describeReachability(dwcp, {
  open: [
    ["gateway", "dwcp-v3", 8080],
    ["dwcp-v3", "redis", 6379],
    ["dwcp-v3", "dns", 53],
    ["monitoring", "dwcp-v3", 9090],
    ["monitoring", "redis", 9121],
  ],
  closed: [
    ["gateway", "dwcp-v3", 9090],
    ["gateway", "redis", 6379],
    ["dwcp-v3", "dwcp-v3", 8080],
    ["dwcp-v3", "internet", 443],
    ["dwcp-v3", "the node's credentials", 80],
    ["redis", "dwcp-v3", 8080],
    ["redis", "internet", 443],
    ["monitoring", "dwcp-v3", 8080],
    ["monitoring", "redis", 6379],
    ["stranger", "dwcp-v3", 8080],
    ["stranger", "redis", 6379],
  ],
});
