import assert from "node:assert/strict";
import * as fs from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { ensureNginx } from "../support/nginx";
import type { Answer } from "./front-end";
import { FrontEnd, site, systems } from "./front-end";

const YEAR = "public, max-age=31536000";
const OMNITIDE_CSP =
  "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data: https:; font-src 'self' data:; connect-src 'self' https: wss:;";

interface Wanted {
  readonly frame: string;
  readonly referrer: string;
  readonly csp?: string;
  /** Cache-Control by path, of what is served from files. */
  readonly cache: Readonly<Record<string, string>>;
  /** Whether a server makes the pages. */
  readonly isServed?: true;
}

const platform: Wanted = {
  frame: "DENY",
  referrer: "strict-origin-when-cross-origin",
  cache: {
    "/": "no-cache",
    "/about": "no-cache",
    "/orders/17": "no-cache",
    "/assets/index-4f2a9c1b.js": `${YEAR}, immutable`,
    "/_next/static/chunks/framer-motion-9d.js": `${YEAR}, immutable`,
    "/favicon.ico": "public, max-age=3600",
  },
};

/** What each document asks for; what it does not mention is the platform's. */
const wanted: Readonly<Record<string, Wanted>> = {
  default: platform,
  kova: {
    ...platform,
    isServed: true,
    cache: Object.fromEntries(
      Object.entries(platform.cache).filter(([path]) => site[path.slice(1)] !== undefined),
    ),
  },
  noa: platform,
  daira: { ...platform, frame: "SAMEORIGIN", referrer: "no-referrer-when-downgrade" },
  omnitide: {
    ...platform,
    csp: OMNITIDE_CSP,
    cache: {
      "/": "public, max-age=3600, no-transform",
      "/about": "public, max-age=3600, no-transform",
      "/orders/17": "public, max-age=3600, no-transform",
      "/assets/index-4f2a9c1b.js": `${YEAR}, no-transform, immutable`,
      "/_next/static/chunks/framer-motion-9d.js": `${YEAR}, no-transform, immutable`,
      "/favicon.ico": `${YEAR}, no-transform, immutable`,
      "/data.json": "public, max-age=3600, no-transform",
    },
  },
};

const values = ({ headers }: Answer, name: string): readonly string[] => headers.get(name) ?? [];

describe("front ends", function () {
  // The first run may have to fetch nginx.
  this.timeout(300_000);
  let nginx = "";
  before(async () => {
    nginx = await ensureNginx();
  });

  it("are known for each system that has one, and for what names none", () => {
    assert.deepEqual(systems, Object.keys(wanted).sort());
  });

  for (const system of systems) {
    describe(`of ${system}`, () => {
      let front: FrontEnd;
      before(async () => {
        front = await new FrontEnd().render({ FRONTEND_SYSTEM: system });
        const { status, output } = front.check(nginx);
        assert.equal(status, 0, output);
        assert.doesNotMatch(output, /\[(warn|error|emerg)\]/);
        await front.start(nginx);
      });
      after(() => front.remove());
      const { frame, referrer, csp, cache, isServed } = wanted[system]!;

      it("send the security headers on pages, files, routes of the app and errors alike, each once", async () => {
        const pages = [
          ["/", 200],
          ["/orders/17", 200],
          ["/assets/gone-1234.js", 404],
        ] as const;
        const files = [
          ["/assets/index-4f2a9c1b.js", 200],
          ["/.env", 404],
        ] as const;
        for (const [path, status] of isServed ? files : [...pages, ...files]) {
          const answer = await front.ask(path);
          assert.equal(answer.status, status, path);
          assert.deepEqual(values(answer, "x-frame-options"), [frame], path);
          assert.deepEqual(values(answer, "x-content-type-options"), ["nosniff"], path);
          assert.deepEqual(values(answer, "referrer-policy"), [referrer], path);
          assert.deepEqual(values(answer, "content-security-policy"), csp === undefined ? [] : [csp], path);
          assert.deepEqual(values(answer, "x-xss-protection"), [], "retired");
          assert.deepEqual(values(answer, "strict-transport-security"), [], "the edge's");
          assert.deepEqual(values(answer, "server"), ["nginx"], "no version");
        }
      });

      it("let what never changes be kept for a year, and errors not at all", async () => {
        for (const [path, control] of Object.entries(cache)) {
          const answer = await front.ask(path);
          assert.equal(answer.status, 200, path);
          assert.deepEqual(values(answer, "cache-control"), [control], path);
          assert.equal(values(answer, "etag").length, 1, path);
        }
        assert.deepEqual(values(await front.ask("/.env"), "cache-control"), []);
        if (!isServed) assert.deepEqual(values(await front.ask("/assets/gone-1234.js"), "cache-control"), []);
      });

      it("answer the probes of every document", async () => {
        for (const path of ["/health", "/_health"]) {
          const answer = await front.ask(path);
          assert.equal(answer.status, 200);
          assert.equal(answer.body.toString(), "healthy\n");
          assert.deepEqual(values(answer, "content-type"), ["text/plain; charset=utf-8"]);
          assert.deepEqual(values(answer, "cache-control"), ["no-store"]);
        }
      });

      it("compress what is worth it", async () => {
        const accept = { "accept-encoding": "gzip, br" };
        // Asked through a proxy, as the gateway is one.
        for (const path of ["/index.html", "/assets/index-4f2a9c1b.js", "/data.json"]) {
          const answer = await front.ask(path, { ...accept, via: "1.1 gateway" });
          assert.deepEqual(values(answer, "content-encoding"), ["gzip"], path);
          assert.deepEqual(values(answer, "vary"), ["Accept-Encoding"], path);
          assert.equal(gunzipSync(answer.body).toString(), site[path.slice(1)]);
        }
        const shortest = system === "daira" ? 1000 : 1024;
        assert.deepEqual(values(await front.ask("/short.css", accept), "content-encoding"), []);
        assert.deepEqual(
          values(await front.ask("/middle.css", accept), "content-encoding"),
          site["middle.css"]!.length >= shortest ? ["gzip"] : [],
        );
        assert.deepEqual(values(await front.ask("/favicon.ico", accept), "content-encoding"), []);
        assert.deepEqual(values(await front.ask("/index.html"), "content-encoding"), [], "not asked for");
      });
    });
  }

  describe("serve an app's files", () => {
    let front: FrontEnd;
    before(async () => {
      front = new FrontEnd();
      fs.writeFileSync(front.path("usr/share/nginx/html/short.css.gz"), gzipSync("a{} "));
      await front.render();
      await front.start(nginx);
    });
    after(() => front.remove());

    for (const [path, file] of [
      ["/", "index.html"],
      ["/orders/17", "index.html"],
      ["/users/john.doe", "index.html"],
      ["/about", "about.html"],
      ["/guide/", "guide/index.html"],
      ["/assets/module-77aa.mjs", "assets/module-77aa.mjs"],
      ["/.well-known/security.txt", ".well-known/security.txt"],
    ] as const) {
      it(`answer ${path} with ${file}`, async () => {
        const answer = await front.ask(path);
        assert.equal(answer.status, 200);
        assert.equal(answer.body.toString(), site[file]);
      });
    }

    for (const path of [
      "/assets/gone.js",
      "/gone.css",
      "/.env",
      "/.git/config.js",
      "/.git/",
      "/../etc/passwd",
    ]) {
      it(`have nothing at ${path}`, async () => {
        const answer = await front.ask(path);
        assert.ok(answer.status === 404 || answer.status === 400, String(answer.status));
        assert.doesNotMatch(answer.body.toString(), /secret|SECRET|root:|<p>home/);
      });
    }

    it("name the types that browsers insist on", async () => {
      for (const [path, type] of [
        ["/", "text/html; charset=utf-8"],
        ["/assets/index-4f2a9c1b.js", "text/javascript; charset=utf-8"],
        ["/assets/module-77aa.mjs", "text/javascript; charset=utf-8"],
        ["/short.css", "text/css; charset=utf-8"],
        ["/data.json", "application/json"],
        ["/app.webmanifest", "application/manifest+json"],
        ["/favicon.ico", "image/x-icon"],
      ] as const)
        assert.deepEqual(values(await front.ask(path), "content-type"), [type], path);
    });

    it("redirect by path only, for the browser knows another port", async () => {
      const answer = await front.ask("/guide", { host: "app.example.com" });
      assert.equal(answer.status, 301);
      assert.deepEqual(values(answer, "location"), ["/guide/"]);
    });

    it("send an unchanged page again only when it changed", async () => {
      const [tag] = values(await front.ask("/"), "etag");
      const answer = await front.ask("/", { "if-none-match": tag! });
      assert.equal(answer.status, 304);
      assert.deepEqual(values(answer, "cache-control"), ["no-cache"]);
    });

    it("send what the build compressed as it is, even where nginx would not", async () => {
      const answer = await front.ask("/short.css", { "accept-encoding": "gzip" });
      assert.deepEqual(values(answer, "content-encoding"), ["gzip"]);
      assert.equal(gunzipSync(answer.body).toString(), "a{} ");
      assert.equal((await front.ask("/short.css")).body.toString(), site["short.css"]);
    });

    it("count their connections for Prometheus on a port of its own, which has nothing else", async () => {
      const { status, headers, body } = await front.ask("/metrics", {}, { port: front.metricsPort });
      assert.equal(status, 200);
      assert.deepEqual(headers.get("content-type"), ["text/plain; version=0.0.4; charset=utf-8"]);
      assert.match(body.toString(), /^# TYPE nginx_connections gauge$/m);
      assert.match(body.toString(), /^nginx_connections\{state="active"\} 1$/m);
      for (const line of body.toString().trimEnd().split("\n"))
        assert.match(line, /^(# (HELP|TYPE) nginx_connections .+|nginx_connections\{state="[a-z]+"\} \d+)$/);
      assert.equal((await front.ask("/", {}, { port: front.metricsPort })).status, 404);
      assert.equal(
        (await front.ask("/metrics")).body.toString(),
        site["index.html"],
        "not on the public port",
      );
    });

    it("have no API when none is named", async () => {
      assert.equal((await front.ask("/api/users")).status, 404);
    });
  });

  it("run as a user who may write nowhere but below /tmp and /var/cache/nginx, and log without queries", async () => {
    const front = await new FrontEnd().render();
    try {
      await front.start(nginx);
      const before = fs.readdirSync(front.root, { recursive: true }).length;
      await front.ask("/orders/17?token=secret", {
        referer: "http://x/login?code=secret",
        "user-agent": 'a"b\\c',
        "x-forwarded-for": "203.0.113.9",
      });
      await front.ask("/health");
      assert.equal(await front.end("SIGQUIT"), 0, front.errors.join("\n"));
      assert.ok(fs.readdirSync(front.root, { recursive: true }).length <= before, "nothing new");
      assert.doesNotMatch(front.errors.join("\n"), /\[(warn|error|crit|alert|emerg)\]/);
      const lines = front.log();
      assert.equal(lines.length, 1, "probes are left out");
      const { time, seconds, bytes, ...rest } = lines[0]!;
      assert.match(time as string, /^\d{4}-\d\d-\d\dT/);
      assert.equal(typeof seconds, "number");
      assert.equal(bytes, site["index.html"]!.length);
      assert.deepEqual(rest, {
        level: "info",
        service: "frontend",
        message: "request",
        method: "GET",
        path: "/orders/17",
        status: "200",
        client: "203.0.113.9",
        user: "",
        referer: "http://x/login",
        user_agent: 'a"b\\c',
        forwarded_for: "203.0.113.9",
        upstream_seconds: "",
        traceparent: "",
      });
    } finally {
      await front.remove();
    }
  });
});
