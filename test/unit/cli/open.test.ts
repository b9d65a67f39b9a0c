import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { fakeKubectl } from "../../support/kubectl";
import type { FakeKubectl } from "../../support/kubectl";
import { temporaryFolder } from "../../support/temporary";

const root = path.resolve(__dirname, "..", "..", "..");
const LOCAL = "config:\n  slipway:stage: local\n";

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `slipway open`, with `search` as the PATH; once it says that the way is open, it gets the signal. */
function open(words: readonly string[], search: string, signal: NodeJS.Signals = "SIGINT"): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--import", "tsx", "cli/main.ts", "open", ...words], {
      cwd: root,
      env: { ...process.env, PATH: search },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      if (text.includes("Ctrl-C closes it")) child.kill(signal);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

describe("slipway open", function () {
  this.timeout(60_000);
  let folder: string;
  let kubectl: FakeKubectl;
  before(() => {
    folder = temporaryFolder();
    writeFileSync(path.join(folder, "Pulumi.local.yaml"), LOCAL);
    writeFileSync(
      path.join(folder, "Pulumi.laptop.yaml"),
      `${LOCAL}  slipway:cluster:\n    context: kind-slipway\n`,
    );
  });
  beforeEach(() => {
    kubectl = fakeKubectl("opens");
  });
  const at = (stack: string): string[] => ["-s", stack, "-C", folder];

  const tools: readonly (readonly [tool: string, port: number])[] = [
    ["grafana", 3000],
    ["prometheus", 9090],
    ["alertmanager", 9093],
    ["jaeger", 16686],
    ["loki", 3100],
  ];
  for (const [tool, port] of tools) {
    it(`opens the port of ${tool}, says where it is, and closes it with Ctrl-C`, async () => {
      const { code, stdout } = await open([tool, ...at("local")], kubectl.path);
      assert.equal(code, 130);
      assert.deepEqual(kubectl.called().args, [
        ...["--namespace", "monitoring", "port-forward"],
        ...[`service/${tool}`, `${port}:${port}`],
      ]);
      const [first, login] = stdout.split("\n");
      assert.equal(first, `${tool} of stack local: http://localhost:${port}`);
      assert.match(login ?? "", tool === "grafana" ? /^login: admin, / : /^login: none; /);
      assert.match(stdout, new RegExp(`^${tool} of stack local is closed$`, "m"));
      // Once for both families of addresses.
      assert.equal(stdout.split("http://localhost").length, 2);
      assert.equal(kubectl.ended(), "SIGTERM");
    });
  }

  it("says by which command the password of Grafana is read, and not the password", async () => {
    const { stdout } = await open(["grafana", ...at("laptop")], kubectl.path);
    assert.ok(
      stdout.includes(
        "  kubectl --context kind-slipway --namespace monitoring get secret --selector app.kubernetes.io/name=grafana --output jsonpath='{.items[0].data.admin-password}' | base64 --decode\n",
      ),
      stdout,
    );
  });

  it("uses the context that the stack's config names", async () => {
    await open(["loki", ...at("laptop")], kubectl.path);
    assert.deepEqual(kubectl.called().args.slice(0, 2), ["--context", "kind-slipway"]);
  });

  it("takes another port of this machine, or a free one", async () => {
    const other = await open(["prometheus", ...at("local"), "--port", "8080"], kubectl.path);
    assert.equal(kubectl.called().args.at(-1), "8080:9090");
    assert.match(other.stdout, /http:\/\/localhost:8080$/m);
    const free = await open(["prometheus", ...at("local"), "--port", "0"], kubectl.path);
    assert.equal(kubectl.called().args.at(-1), ":9090");
    assert.match(free.stdout, /http:\/\/localhost:41234$/m);
  });

  it("ends on SIGTERM as on Ctrl-C", async () => {
    const { code } = await open(["loki", ...at("local")], kubectl.path, "SIGTERM");
    assert.deepEqual([code, kubectl.ended()], [143, "SIGTERM"]);
  });

  it("says what to install where there is no kubectl", async () => {
    assert.deepEqual(await open(["loki", ...at("local")], temporaryFolder()), {
      code: 1,
      stdout: "",
      stderr:
        "slipway: PATH: there is no kubectl, which opens the way into the cluster; install it: https://kubernetes.io/docs/tasks/tools/.\n",
    });
  });

  const failures: readonly (readonly [name: string, said: string, sentence: string])[] = [
    [
      "a port that is in use",
      "Unable to listen on port 3000: Listeners failed to create with the following errors: [unable to create listener: Error listen tcp4 127.0.0.1:3000: bind: address already in use]\nerror: unable to listen on any of the requested ports: [{3000 3000}]",
      "port 3000 of this machine is in use; end what uses it, or choose another with `--port`; 0 takes a free one.",
    ],
    [
      "a cluster without the tool",
      'Error from server (NotFound): services "grafana" not found',
      "the cluster has no Service grafana in the namespace monitoring; bring the stack up with `slipway up`, or see whether kubectl is at the right cluster.",
    ],
    [
      "anything else, by kubectl's last words",
      "E1121 portforward.go:351] lost\nerror: lost connection to pod",
      "lost connection to pod; see whether `kubectl --namespace monitoring get pods` answers, and try again.",
    ],
    [
      "a kubectl that says nothing",
      "",
      "it ended with exit code 1 and said nothing; see whether `kubectl --namespace monitoring get pods` answers, and try again.",
    ],
  ];
  for (const [name, fails, sentence] of failures) {
    it(`explains ${name} in one sentence, with exit code 1`, async () => {
      const run = await open(["grafana", ...at("local")], fakeKubectl({ fails }).path);
      assert.deepEqual(run, {
        code: 1,
        stdout: "",
        stderr: `slipway: kubectl port-forward service/grafana: ${sentence}\n`,
      });
    });
  }

  it("refuses a tool that there is not, a port that is none, and no stack, as wrong usage", async () => {
    const wrong: readonly (readonly [readonly string[], RegExp])[] = [
      [["kibana", ...at("local")], /'kibana' is invalid.* Allowed choices are grafana, prometheus, /],
      [["grafana", ...at("local"), "--port", "http"], /A whole number from 0 to 65535/],
      [["grafana", "-C", folder], /no stack is named; allowed: laptop, local;/],
    ];
    for (const [words, message] of wrong) {
      const { code, stdout, stderr } = await open(words, kubectl.path);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, message);
    }
  });
});
