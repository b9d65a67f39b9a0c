import assert from "node:assert/strict";
import { flows, mayReach } from "../../../components/spec/reachability";
import { mailer, shop } from "./fixtures";

const text = ({ from, to, port }: { from: string; to: string; port: number }): string =>
  `${from} → ${to}:${port}`;

describe("reachability", () => {
  for (const [from, to, port] of [
    ["web", "db", 5432],
    ["web", "cache", 6379],
    ["web", "https", 443],
    ["web", "api", 9090],
    ["web", "worker", 3000],
    ["api", "web", 8080],
    ["api", "cache", 6379],
    ["api", "db", 5433],
    ["api", "api", 3000],
    ["worker", "api", 3000],
    ["worker", "db", 5432],
    ["worker", "https", 443],
    ["db", "api", 3000],
    ["db", "dns", 53],
    ["cache", "https", 443],
    ["gateway", "api", 9090],
    ["gateway", "worker", 3000],
    ["gateway", "db", 5432],
    ["gateway", "web", 80],
  ] as const) {
    it(`keeps ${text({ from, to, port })} closed`, () => {
      assert.equal(mayReach(shop, from, to, port), false);
    });
  }

  it("opens exactly what routes, env and reaches say, and DNS to whoever reaches anything", () => {
    assert.deepEqual(flows(shop).map(text).sort(), [
      "api → db:5432",
      "api → dns:53",
      "api → https:443",
      "gateway → api:3000",
      "gateway → web:8080",
      "web → api:3000",
      "web → dns:53",
      "worker → cache:6379",
      "worker → dns:53",
    ]);
  });

  it("opens a store once that is named in env and in reaches", () => {
    const { api, ...others } = shop.services;
    const spec = { ...shop, services: { ...others, api: { ...api!, reaches: ["db"] } } };
    assert.deepEqual(
      flows(spec)
        .filter(({ from, to }) => from === "api" && to === "db")
        .map(text),
      ["api → db:5432"],
    );
  });

  it("opens nothing to a service that reaches nothing, not even DNS", () => {
    const { sender } = mailer.services;
    assert.deepEqual(flows({ ...mailer, services: { sender: { ...sender!, reaches: [] } } }), []);
    assert.deepEqual(flows(mailer).map(text), ["sender → https:443", "sender → dns:53"]);
  });
});
