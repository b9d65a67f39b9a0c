import assert from "node:assert/strict";
import {
  connectionKeys,
  storeIdentity,
  storeKeys,
  storeUrl,
  trustPath,
} from "../../../components/spec/store-kinds";
import type { PostgresSpec, RedisSpec } from "../../../components/spec/types";
import { contradictions } from "../../../components/spec/validate";
import { changed } from "./contradictions";
import type { Change } from "./contradictions";
import { shop } from "./fixtures";

const db = shop.stores!["db"] as PostgresSpec;
const cache = shop.stores!["cache"] as RedisSpec;

describe("stores of a spec", () => {
  const cases: readonly (readonly [title: string, change: Change, field: string, allowed: RegExp])[] = [
    ["half a reader", [0.5, "stores", "db", "readers"], "stores.db.readers", /integer from 0 to 15/],
    ["16 readers of PostgreSQL", [16, "stores", "db", "readers"], "stores.db.readers", /0 to 15/],
    ["5 readers of Redis", [5, "stores", "cache", "readers"], "stores.cache.readers", /0 to 4/],
    [
      "a database of PostgreSQL's own",
      ["postgres", "stores", "db", "database"],
      "stores.db.database",
      /none that PostgreSQL has itself/,
    ],
    [
      "an account that is a superuser's",
      ["postgres", "name"],
      "name",
      /account "postgres" PostgreSQL lets others have/,
    ],
    ["an account that RDS keeps", ["admin", "name"], "name", /account "admin"/],
    ["an account that looks like PostgreSQL's own", ["pg-shop", "name"], "name", /account "pg_shop"/],
    ["a store named like another's pods", [db, "stores", "cache-rotation"], "stores", /cache-rotation/],
  ];
  for (const [title, change, field, allowed] of cases) {
    it(`refuses ${title}`, () => {
      const [found, ...others] = contradictions(changed(change));
      assert.deepEqual(others, []);
      assert.equal(found?.field, field);
      assert.match(found.allowed, allowed);
    });
  }

  it("refuses a service named like the pods that change a password", () => {
    const named = contradictions(
      changed([
        { ...shop.services["web"], port: undefined, servicePort: undefined },
        "services",
        "db-rotation",
      ]),
    );
    assert.deepEqual(
      named.map(({ field, value }) => [field, value]),
      [["stores", '"db"']],
    );
  });

  it("take an account that only Redis would not have", () => {
    const { db: _, ...others } = shop.stores!;
    const spec = changed(["postgres", "name"], {
      ...changed([others, "stores"]),
      services: { worker: shop.services["worker"]! },
      routes: [],
    });
    assert.deepEqual(
      contradictions(spec).filter(({ field }) => field === "name"),
      [],
    );
  });

  it("take as many readers as AWS does", () => {
    assert.deepEqual(contradictions(changed([15, "stores", "db", "readers"])), []);
    assert.deepEqual(contradictions(changed([4, "stores", "cache", "readers"])), []);
  });
});

describe("what a store gives to its users", () => {
  it("has the same keys everywhere, and the certificates beside them", () => {
    assert.deepEqual([...connectionKeys], ["host", "port", "username", "password", "database", "url"]);
    assert.deepEqual(storeKeys, [...connectionKeys, "readerHosts", "ca"]);
  });

  it("is a URL that leads to a reader once it has the reader's host, and verifies that too", () => {
    for (const spec of [db, cache]) {
      const parts = { name: "db", host: "db.example", password: "aB3", ...storeIdentity("shop", spec) };
      const url = new URL(storeUrl(spec, parts));
      url.hostname = "reader.example";
      assert.equal(url.href, storeUrl(spec, { ...parts, host: "reader.example" }));
    }
  });

  it("is a URL over TLS that a client takes as it is, and verifies the server by", () => {
    const parts = { name: "db", host: "db.example", password: "aB3" };
    const postgres = new URL(storeUrl(db, { ...parts, ...storeIdentity("web-shop", db) }));
    assert.deepEqual(
      [postgres.protocol, postgres.username, postgres.password, postgres.host, postgres.pathname],
      ["postgresql:", "web_shop", "aB3", "db.example:5432", "/web_shop"],
    );
    assert.deepEqual(
      [...postgres.searchParams],
      [
        ["sslmode", "verify-full"],
        ["sslrootcert", trustPath("db")],
      ],
    );
    const redis = new URL(storeUrl(cache, { ...parts, ...storeIdentity("web-shop", cache) }));
    assert.deepEqual(
      [redis.protocol, redis.username, redis.password, redis.host],
      ["rediss:", "default", "aB3", "db.example:6379"],
    );
  });
});
