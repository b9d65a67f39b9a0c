import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { eksKubeconfig } from "../../../components/cluster/kubeconfig";
import { writeAwsShim } from "../../../rehearsal/shim";
import { temporaryFolder } from "../../support/temporary";

const TOKEN = "k8s-aws-v1.t0ken";

describe("the rehearsal's aws command", () => {
  let folder = "";

  before(async () => {
    folder = path.join(temporaryFolder("slipway-shim-"), "with a space");
    await writeAwsShim(folder, TOKEN);
  });
  after(() => fs.rmSync(path.dirname(folder), { recursive: true, force: true }));

  const aws = (
    args: readonly string[],
    info?: object,
  ): { status: number | null; stdout: string; stderr: string } => {
    const env: NodeJS.ProcessEnv = { PATH: `${folder}${path.delimiter}${process.env["PATH"] ?? ""}` };
    if (info !== undefined) env["KUBERNETES_EXEC_INFO"] = JSON.stringify(info);
    const { status, stdout, stderr } = spawnSync("aws", args, { env, encoding: "utf8", timeout: 10_000 });
    return { status, stdout, stderr };
  };
  const asks = (version: string): object => ({
    kind: "ExecCredential",
    apiVersion: `client.authentication.k8s.io/${version}`,
    spec: { interactive: false },
  });
  const get = ["eks", "get-token", "--cluster-name", "main"];

  it("gives the token as an ExecCredential", () => {
    const { status, stdout, stderr } = aws(get);
    assert.deepEqual([status, stderr], [0, ""]);
    assert.deepEqual(JSON.parse(stdout), {
      kind: "ExecCredential",
      apiVersion: "client.authentication.k8s.io/v1beta1",
      spec: {},
      status: { token: TOKEN },
    });
  });

  for (const version of ["v1", "v1beta1"]) {
    it(`answers in ${version} when it is asked so`, () => {
      const { apiVersion } = JSON.parse(aws(get, asks(version)).stdout) as { apiVersion: string };
      assert.equal(apiVersion, `client.authentication.k8s.io/${version}`);
    });
  }

  it("takes the arguments that kubeconfigs give, in any order", () => {
    for (const args of [
      ["--region", "eu-central-1", "eks", "get-token", "--cluster-name", "main", "--output", "json"],
      [...get, "--role-arn", "arn:aws:iam::123456789012:role/x", "--profile", "team"],
      ["eks", "get-token", "--cluster-name=main", "--region=eu-central-1", "--output=json"],
    ]) {
      assert.equal(aws(args).status, 0, args.join(" "));
    }
  });

  it("takes what the cluster's own kubeconfig calls", () => {
    const text = eksKubeconfig({
      name: "main",
      region: "eu-central-1",
      endpoint: "https://x",
      certificateAuthority: "Q0E=",
    });
    const { users } = JSON.parse(text) as {
      users: { user: { exec: { command: string; args: string[]; apiVersion: string } } }[];
    };
    const exec = users[0]?.user.exec;
    assert.equal(exec?.command, "aws");
    const { status, stdout } = aws(exec.args, { apiVersion: exec.apiVersion });
    assert.equal(status, 0);
    assert.equal((JSON.parse(stdout) as { apiVersion: string }).apiVersion, exec.apiVersion);
  });

  const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
    ["another command", ["s3", "ls"], /asked was: aws s3 ls/],
    ["no command", [], /asked was: aws/],
    ["no cluster", ["eks", "get-token"], /--cluster-name is missing/],
    ["an argument without its value", ["eks", "get-token", "--cluster-name"], /--cluster-name has no value/],
    ["an unknown argument", [...get, "--debug"], /does not know --debug/],
    ["another output", [...get, "--output", "yaml"], /writes json, not yaml/],
    ["another form of the other output", [...get, "--output=text"], /does not know --output=text/],
  ];
  for (const [sentence, args, message] of refused) {
    it(`refuses ${sentence} with exit code 2, saying what it is`, () => {
      const { status, stdout, stderr } = aws(args);
      assert.deepEqual([status, stdout], [2, ""]);
      assert.match(stderr, /^aws: this is the rehearsal's stand-in, which answers only 'aws eks get-token/);
      assert.match(stderr, message);
    });
  }

  it("refuses a version of the protocol that it does not speak", () => {
    assert.match(
      aws(get, asks("v1alpha1")).stderr,
      /neither client\.authentication\.k8s\.io\/v1 nor v1beta1/,
    );
  });

  it("keeps the token out of the script and readable by its owner alone, even over an older file", async () => {
    fs.chmodSync(path.join(folder, "token"), 0o644);
    await writeAwsShim(folder, TOKEN);
    assert.equal(fs.statSync(path.join(folder, "token")).mode & 0o777, 0o600);
    assert.equal(fs.statSync(path.join(folder, "aws")).mode & 0o777, 0o755);
    assert.doesNotMatch(fs.readFileSync(path.join(folder, "aws"), "utf8"), /t0ken/);
  });
});
