import { daira } from "../../../infra/systems/daira";
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
