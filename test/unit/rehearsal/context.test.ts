import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse, stringify } from "yaml";
import { administeredVersion, bearerAccess } from "../../../rehearsal/context/access";
import { userKubeconfig } from "../../../rehearsal/context/kubeconfig";
import { foldersDefining, kindsOf, notServed, requireKinds } from "../../../rehearsal/context/requirements";
import { makeNamespaces, removeNamespaces } from "../../../rehearsal/host";
import { KubeError } from "../../../rehearsal/kube/client";
import type { KubeClient, KubeRequest } from "../../../rehearsal/kube/client";
import { temporaryFolder } from "../../support/temporary";

describe("a cluster of the user's own", () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder("slipway-context-unit-");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function put(name: string, content: object | string): string {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : stringify(content));
    return file;
  }
  const one = (name: string, user: object = { token: `${name}-s3cret` }, cluster: object = {}) => ({
    "current-context": name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [{ name, cluster: { server: `https://${name}.test`, ...cluster } }],
    users: [{ name, user }],
  });

  describe("a context of the user's kubeconfig", () => {
    it("is taken alone out of all files that KUBECONFIG names, the first entry of a name first", () => {
      const first = put("a/config", one("a"));
      const second = put("b/config", {
        ...one("b"),
        users: [...one("b").users, ...one("a", { token: "late" }).users],
      });
      const KUBECONFIG = ["", path.join(folder, "missing"), first, second].join(path.delimiter);
      const config = (name: string) => parse(userKubeconfig(name, { KUBECONFIG })) as object;
      assert.deepEqual(config("b"), { apiVersion: "v1", kind: "Config", ...one("b") });
      assert.deepEqual(config("a"), { apiVersion: "v1", kind: "Config", ...one("a") });
    });

    it("is looked for in ~/.kube/config where KUBECONFIG is not set", () => {
      put(".kube/config", one("home"));
      for (const env of [{ HOME: folder }, { HOME: folder, KUBECONFIG: "" }])
        assert.match(userKubeconfig("home", env), /https:\/\/home\.test/);
    });

    it("has absolute paths, which count from the folder of their own file", () => {
      const exec = { command: "./login", args: ["./stays"], env: [{ name: "A", value: "./stays" }] };
      const user = {
        "client-certificate": "pki/a.crt",
        "client-key": "/abs/a.key",
        tokenFile: "../token",
        exec,
      };
      const KUBECONFIG = put("sub/config", one("a", user, { "certificate-authority": "ca.crt" }));
      const { users, clusters } = parse(userKubeconfig("a", { KUBECONFIG })) as ReturnType<typeof one>;
      assert.deepEqual(users[0]!.user, {
        "client-certificate": path.join(folder, "sub/pki/a.crt"),
        "client-key": "/abs/a.key",
        tokenFile: path.join(folder, "token"),
        exec: { ...exec, command: path.join(folder, "sub/login") },
      });
      assert.deepEqual(clusters[0]!.cluster, {
        server: "https://a.test",
        "certificate-authority": path.join(folder, "sub/ca.crt"),
      });
      const onPath = put("path/config", one("a", { exec: { command: "aws" } }));
      assert.match(userKubeconfig("a", { KUBECONFIG: onPath }), /command: aws\n/);
    });

    for (const [what, content, message] of [
      [
        "an unknown context",
        one("prod"),
        /^--context: there is no context "prd" \(did you mean "prod"\?\) in your kubeconfig; allowed: prod; /,
      ],
      [
        "a file without contexts",
        { kind: "Config" },
        /^--context: there is no context "prd" in your kubeconfig; allowed: none: it has no contexts; /,
      ],
      [
        "a file that is no YAML",
        "users: [token: s3cret",
        /^--context prd: \S+ cannot be read as a kubeconfig; /,
      ],
      ["a file that is a list", "[s3cret]", /^--context prd: \S+ cannot be read as a kubeconfig; /],
      [
        "a context without its user",
        { ...one("prd"), users: [] },
        /^--context prd: the kubeconfig names "prd" in context "prd" but has no such entry in users; /,
      ],
    ] as const) {
      it(`is refused in one sentence that quotes no secret: ${what}`, () => {
        const KUBECONFIG = put("config", content);
        assert.throws(
          () => userKubeconfig("prd", { KUBECONFIG }),
          (error: Error) => {
            assert.equal(error.name, "SlipwayError");
            assert.match(error.message, message);
            assert.doesNotMatch(error.message, /s3cret|\n/);
            return true;
          },
        );
      });
    }

    it("is refused where there is no file at all", () => {
      assert.throws(
        () => userKubeconfig("a", { HOME: folder }),
        /KUBECONFIG is not set and there is no ~\/\.kube\/config/,
      );
      assert.throws(
        () => userKubeconfig("a", { KUBECONFIG: "/no/a:/no/b" }),
        /KUBECONFIG names \/no\/a and \/no\/b, which do not exist/,
      );
    });
  });

  /** A client that answers requests by method and path, and notes them. */
  function clientOf(answer: (request: KubeRequest) => unknown) {
    const asked: string[] = [];
    const reply = (request: KubeRequest) => {
      asked.push(`${request.method} ${request.path}`);
      const body = answer(request);
      return body instanceof Error
        ? Promise.reject(body)
        : Promise.resolve({ status: 200, body, warnings: [] });
    };
    const named =
      (method: KubeRequest["method"]) =>
      (object: { kind: string; name?: string; metadata?: { name: string } }) =>
        reply({ method, path: `${object.kind} ${object.name ?? object.metadata?.name ?? ""}` });
    const client = {
      server: "https://a.test",
      request: reply,
      create: named("POST"),
      delete: named("DELETE"),
      pathOf: ({ name }: { name: string }, subresource: string) => Promise.resolve(`${name}/${subresource}`),
    };
    return { client: client as unknown as KubeClient, asked };
  }

  describe("bearer access to the cluster of a context", () => {
    const ca = { "certificate-authority-data": "Q0E=" };

    it("is by the user's own token where it is a fixed one, and makes nothing", async () => {
      const { client, asked } = clientOf(() => new Error("asked"));
      const file = put("token", "from a file\n");
      for (const [user, token] of [
        [{ token: "fixed" }, "fixed"],
        [{ tokenFile: file }, "from a file"],
      ] as const) {
        const access = await bearerAccess("a", stringify(one("a", user, ca)), client);
        await access.remove();
        assert.deepEqual([access.endpoint, access.caData, access.token], ["https://a.test", "Q0E=", token]);
      }
      assert.deepEqual(asked, []);
    });

    it("reads the authority out of a file", async () => {
      const cluster = { "certificate-authority": put("ca.crt", "CA") };
      const { client } = clientOf(() => undefined);
      assert.equal(
        (await bearerAccess("a", stringify(one("a", { token: "t" }, cluster)), client)).caData,
        "Q0E=",
      );
    });

    for (const [what, user] of [
      ["a client certificate", { "client-certificate-data": "x", "client-key-data": "y" }],
      ["a login command", { exec: { command: "aws" } }],
      ["an empty token", { token: "" }],
    ] as const) {
      it(`is by a ServiceAccount of its own, later removed, for a user with ${what}`, async () => {
        const { client, asked } = clientOf(({ path: at }) =>
          at.endsWith("/token") ? { status: { token: "made" } } : {},
        );
        const access = await bearerAccess("a", stringify(one("a", user, ca)), client);
        assert.equal(access.token, "made");
        const [made] = /slipway-rehearsal-[0-9a-f]{8}/.exec(asked[0] ?? "") ?? [];
        await access.remove();
        assert.deepEqual(asked, [
          `POST ServiceAccount ${made}`,
          `POST ClusterRoleBinding ${made}`,
          `POST ${made}/token`,
          `DELETE ClusterRoleBinding ${made}`,
          `DELETE ServiceAccount ${made}`,
        ]);
      });
    }

    it("takes back what it made when the token is refused", async () => {
      const refused = new KubeError(403, "Forbidden", "no");
      const { client, asked } = clientOf(({ path: at }) => (at.endsWith("/token") ? refused : {}));
      await assert.rejects(bearerAccess("a", stringify(one("a", {}, ca)), client), refused);
      assert.deepEqual(asked.map((line) => line.replace(/slipway-rehearsal-.{8}/, "N")).slice(3), [
        "DELETE ClusterRoleBinding N",
        "DELETE ServiceAccount N",
      ]);
    });

    for (const [what, cluster, message] of [
      ["without an authority", {}, /^--context a: the context has no certificate authority/],
      [
        "whose certificate is unchecked",
        { "insecure-skip-tls-verify": true },
        /^--context a: the context has no certificate authority/,
      ],
      [
        "with a server name of its own",
        { ...ca, "tls-server-name": "b" },
        /^--context a: the context names the server b for TLS/,
      ],
    ] as const) {
      it(`cannot be had to a cluster ${what}`, async () => {
        const { client, asked } = clientOf(() => new Error("asked"));
        await assert.rejects(bearerAccess("a", stringify(one("a", {}, cluster)), client), {
          name: "SlipwayError",
          message,
        });
        assert.deepEqual(asked, []);
      });
    }
  });

  describe("the administrator of a context", () => {
    const { signal } = new AbortController();
    const answers = (version: unknown, review: unknown) =>
      clientOf(({ path: at }) => (at === "/version" ? version : review)).client;

    it("gets the version of the cluster", async () => {
      const client = answers({ gitVersion: "v1.36.3" }, { status: { allowed: true } });
      assert.equal(await administeredVersion("a", client, signal), "v1.36.3");
    });

    for (const [what, client, message] of [
      [
        "who may not do everything",
        answers({ gitVersion: "v1" }, { status: { allowed: false } }),
        /^--context a: its user may not do everything in the cluster; allowed: .*cluster-admin; /,
      ],
      [
        "whom the cluster does not know",
        answers(new KubeError(401, "Unauthorized", "x"), {}),
        /^--context a: the API server https:\/\/a\.test does not let its user in \(401 Unauthorized\); /,
      ],
      ["who may not even ask", answers({}, new KubeError(403, "Forbidden", "x")), /\(403 Forbidden\)/],
    ] as const) {
      it(`is not one ${what}`, async () => {
        await assert.rejects(administeredVersion("a", client, signal), { name: "SlipwayError", message });
      });
    }
  });

  describe("the kinds that a stack makes", () => {
    const steps = (...types: readonly string[]) => types.map((type) => ({ type }));

    it("are those of its Kubernetes objects, each once", () => {
      assert.deepEqual(
        kindsOf(
          steps(
            "kubernetes:core/v1:Secret",
            "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute",
            "kubernetes:core/v1:Secret",
            "kubernetes:apps/v1:Deployment",
            "kubernetes:core/v1:NamespacePatch",
            "kubernetes:helm.sh/v3:Release",
            "kubernetes:yaml/v2:ConfigFile",
            "pulumi:providers:kubernetes",
            "aws:ec2/vpc:Vpc",
            "slipway:edge:Edge",
          ),
        ),
        [
          { apiVersion: "apps/v1", kind: "Deployment" },
          { apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute" },
          { apiVersion: "v1", kind: "Namespace" },
          { apiVersion: "v1", kind: "Secret" },
        ],
      );
    });

    const route = { apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute" };
    const pool = { apiVersion: "karpenter.sh/v1", kind: "NodePool" };
    const secret = { apiVersion: "v1", kind: "Secret" };
    const serving = (...kinds: readonly string[]): KubeClient =>
      ({
        resourceFor: (_: string, kind: string) =>
          kinds.includes(kind)
            ? Promise.resolve({})
            : Promise.reject(new KubeError(404, "UnknownKind", "no")),
      }) as unknown as KubeClient;

    it("are missed where the cluster does not serve them, and another refusal is passed on", async () => {
      assert.deepEqual(await notServed(serving("Secret"), [route, secret, pool]), [route, pool]);
      const broken = {
        resourceFor: () => Promise.reject(new KubeError(500, "", "broken")),
      } as unknown as KubeClient;
      await assert.rejects(notServed(broken, [secret]), /broken/);
    });

    const definition = (name: string, kind: string): string =>
      `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: ${name}\nspec:\n  names:\n    kind: ${kind}\n`;

    it("are looked for in files by group and kind, and their folders named once", () => {
      const manifest = (name: string, kind: string) => ({
        kind: "CustomResourceDefinition",
        name,
        text: definition(name, kind),
      });
      const files = [
        { file: "/b/1.yaml", manifests: [manifest("nodepools.karpenter.sh", "NodePool")] },
        { file: "/a/1.yaml", manifests: [manifest("httproutes.other.io", "HTTPRoute")] },
        {
          file: "/a/2.yaml",
          manifests: [
            manifest("gateways.gateway.networking.k8s.io", "Gateway"),
            manifest("httproutes.gateway.networking.k8s.io", "HTTPRoute"),
          ],
        },
      ];
      const gateway = { ...route, kind: "Gateway" };
      assert.deepEqual(foldersDefining([pool, route, gateway], files), ["/a", "/b"]);
      assert.equal(foldersDefining([{ ...route, kind: "TLSRoute" }, pool], files), undefined);
    });

    it("are named in one sentence with the command that gets them, which is not run", async () => {
      const file = put("crds/routes.yaml", definition("httproutes.gateway.networking.k8s.io", "HTTPRoute"));
      const files = () => Promise.resolve([file]);
      await assert.rejects(requireKinds("mine", serving("Secret"), [route, secret], files), {
        message: `--context mine: the cluster does not serve HTTPRoute (gateway.networking.k8s.io/v1); allowed: a cluster with the custom resource definitions of all that the stack makes; install their definitions first: kubectl --context mine apply --server-side -f ${folder}/crds.`,
      });
      await assert.rejects(
        requireKinds("mine", serving(), [route, pool], () => Promise.reject(new Error("no network"))),
        /; install the custom resource definitions of gateway\.networking\.k8s\.io and karpenter\.sh first\.$/,
      );
    });

    it("ask for no file when nothing is missing", async () => {
      const asked: string[] = [];
      await requireKinds("mine", serving("Secret"), [secret], () => Promise.resolve(asked));
      assert.deepEqual(asked, []);
    });
  });

  describe("namespaces of the provided controllers", () => {
    it("are made only where they are absent, and a dying one is waited for", async () => {
      const found: Record<string, object | undefined> = {
        there: { metadata: { name: "there" } },
        dying: { metadata: { name: "dying", deletionTimestamp: "now" } },
      };
      const asked: string[] = [];
      const client = {
        get: ({ name }: { name: string }) => Promise.resolve(found[name]),
        create: ({ metadata }: { metadata: { name: string } }) =>
          Promise.resolve(asked.push(`create ${metadata.name}`)),
        waitUntil: ({ name }: { name: string }) => Promise.resolve(asked.push(`wait for ${name}`)),
        delete: ({ name }: { name: string }) => Promise.resolve(asked.push(`delete ${name}`)),
      } as unknown as KubeClient;
      const made: string[] = [];
      await makeNamespaces(client, ["there", "absent", "dying"], made);
      assert.deepEqual(made, ["absent", "dying"]);
      assert.deepEqual(asked.splice(0), ["create absent", "wait for dying", "create dying"]);
      await removeNamespaces(client, made);
      assert.deepEqual(asked, ["delete absent", "delete dying", "wait for absent", "wait for dying"]);
    });

    it("are told of even when a later one is refused, so that they can be removed", async () => {
      const client = {
        get: () => Promise.resolve(undefined),
        create: ({ metadata }: { metadata: { name: string } }) =>
          metadata.name === "a" ? Promise.resolve({}) : Promise.reject(new Error("refused")),
      } as unknown as KubeClient;
      const made: string[] = [];
      await assert.rejects(makeNamespaces(client, ["a", "b"], made), /refused/);
      assert.deepEqual(made, ["a"]);
    });
  });
});
