import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { kubeClient } from "../../../rehearsal/kube/client";
import { connectionOf } from "../../../rehearsal/kube/kubeconfig";
import { fakeServer, json, kubeconfigOf } from "./server";
import { temporaryFolder } from "../../support/temporary";

const b64 = (text: string): string => Buffer.from(text).toString("base64");

const two = {
  "current-context": "one",
  contexts: [
    { name: "one", context: { cluster: "c1", user: "u1" } },
    { name: "two", context: { cluster: "c2", user: "u2", namespace: "shop" } },
    { name: "lost", context: { cluster: "c3", user: "u1" } },
  ],
  clusters: [
    {
      name: "c1",
      cluster: {
        server: "https://one:6443",
        "certificate-authority-data": b64("CA"),
        "tls-server-name": "kube",
      },
    },
    { name: "c2", cluster: { server: "http://two", "insecure-skip-tls-verify": true } },
  ],
  users: [
    { name: "u1", user: { token: "t1" } },
    { name: "u2", user: { "client-certificate-data": b64("CERT"), "client-key-data": b64("KEY") } },
  ],
};

describe("kubeconfig", () => {
  let folder = "";
  before(() => (folder = temporaryFolder("slipway-kubeconfig-")));
  after(() => rmSync(folder, { recursive: true }));

  it("connects as the current context says, with its token and authority", async () => {
    const { server, namespace, credentials } = connectionOf(two, undefined, {});
    assert.deepEqual([server, namespace], ["https://one:6443", "default"]);
    assert.deepEqual(await credentials(), { token: "t1", tls: { ca: "CA", servername: "kube" } });
  });

  it("connects as another context says, with its certificate and namespace and without verification", async () => {
    const { server, namespace, credentials } = connectionOf(two, "two", {});
    assert.deepEqual([server, namespace], ["http://two", "shop"]);
    assert.deepEqual(await credentials(), { tls: { cert: "CERT", key: "KEY", rejectUnauthorized: false } });
  });

  it("reads YAML text, and certificates and tokens out of files, the token anew each time", async () => {
    const token = path.join(folder, "token");
    const ca = path.join(folder, "ca");
    writeFileSync(token, "first\n");
    writeFileSync(ca, "CA");
    const text = `
current-context: a
contexts: [{name: a, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: "https://c", certificate-authority: ${ca}}}]
users: [{name: u, user: {tokenFile: ${token}}}]`;
    const { credentials } = connectionOf(text, undefined, {});
    assert.deepEqual(await credentials(), { token: "first", tls: { ca: "CA" } });
    writeFileSync(token, "second\n");
    assert.equal((await credentials()).token, "second");
  });

  for (const [name, config, context, message] of [
    ["text that is no object", "nothing: [", undefined, /^kubeconfig: the text is no YAML or JSON object\.$/],
    ["an empty text", "", undefined, /the text is no YAML or JSON object/],
    [
      "a context that does not exist",
      two,
      "three",
      /there is no context "three"; allowed: one, two, lost\.$/,
    ],
    [
      "no current context",
      { contexts: two.contexts },
      undefined,
      /no current-context is set; allowed: one, two, lost/,
    ],
    ["a context without its cluster", two, "lost", /context "lost" names no cluster of the file/],
    [
      "a server without a scheme",
      kubeconfigOf("one:6443", {}),
      undefined,
      /context "main" has no http or https server/,
    ],
    [
      "an auth-provider",
      kubeconfigOf("https://a", { "auth-provider": { name: "gcp" } }),
      undefined,
      /auth-provider/,
    ],
    [
      "a file that cannot be read",
      kubeconfigOf("https://a", { "client-key": "/nowhere/key" }),
      undefined,
      /"\/nowhere\/key"/,
    ],
  ] as const) {
    it(`refuses ${name} in one sentence`, () => {
      assert.throws(() => connectionOf(config, context, {}), { name: "SlipwayError", message });
    });
  }

  it("never quotes the text of a kubeconfig that cannot be read", () => {
    assert.throws(
      () => connectionOf("token: [abc-secret", undefined, {}),
      (error) => error instanceof Error && !error.message.includes("secret"),
    );
  });
});

describe("exec credential plugin", () => {
  let folder = "";
  before(() => (folder = temporaryFolder("slipway-exec-")));
  after(() => rmSync(folder, { recursive: true }));

  /** A plugin that notes each run and gives the token `token-N`. */
  function plugin(name: string, expires: string): { user: object; runs: () => string[] } {
    const log = path.join(folder, `${name}.log`);
    writeFileSync(log, "");
    const script = `
      const fs = require("node:fs");
      fs.appendFileSync(${JSON.stringify(log)}, JSON.stringify([process.argv[1], process.env.GIVEN, process.env.OWN, process.env.HOME ?? null, process.env.KUBERNETES_EXEC_INFO]) + "\\n");
      const n = fs.readFileSync(${JSON.stringify(log)}, "utf8").trim().split("\\n").length;
      console.log(JSON.stringify({ status: { token: "token-" + n, expirationTimestamp: ${JSON.stringify(expires)} } }));`;
    const exec = {
      apiVersion: "client.authentication.k8s.io/v1",
      command: process.execPath,
      args: ["-e", script, "get-token"],
      env: [{ name: "OWN", value: "own" }],
      provideClusterInfo: true,
    };
    return { user: { exec }, runs: () => readFileSync(log, "utf8").trim().split("\n") };
  }

  it("is run once with the given environment and its own, and its token is kept until it expires", async () => {
    const { user, runs } = plugin("kept", "2999-01-01T00:00:00Z");
    const { credentials } = connectionOf(kubeconfigOf("https://c", user), undefined, { GIVEN: "given" });
    const tokens = (await Promise.all([credentials(), credentials()])).map(({ token }) => token);
    assert.deepEqual([...tokens, (await credentials()).token], ["token-1", "token-1", "token-1"]);
    assert.equal(runs().length, 1);
    const [argument, given, own, home, info] = JSON.parse(runs()[0] ?? "") as string[];
    assert.deepEqual([argument, given, own, home], ["get-token", "given", "own", null]);
    assert.deepEqual(JSON.parse(info ?? ""), {
      kind: "ExecCredential",
      apiVersion: "client.authentication.k8s.io/v1",
      spec: { interactive: false, cluster: { server: "https://c" } },
    });
  });

  it("is run again once its token has expired", async () => {
    const { user } = plugin("expired", "2001-01-01T00:00:00Z");
    const { credentials } = connectionOf(kubeconfigOf("https://c", user), undefined, {});
    assert.equal((await credentials()).token, "token-1");
    assert.equal((await credentials()).token, "token-2");
  });

  it("is run again once when the server refuses its token", async () => {
    const { user } = plugin("refused", "2999-01-01T00:00:00Z");
    const server = await fakeServer(({ headers }, response) =>
      headers.authorization === "Bearer token-2"
        ? json(response, 200, {})
        : json(response, 401, { reason: "Unauthorized" }),
    );
    const client = kubeClient({ kubeconfig: kubeconfigOf(server.url, user), env: {} });
    assert.equal((await client.request({ method: "GET", path: "/x" })).status, 200);
    client.close();
    await server.close();
  });

  for (const [name, command, args, message] of [
    [
      "a command that does not exist",
      "/nowhere/login",
      [],
      /the login command "\/nowhere\/login" was not found/,
    ],
    [
      "a command that fails",
      "sh",
      ["-c", "echo first >&2; echo log in first >&2; exit 3"],
      /failed \(3\): log in first; install/,
    ],
    ["a command that prints no credential", "sh", ["-c", "echo secret-token"], /gave no credential/],
  ] as const) {
    it(`refuses ${name} in one sentence that quotes no output`, async () => {
      const { credentials } = connectionOf(
        kubeconfigOf("https://c", { exec: { command, args } }),
        undefined,
        process.env,
      );
      await assert.rejects(credentials(), { name: "SlipwayError", message });
      await assert.rejects(
        credentials(),
        (error) => error instanceof Error && !error.message.includes("secret-token"),
      );
    });
  }

  it("is run again after it failed", async () => {
    const mark = path.join(folder, "logged-in");
    const script = `test -e ${mark} || { touch ${mark}; exit 1; }; echo '{"status":{"token":"t"}}'`;
    const exec = { command: "sh", args: ["-c", script] };
    const { credentials } = connectionOf(kubeconfigOf("https://c", { exec }), undefined, process.env);
    await assert.rejects(credentials(), /failed \(1\)/);
    assert.equal((await credentials()).token, "t");
  });
});
