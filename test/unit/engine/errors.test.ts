import assert from "node:assert/strict";
import { SlipwayError } from "../../../components/common/problems";
import { CommandFailure } from "../../../engine/command";
import { explain, LockedError } from "../../../engine/errors";
import type { Diagnostic } from "../../../engine/events";

const target = { stack: "dev", env: {} };

function failure(stderr: string, signal?: string): CommandFailure {
  return new CommandFailure({
    stdout: "Updating (dev):\n",
    stderr,
    code: signal === undefined ? 1 : null,
    ...(signal && { signal }),
  });
}
function told(thrown: unknown, errors: readonly Diagnostic[] = [], program?: unknown): string {
  return explain(thrown, { operation: "up", target, errors, program }).message;
}

// Recorded from the CLI 3.259.0: what it writes to standard error.
const recordings: readonly (readonly [name: string, stderr: string, sentence: string])[] = [
  [
    "a stack that the backend does not have",
    "error: no stack named 'dev' found\n",
    "state backend: stack dev does not exist yet; run `slipway up -s dev`, which creates it.",
  ],
  [
    "a missing passphrase",
    "error: getting stack configuration: get stack secrets manager: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables\n",
    "PULUMI_CONFIG_PASSPHRASE: the passphrase of stack dev is missing; allowed: PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE in the environment; set one of them and run again.",
  ],
  [
    "a wrong passphrase",
    "error: getting stack configuration: get stack secrets manager: incorrect passphrase\n",
    "PULUMI_CONFIG_PASSPHRASE: the passphrase does not open the secrets of stack dev; set the one that the stack was made with.",
  ],
  [
    "a wrong passphrase for outputs",
    "error: failed to decrypt: incorrect passphrase, please set PULUMI_CONFIG_PASSPHRASE to the correct passphrase or set PULUMI_CONFIG_PASSPHRASE_FILE to a file containing the passphrase\n",
    "PULUMI_CONFIG_PASSPHRASE: the passphrase does not open the secrets of stack dev; set the one that the stack was made with.",
  ],
  [
    "no login",
    "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions\n",
    "pulumi login: you are not logged in to a state backend; allowed: a login, or PULUMI_BACKEND_URL or PULUMI_ACCESS_TOKEN in the environment; run `pulumi login <address>` and try again.",
  ],
  [
    "a state folder that is not there",
    'error: unable to open state directory "file:///srv/state": stat /srv/state: no such file or directory\n',
    "file:///srv/state: the state backend cannot be opened: stat /srv/state: no such file or directory; make the folder, or log in to another backend with `pulumi login <address>`.",
  ],
  [
    "a bucket that does not answer",
    'error: read ".pulumi/meta.yaml": blob (key ".pulumi/meta.yaml") (code=Unknown): operation error S3: GetObject, https response error StatusCode: 0, RequestID: , HostID: , request send failed\n',
    'PULUMI_BACKEND_URL: the state backend does not answer: blob (key ".pulumi/meta.yaml") (code=Unknown): operation error S3: GetObject, https response error StatusCode: 0, RequestID: , HostID: , request send failed; check its address and your access to it.',
  ],
  [
    "a config value of the wrong type",
    "error: validating stack config: Stack 'dev' with configuration key 'zones' must be of type 'array<string>'\n",
    "Pulumi.dev.yaml: config key zones has the wrong type; allowed: a list; correct it.",
  ],
  [
    "a config value that every stack needs",
    "error: validating stack config: Stack 'dev' is missing configuration value 'slipway:stage'\n",
    "Pulumi.dev.yaml: no value is set for slipway:stage; run `pulumi config set slipway:stage <value> -s dev`.",
  ],
  [
    "several config values that every stack needs",
    "error: validating stack config: Stack 'dev' is missing configuration values 'slipway:a' and 'slipway:b'\n",
    "Pulumi.dev.yaml: no value is set for slipway:a and slipway:b; run `pulumi config set slipway:a <value> -s dev`.",
  ],
  [
    "a config key that is not there",
    "error: configuration key 'nope' not found for stack 'dev'\n",
    "Pulumi.dev.yaml: there is no config key nope; check its spelling.",
  ],
  [
    "a stack file whose config is a list",
    "error: getting stack configuration: invalid YAML file: could not unmarshal map: yaml: unmarshal errors:\n  line 2: cannot unmarshal !!seq into map[string]config.Value\n",
    "Pulumi.dev.yaml: the stack file is no block of keys; allowed: config: and below it a line for each key, such as slipway:stage: staging; correct it.",
  ],
  [
    "a stack file that is a text",
    "error: getting stack configuration: expected project to be an object, was 'string'\n",
    "Pulumi.dev.yaml: the stack file is no block of keys; allowed: config: and below it a line for each key, such as slipway:stage: staging; correct it.",
  ],
  ...["bad value", "cipher: message authentication failed"].map(
    (reason) =>
      [
        `a secret of the config that is damaged (${reason})`,
        `error: validating stack config: ${reason}\n`,
        "Pulumi.dev.yaml: a secret value of the config cannot be decrypted; allowed: what was encrypted for this stack; set it again: `pulumi config set --secret <key> -s dev`.",
      ] as const,
  ),
  [
    "a stack file that is no YAML",
    "error: getting stack configuration: invalid YAML file: yaml: line 1: did not find expected node content\n",
    "Pulumi.dev.yaml: the stack file is not valid YAML: line 1: did not find expected node content; correct it.",
  ],
  [
    "a project file that is no YAML",
    "error: could not unmarshal '/srv/app/Pulumi.yaml': invalid YAML file: yaml: line 3: did not find expected node content\n",
    "/srv/app/Pulumi.yaml: the file is not valid: line 3: did not find expected node content; correct it.",
  ],
  [
    "no project file",
    "error: no Pulumi.yaml project file found (searching upwards from ). If you have not created a project yet, use `pulumi new` to do so: no project file found\n",
    "current folder: there is no Pulumi.yaml here; run it in the folder of the repository.",
  ],
  [
    "no language host",
    "error: failed to load language plugin nodejs: no language plugin 'pulumi-language-nodejs' found in the workspace or on your $PATH\n",
    "PATH: this Pulumi CLI has no Node.js language host; install an official Pulumi release, or use `slipway` in place of `pulumi`.",
  ],
  [
    "a policy pack that breaks at its start",
    'error: policy pack "/srv/packs/8ce391bd983708c3/pulumi-analyzer-slipway" failed to start: could not read plugin [/srv/packs/8ce391bd983708c3/pulumi-analyzer-slipway]: exit status 1\n',
    "policies/index.ts: the policy pack does not start; run `node --import tsx index.ts` in its folder to see why.",
  ],
  [
    "a full disk",
    "error: 2 errors occurred:\n    1) write /srv/state/.pulumi/locks/organization/demo/dev/e6065df7-100b-436a-9aa2-966c269c536f.json.18ea0fc2fedcc7fa.tmp: no space left on device\n    2) Unknown\n",
    "state backend or temporary folder: the disk is full; make room and run again; the state is as it was after the last finished step.",
  ],
  [
    "anything else, in its own words on one line",
    "error: a stack name may only contain alphanumeric, hyphens, underscores, or periods:\n  invalid character ' ' at position 1\n",
    "up of stack dev: a stack name may only contain alphanumeric, hyphens, underscores, or periods: invalid character ' ' at position 1.",
  ],
  ["silence", "", "up of stack dev: the engine ended with exit code 1 and said nothing."],
];

describe("engine errors", () => {
  for (const [name, stderr, sentence] of recordings) {
    it(`makes one sentence of ${name}`, () => assert.equal(told(failure(stderr)), sentence));
  }

  it("takes the errors among what the engine shows where it tells of none in any other way", () => {
    const shown =
      "Previewing update (dev):\n\nDiagnostics:\n  pulumi:pulumi:Stack (demo-dev):\n    error: the disk turned round\n    error: preview failed\n";
    const silent = new CommandFailure({ stdout: shown, stderr: "", code: 1 });
    assert.equal(told(silent), "up of stack dev: the disk turned round.");
    const said = new CommandFailure({ stdout: shown, stderr: "error: no\n", code: 1 });
    assert.equal(told(said), "up of stack dev: no.");
  });

  it("names who holds a lock, and gives the holders as data", () => {
    const error = explain(
      failure(
        "error: the stack is currently locked by 2 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.\n" +
          "  file:///srv/state/.pulumi/locks/organization/demo/dev/aaaa.json?no_tmp_dir=true: created by root@vm (pid 999999) at 2026-11-21T12:00:00+02:00\n" +
          "  file:///srv/state/.pulumi/locks/organization/demo/dev/bbbb.json?no_tmp_dir=true: created by ann@build-7 (pid 12) at 2026-11-21T12:00:00Z\n",
      ),
      { operation: "up", target, errors: [] },
    );
    assert.ok(error instanceof LockedError);
    assert.deepEqual(
      error.holders.map(({ user, host, pid }) => [user, host, pid]),
      [
        ["root", "vm", 999999],
        ["ann", "build-7", 12],
      ],
    );
    assert.equal(
      error.message,
      "stack dev is locked by root@vm (process 999999) since 2026-11-21T12:00:00+02:00 and ann@build-7 (process 12) since 2026-11-21T12:00:00Z; allowed: one run on a stack at a time; wait for it to end or, when you know that it is dead, run `pulumi cancel -s dev` and try again.",
    );
  });

  it("takes a conflict that Pulumi Cloud reports for a lock without a known holder", () => {
    const error = explain(failure("error: [409] Conflict: Another update is currently in progress.\n"), {
      operation: "up",
      target,
      errors: [],
    });
    assert.ok(error instanceof LockedError);
    assert.deepEqual(error.holders, []);
    assert.match(error.message, /^stack dev is locked by another run;/);
  });

  it("names a provider plugin that is missing, and how to get it", () => {
    const errors = [
      {
        urn: "urn:pulumi:dev::demo::pulumi:providers:random::default_4_21_2",
        message:
          "no resource plugin 'pulumi-resource-random' found in the workspace at version v4.21.2 or on your $PATH",
      },
    ];
    assert.equal(
      told(failure(""), errors),
      "plugin folder and PATH: the provider plugin random 4.21.2 is not installed and could not be fetched; run `pulumi plugin install resource random 4.21.2`, or rehearse with `--providers stand-in`.",
    );
  });

  it("names each resource that failed, without the engine's echo of it", () => {
    const errors = [
      {
        urn: "urn:pulumi:dev::demo::slipway:network:Network$aws:ec2/vpc:Vpc::main",
        message: "quota\n  exceeded.",
      },
      { urn: "urn:pulumi:dev::demo::aws:s3/bucket:Bucket::logs", message: "name is taken" },
      { urn: "", message: "update failed" },
    ];
    assert.equal(
      told(failure(""), errors),
      'up of stack dev: aws:ec2/vpc:Vpc "main": quota exceeded; aws:s3/bucket:Bucket "logs": name is taken.',
    );
  });

  it("shows the first five of many failures", () => {
    const errors = Array.from({ length: 7 }, (_, at) => ({
      urn: `urn:pulumi:dev::demo::aws:s3/bucket:Bucket::b${at}`,
      message: "name is taken",
    }));
    assert.match(told(failure(""), errors), /"b4": name is taken \(and 2 more\)\.$/);
    assert.ok(!told(failure(""), errors).includes('"b5"'));
  });

  it("does not take what a resource reports for a trouble of this machine", () => {
    const errors = [
      {
        urn: "urn:pulumi:dev::demo::kubernetes:apps/v1:Deployment::web",
        message: "pod web-1: no space left on device",
      },
    ];
    assert.equal(
      told(failure(""), errors),
      'up of stack dev: kubernetes:apps/v1:Deployment "web": pod web-1: no space left on device.',
    );
  });

  it("lets a sentence of ours through as it is, whether it was caught or only reported", () => {
    const ours = new SlipwayError({
      what: "x is 3",
      where: "slipway:x",
      allowed: "1 or 2",
      todo: "correct it",
    });
    assert.equal(explain(failure(""), { operation: "up", target, errors: [], program: ours }), ours);
    assert.equal(explain(ours, { operation: "up", target, errors: [] }), ours);
    const reported = [
      { urn: "", message: ours.message },
      { urn: "", message: `One or more errors occurred: ${ours.message}` },
    ];
    assert.equal(told(failure(""), reported), ours.message);
  });

  it("says that a signal killed the engine, whatever the program met after that", () => {
    assert.equal(
      told(failure("", "SIGKILL"), [], new Error("14 UNAVAILABLE: connection refused")),
      "up of stack dev: the engine was killed by SIGKILL; run it again: it finds out what was under way, and goes on from there.",
    );
  });

  it("blames the resource, not the program, when the program failed because of it", () => {
    const errors = [{ urn: "urn:pulumi:dev::demo::aws:s3/bucket:Bucket::logs", message: "name is taken" }];
    assert.equal(
      told(failure(""), errors, new Error("failed to register new resource")),
      'up of stack dev: aws:s3/bucket:Bucket "logs": name is taken.',
    );
  });

  it("says in plain words what the system refuses", () => {
    const inUse = Object.assign(new Error("listen EADDRINUSE: address already in use 127.0.0.1:6443"), {
      code: "EADDRINUSE",
    });
    assert.match(told(inUse), /^loopback address: port 6443 is in use by another process;/);
    const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    assert.match(told(full), /the disk is full/);
  });

  it("keeps stack traces out", () => {
    const errors = [
      {
        urn: "",
        message:
          "Unhandled exception: Error: boom\n    at Object.boom (/srv/app/infra/index.ts:10:29)\n    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)\n    at async Stack.initializeAndRegisterOutputs (/srv/app/node_modules/@pulumi/resource.ts:1687:22)\n",
      },
      { urn: "", message: "boom" },
    ];
    assert.equal(told(failure(""), errors), "boom.");
  });

  it("keeps secrets out: logins in addresses, and values of variables that name a secret", () => {
    const thrown = failure("error: cannot reach https://ann:hunter22@state.example.com with opensesame\n");
    const error = explain(thrown, {
      operation: "up",
      target: { stack: "dev", env: { PULUMI_CONFIG_PASSPHRASE: "opensesame" } },
      errors: [],
    });
    assert.equal(
      error.message,
      "up of stack dev: cannot reach https://[secret]@state.example.com with [secret].",
    );
    assert.ok(!JSON.stringify(error.problem).includes("hunter22"));
  });
});
