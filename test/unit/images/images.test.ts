import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as module from "node:module";
import { join } from "node:path";
import { DockerfileParser } from "dockerfile-ast";
import type { Instruction } from "dockerfile-ast";
import ts from "typescript";
import { pinnedImage, versions } from "../../../components/common/versions";
import { frontendImage, referenceImage } from "../../../infra/foundation";
import { readContext } from "../../../rehearsal/providers/docker/context";
import { checkDockerfile } from "../../../rehearsal/providers/docker/dockerfile";
import { folder as reference, Service } from "./service";
import { temporaryFolder } from "../../support/temporary";

const images = join(__dirname, "../../../images");

interface Expected {
  readonly pin: "node" | "nginx";
  readonly user: string;
  readonly ports: string;
  readonly signal: string;
  readonly health: RegExp;
  /** Files that the builder is sent. */
  readonly files: readonly string[];
}

const expected: Readonly<Record<string, Expected>> = {
  frontend: {
    pin: "nginx",
    user: "101:101",
    ports: "8080 9090",
    signal: "SIGQUIT",
    health: /wget -q -O \/dev\/null http:\/\/127\.0\.0\.1:8080\/health \|\| exit 1$/,
    files: [
      "17-frontend.envsh",
      "nginx/mime.types",
      "nginx/nginx.conf",
      "nginx/proxy.conf",
      "nginx/site.conf.template",
      "site/index.html",
      ...["daira", "default", "kova", "noa", "omnitide"].map((system) => `systems/${system}.env`),
    ],
  },
  reference: {
    pin: "node",
    user: "10001:10001",
    ports: "8080",
    signal: "SIGTERM",
    health: /wget -q -O \/dev\/null "http:\/\/127\.0\.0\.1:\$\{PORT\}\/health" \|\| exit 1$/,
    files: [
      "build.mjs",
      "package.json",
      ...fs.readdirSync(join(reference, "src")).map((file) => `src/${file}`),
    ].sort(),
  },
};

describe("images of the platform", () => {
  it("are these, and no others, and the program knows each by its folder", () => {
    assert.deepEqual(fs.readdirSync(images).sort(), Object.keys(expected));
    const known = [frontendImage, referenceImage].map(({ name, context }) => [name, join("/infra", context)]);
    assert.deepEqual(
      known,
      Object.keys(expected).map((name) => [`slipway/${name}`, `/images/${name}`]),
    );
  });

  for (const [name, { pin, user, ports, signal, health, files }] of Object.entries(expected)) {
    describe(name, () => {
      const folder = join(images, name);
      const text = fs.readFileSync(join(folder, "Dockerfile"), "utf8");
      const instructions = DockerfileParser.parse(text).getInstructions();
      const keywords = instructions.map((instruction) => instruction.getKeyword());
      const last = instructions.slice(keywords.lastIndexOf("FROM"));
      const argumentsOf = (keyword: string, among: readonly Instruction[] = last): (string | null)[] =>
        among
          .filter((instruction) => instruction.getKeyword() === keyword)
          .map((instruction) => instruction.getRawArgumentsContent());

      it("has more than one stage, each from the base that versions.json pins by digest", () => {
        const argument = `${pin.toUpperCase()}_IMAGE`;
        const { digest } = versions.images[pin];
        assert.match(digest, /^sha256:[0-9a-f]{64}$/);
        assert.equal(argumentsOf("ARG", instructions)[0], `${argument}=${pinnedImage(pin)}@${digest}`);
        const bases = argumentsOf("FROM", instructions).map((from) => from?.split(" ")[0]);
        assert.deepEqual(bases, [`\${${argument}}`, `\${${argument}}`]);
      });

      it("runs as a numbered user that is not root, on ports that need no privilege", () => {
        assert.deepEqual(argumentsOf("USER"), [user]);
        assert.ok(Number(user.split(":")[0]) > 0);
        assert.deepEqual(argumentsOf("EXPOSE"), [ports]);
        for (const port of ports.split(" ")) assert.ok(Number(port) >= 1024);
      });

      it("installs nothing and fetches nothing", () => {
        assert.deepEqual(argumentsOf("ADD", instructions), []);
        assert.doesNotMatch(text, /\b(apk|apt|npm|curl|pip)\b/);
        assert.deepEqual(argumentsOf("RUN"), [], "the last stage only takes over");
      });

      it("tells its health to who runs it without Kubernetes, and ends on the signal that lets it finish", () => {
        assert.match(argumentsOf("HEALTHCHECK")[0] ?? "", health);
        assert.deepEqual(argumentsOf("STOPSIGNAL"), [signal]);
      });

      it("says what it is by the labels of OCI", () => {
        const [labels = ""] = argumentsOf("LABEL");
        assert.deepEqual(
          [...(labels ?? "").matchAll(/org\.opencontainers\.image\.([a-z.]+)="/g)].map(([, label]) => label),
          ["title", "description", "licenses", "revision", "base.name"],
        );
      });

      it("is built from the files that it needs and no others", () => {
        const context = readContext(folder, join(folder, "Dockerfile"));
        checkDockerfile(context);
        assert.deepEqual(context.files, files);
      });
    });
  }

  it("let a front end be tried for each system while it is built", () => {
    const text = fs.readFileSync(join(images, "frontend/Dockerfile"), "utf8");
    assert.match(text, /for file in \/etc\/slipway\/systems\/\*\.env; do/);
    assert.match(text, /\/docker-entrypoint\.sh nginx -t \|\| exit 1;/);
  });
});

describe("build stage of the reference service", () => {
  it("needs no compiler: what is TypeScript in the sources can be left out", () => {
    const sources = fs.readdirSync(join(reference, "src")).map((file) => join(reference, "src", file));
    const program = ts.createProgram(sources, {
      noResolve: true,
      noLib: true,
      noEmit: true,
      types: [],
      erasableSyntaxOnly: true,
      verbatimModuleSyntax: true,
      module: ts.ModuleKind.ESNext,
    });
    // Without a library nothing but the syntax can be judged.
    const needed = ["erasableSyntaxOnly", "verbatimModuleSyntax"];
    const found = sources
      .flatMap((file) => program.getSemanticDiagnostics(program.getSourceFile(file)))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "))
      .filter((message) => needed.some((option) => message.includes(option)));
    assert.deepEqual(found, []);
  });

  it("makes of the sources what Node runs as it is, or says that its Node is too old", async () => {
    const folder = temporaryFolder("slipway-reference-");
    try {
      fs.copyFileSync(join(reference, "package.json"), join(folder, "package.json"));
      const { status, stderr } = spawnSync(
        process.execPath,
        [join(reference, "build.mjs"), join(reference, "src"), folder],
        { encoding: "utf8" },
      );
      if (!("stripTypeScriptTypes" in module)) {
        assert.equal(status, 1);
        assert.match(stderr, /stripTypeScriptTypes/);
        return;
      }
      assert.equal(status, 0, stderr);
      const service = await new Service({}, [join(folder, "main.js")]).ready();
      assert.equal((await service.get("/health")).status, 200);
      service.kill("SIGTERM");
      assert.equal(await service.exit(), 0);
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
});
