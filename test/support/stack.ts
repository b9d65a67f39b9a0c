import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import slipway from "../../infra";
import { record } from "./recorder";
import type { Recording } from "./recorder";

const root = path.resolve(__dirname, "..", "..");
const DIGEST = `sha256:${"0".repeat(64)}`;
const KUBECONFIG = JSON.stringify({
  clusters: [{ name: "laptop", cluster: { server: "https://127.0.0.1:6443" } }],
  contexts: [{ name: "laptop", context: { cluster: "laptop", user: "laptop" } }],
  users: [{ name: "laptop", user: { token: "none" } }],
  "current-context": "laptop",
});

/** Keys of the `slipway` namespace, over what the stack's file says. */
export type Changes = Readonly<Record<string, unknown>>;

/** Records the whole program of a stack as its file in the repository has it, against mocks. */
export async function recordStack(
  stack: string,
  changes: Changes = {},
): Promise<Recording<Awaited<ReturnType<typeof slipway>>>> {
  const file = parse(readFileSync(path.join(root, `Pulumi.${stack}.yaml`), "utf8")) as {
    readonly config: Readonly<Record<string, unknown>>;
  };
  const changed = Object.entries(changes).map(([key, value]) => [`slipway:${key}`, value]);
  const config = { ...file.config, ...(Object.fromEntries(changed) as Readonly<Record<string, unknown>>) };
  const folder = mkdtempSync(path.join(tmpdir(), "slipway-test-"));
  const kubeconfig = path.join(folder, "kubeconfig");
  writeFileSync(kubeconfig, KUBECONFIG);
  const before = pulumi.runtime.allConfig();
  try {
    pulumi.runtime.setAllConfig(
      Object.fromEntries(
        Object.entries(config).map(([key, value]) => [
          key,
          typeof value === "string" ? value : JSON.stringify(value),
        ]),
      ),
    );
    const recording = await record(() => slipway({ KUBECONFIG: kubeconfig }), { stack, outputs, call });
    refuseHoles(recording);
    return recording;
  } finally {
    pulumi.runtime.setAllConfig(before);
    rmSync(folder, { recursive: true });
  }
}

/** A resource whose inputs wait for an output that no mock gives is never registered, and would pass unseen. */
function refuseHoles({ resources }: Pick<Recording<unknown>, "resources">): void {
  const parents = new Set(resources.map(({ parent }) => parent));
  const empty = resources.filter(({ custom, urn }) => !custom && !parents.has(urn));
  const controllers = resources.filter(({ type }) => /:(?:Deployment|StatefulSet)$/.test(type)).length;
  const pods = resources.filter(({ type }) => /^slipway:(?:workload:Workload|data:Store)$/.test(type)).length;
  if (empty.length === 0 && controllers === pods) return;
  throw new Error(
    `${pods - controllers} workloads were not recorded, and nothing of: ${empty.map(({ name }) => name).join(", ")}`,
  );
}

/** What the providers add to inputs, as far as the program reads it. */
function outputs({ type, name, inputs }: pulumi.runtime.MockResourceArgs): Record<string, unknown> {
  const { metadata, name: own } = inputs as { metadata?: { name?: string }; name?: string };
  if (metadata !== undefined) return { metadata: { ...metadata, name: metadata.name ?? `${name}-0a1b2c3d` } };
  if (type === "random:index/randomPassword:RandomPassword") return { result: `generated-for-${name}` };
  if (type === "docker:index/image:Image") return { repoDigest: `registry.test/${name}@${DIGEST}` };
  if (!type.startsWith("aws:")) return {};
  return {
    arn: `arn:aws:test:eu-central-1:123456789012:${name}`,
    name: own ?? name,
    endpoint: `https://${name}.test`,
    address: `${name}.test`,
    primaryEndpointAddress: `${name}.test`,
    readerEndpointAddress: `${name}-reader.test`,
    repositoryUrl: `123456789012.dkr.ecr.eu-central-1.amazonaws.com/${own ?? name}`,
    certificateAuthority: { data: "Y2E=" },
    kubernetesNetworkConfig: { serviceIpv4Cidr: "172.20.0.0/16" },
    domainValidationOptions: [
      {
        domainName: "x.test",
        resourceRecordName: "_x",
        resourceRecordType: "CNAME",
        resourceRecordValue: "y",
      },
    ],
  };
}

function call({ token }: pulumi.runtime.MockCallArgs): Record<string, unknown> {
  if (token === "aws:index/getCallerIdentity:getCallerIdentity") return { accountId: "123456789012" };
  return { userName: "AWS", password: "token", proxyEndpoint: "https://123456789012.dkr.ecr.test" };
}
