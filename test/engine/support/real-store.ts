import { storePod } from "../../../components/data/pod";
import type { StoreProcess } from "../../../components/data/pod";
import { rotationPod } from "../../../components/data/rotation";
import { trustFolder } from "../../../components/spec/store-kinds";
import type { StoreSpec } from "../../../components/spec/types";
import { testAuthority } from "../../support/authority";
import type { Issued } from "../../support/authority";
import { findPrograms } from "../../support/debian";
import { eventually } from "../../support/eventually";
import { containerOf, LocalPod } from "../../support/store-pod";
import type { Ended } from "../../support/store-pod";

/** The password that a store starts with, and the two that it is changed to. */
export const passwords = ["FirstPassword1", "SecondPassword2", "ThirdPassword3"] as const;

export interface RealStoreArgs {
  readonly name: string;
  readonly system: string;
  readonly spec: StoreSpec;
  readonly process: StoreProcess;
  /** What its Secret holds, by key. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Programs of the store and its clients, and the package of Debian that has them. */
  readonly programs: readonly string[];
  readonly debianPackage: string;
  /** Folders of the pod beside those that every store's has. */
  readonly folders: readonly string[];
}

type Spawned = ReturnType<LocalPod["spawn"]>;
type Variables = Readonly<Record<string, string>>;

/**
 * A real server that runs what is rendered for a store: its command line, files and scripts, and those of the Job that
 * changes its password. To be made where a suite is described.
 */
export class RealStore {
  readonly pod;
  readonly rotation;
  readonly stranger = testAuthority("stranger");
  readonly issue: ReturnType<typeof testAuthority>;
  readonly certificate: Issued;
  #local: LocalPod | undefined;
  #server: Spawned | undefined;

  constructor(private readonly args: RealStoreArgs) {
    const { name, system, spec, process } = args;
    this.pod = storePod({ name, store: spec, process, claim: `${name}-data` });
    const trust = "tls";
    this.rotation = rotationPod({
      ...{ store: name, system, spec, rotation: passwords.length, passwords: "passwords", trust, process },
    });
    this.issue = testAuthority(`${name}-ca`);
    this.certificate = this.issue([name, `${name}.shop`]);
  }

  /** The pod's folders on this machine. */
  get local(): LocalPod {
    if (this.#local === undefined) throw new Error("the store was not opened");
    return this.#local;
  }

  get server(): Spawned {
    if (this.#server === undefined) throw new Error("the store was not started");
    return this.#server;
  }

  /** Makes the pod's folders with the files of its Secrets. */
  async open(): Promise<void> {
    const { name, secrets, process } = this.args;
    const programs = await findPrograms(this.args.programs, this.args.debianPackage);
    this.#local = await LocalPod.start(programs, process.port.number, [
      ...this.args.folders,
      ...["tls", "secrets", "passwords", "trust"].map((folder) => `/etc/slipway/${folder}`),
      trustFolder(name),
    ]);
    this.write("/etc/slipway/tls", this.certificate);
    for (const folder of ["/etc/slipway/trust", trustFolder(name)]) this.trust(folder, this.certificate);
    this.write("/etc/slipway/secrets", secrets);
    const numbered = passwords.map((password, index) => [String(index + 1), password]);
    this.write("/etc/slipway/passwords", Object.fromEntries(numbered) as Variables);
  }

  write(folder: string, files: Variables): void {
    for (const [name, content] of Object.entries(files)) this.local.write(`${folder}/${name}`, content);
  }

  /** Has clients trust who signed this certificate. */
  trust(folder: string, { "ca.crt": authority }: Issued): void {
    this.write(folder, { "ca.crt": authority });
  }

  /** Takes a started server for the store's, and waits until the pod's own probe says that it has started. */
  async started(server: Spawned): Promise<void> {
    this.#server = server;
    const container = containerOf(this.pod, this.args.spec.kind);
    const [command = "", ...args] = (container.startupProbe as { exec: { command: string[] } }).exec.command;
    const here = args.map((arg) => this.local.here(arg));
    await eventually("an answer", async () => {
      if (server.process.exitCode !== null) throw new Error(server.said());
      const { code } = await this.local.run(command, here, this.local.env(container, this.args.secrets));
      return code === 0;
    });
  }

  /**
   * Renews the certificate while the pod's watcher runs, until the store serves the new one, and ends the watcher.
   *
   * @param served Tells the served certificate from others.
   * @returns how the watcher ended, and what it said.
   */
  async renew(
    served: () => Promise<string>,
    env: Variables = {},
  ): Promise<{ readonly code: number | null; readonly said: string }> {
    const helper = containerOf(this.pod, "reload");
    const [, , script = ""] = helper.command as string[];
    const often = this.local.here(script).replace("sleep 60", "sleep 0.1");
    const variables = { ...this.local.env(helper, this.args.secrets), ...env };
    const watcher = this.local.spawn("sh", ["-c", often], variables);
    const before = await served();
    this.write("/etc/slipway/tls", this.issue([this.args.name]));
    await eventually("the new certificate", async () => (await served()) !== before);
    await this.local.stop(watcher.process);
    return { code: watcher.process.exitCode, said: watcher.said() };
  }

  /** Runs the Job that puts this generation of the password in force. */
  rotate(newest: number, env: Variables): Promise<Ended> {
    const job = containerOf(this.rotation, "rotation");
    const [, flags = "", script = ""] = job.command as string[];
    const variables = { ...this.local.env(job), NEWEST: String(newest), ...env };
    return this.local.run("sh", [flags, this.local.here(script)], variables);
  }

  async close(): Promise<void> {
    await this.#local?.remove();
  }
}
