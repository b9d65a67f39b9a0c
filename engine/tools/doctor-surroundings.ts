import { access, readFile, readdir } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { runChild } from "./child";
import type { ToolContext } from "./context";
import type { DoctorItem } from "./doctor-item";
import { isExecutable, pathFolders } from "./find";

/** Milliseconds that the Docker daemon may take to answer. */
const dockerLimit = 5000;

/** Official provider plugins that the engine can use instead of the stand-ins. */
export async function pluginItems({ env }: ToolContext): Promise<DoctorItem[]> {
  const home = env["PULUMI_HOME"] ?? path.join(homeOf(env), ".pulumi");
  const folder = path.join(home, "plugins");
  const installed = await readdir(folder).catch(() => []);
  return Promise.all(
    ["kubernetes", "random"].map(async (provider): Promise<DoctorItem> => {
      const name = `Provider ${provider}`;
      const binary = `pulumi-resource-${provider}`;
      for (const place of pathFolders(env)) {
        if (await isExecutable(path.join(place, binary)))
          return { name, status: "ok", detail: `on PATH (${place})` };
      }
      // Beside each plugin's folder there may be a .lock or .partial file of the same name.
      const own = installed.filter((entry) => new RegExp(`^resource-${provider}-v[\\d.]+$`).test(entry));
      if (own.length > 0) return { name, status: "ok", detail: `${own.join(", ")} in ${folder}` };
      return {
        name,
        status: "optional",
        detail: "no official plugin; a rehearsal uses the stand-in",
        remedy: `pulumi plugin install resource ${provider}`,
      };
    }),
  );
}

/** The cluster that `local` would go to. */
export function clusterItem({ env }: ToolContext): DoctorItem {
  const name = "KUBECONFIG";
  const value = env["KUBECONFIG"] ?? "";
  if (value !== "") return { name, status: "ok", detail: value };
  return {
    name,
    status: "optional",
    detail: "not set; a rehearsal starts a control plane of its own",
    remedy: "set it to deploy to a cluster that you have",
  };
}

/** The daemon that builds the platform's own images. */
export async function dockerItem({ env, signal }: ToolContext): Promise<DoctorItem> {
  const args = ["version", "--format", "{{.Server.Version}}"];
  const { code, stdout } = await runChild("docker", args, { env, limit: dockerLimit, signal });
  return code === 0
    ? { name: "Docker daemon", status: "ok", detail: stdout.trim() }
    : {
        name: "Docker daemon",
        status: "optional",
        detail: "does not answer; only a real deployment builds images",
        remedy: "start Docker, or set DOCKER_HOST",
      };
}

/** Which AWS credentials there are, by the names of variables and profiles; no value is ever read out. */
export async function accountItems({ env }: ToolContext): Promise<DoctorItem[]> {
  const variables = [
    "AWS_PROFILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  ];
  const set = variables.filter((name) => (env[name] ?? "") !== "");
  const folder = path.join(homeOf(env), ".aws");
  const files = [
    env["AWS_SHARED_CREDENTIALS_FILE"] ?? path.join(folder, "credentials"),
    env["AWS_CONFIG_FILE"] ?? path.join(folder, "config"),
  ];
  const profiles = (await Promise.all(files.map(profilesOf))).flat();
  const found = [...set, ...[...new Set(profiles)].map((profile) => `profile ${profile}`)];
  return [
    found.length > 0
      ? { name: "AWS credentials", status: "ok", detail: found.join(", ") }
      : {
          name: "AWS credentials",
          status: "optional",
          detail: "none found; a rehearsal needs no account",
          remedy: "aws sso login, or set AWS_PROFILE, to deploy staging or production",
        },
  ];
}

async function profilesOf(file: string): Promise<string[]> {
  const readable = await access(file).then(
    () => true,
    () => false,
  );
  if (!readable) return [];
  const text = await readFile(file, "utf8").catch(() => "");
  return [...text.matchAll(/^\s*\[(?:profile\s+)?([^\]\s]+)\s*\]/gm)].map(([, profile = ""]) => profile);
}

function homeOf(env: Readonly<NodeJS.ProcessEnv>): string {
  return env["HOME"] ?? homedir();
}
