import type { Problem } from "../components/common/problems";

interface Known {
  readonly pattern: RegExp;
  readonly problem: (found: readonly string[], stack: string) => Problem;
}

/** The types that Pulumi.yaml declares, in plain words. */
const kinds: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  integer: "a whole number",
  object: "a block of keys",
  string: "text",
};

/**
 * What the engine is known to say, and the sentence for it. The patterns come from real outputs of 3.259; the
 * first that fits counts. `test/unit/engine/errors.test.ts` has the recordings.
 */
const known: readonly Known[] = [
  {
    pattern: /no stack named '(.*)' found/,
    problem: (_found, stack) => ({
      what: `stack ${stack} does not exist yet`,
      where: "state backend",
      todo: `run \`slipway up -s ${stack}\`, which creates it`,
    }),
  },
  {
    pattern: /passphrase must be set with PULUMI_CONFIG_PASSPHRASE/,
    problem: (_found, stack) => ({
      what: `the passphrase of stack ${stack} is missing`,
      where: "PULUMI_CONFIG_PASSPHRASE",
      allowed: "PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE in the environment",
      todo: "set one of them and run again",
    }),
  },
  {
    pattern: /incorrect passphrase/,
    problem: (_found, stack) => ({
      what: `the passphrase does not open the secrets of stack ${stack}`,
      where: "PULUMI_CONFIG_PASSPHRASE",
      todo: "set the one that the stack was made with",
    }),
  },
  {
    pattern: /PULUMI_ACCESS_TOKEN must be set for login|[Ii]nvalid access token|not logged in/,
    problem: () => ({
      what: "you are not logged in to a state backend",
      where: "pulumi login",
      allowed: "a login, or PULUMI_BACKEND_URL or PULUMI_ACCESS_TOKEN in the environment",
      todo: "run `pulumi login <address>` and try again",
    }),
  },
  {
    pattern: /no space left on device|\bENOSPC\b/,
    problem: () => ({
      what: "the disk is full",
      where: "state backend or temporary folder",
      todo: "make room and run again; the state is as it was after the last finished step",
    }),
  },
  {
    pattern: /\bEADDRINUSE\b[^\n]*?(?:port )?(\d+)?$|address already in use/m,
    problem: ([, port]) => ({
      what: `port ${port ?? "needed"} is in use by another process`,
      where: "loopback address",
      todo: "end that process, or wait for it, and run again",
    }),
  },
  {
    pattern: /no resource plugin 'pulumi-resource-(\S+)' found in the workspace(?: at version v?(\S+))?/,
    problem: ([, name = "", version]) => ({
      what: `the provider plugin ${[name, version].filter(Boolean).join(" ")} is not installed and could not be fetched`,
      where: "plugin folder and PATH",
      todo: `run \`pulumi plugin install ${["resource", name, version].filter(Boolean).join(" ")}\`, or rehearse with \`--providers stand-in\``,
    }),
  },
  {
    pattern: /no language plugin 'pulumi-language-nodejs' found/,
    problem: () => ({
      what: "this Pulumi CLI has no Node.js language host",
      where: "PATH",
      todo: "install an official Pulumi release, or use `slipway` in place of `pulumi`",
    }),
  },
  {
    pattern: /policy pack ".*?" failed to start|failed to load Pulumi policy project/,
    problem: () => ({
      what: "the policy pack does not start",
      where: "policies/index.ts",
      todo: "run `node --import tsx index.ts` in its folder to see why",
    }),
  },
  {
    pattern: /Missing required configuration variable '(.+?)'/,
    problem: ([, key = ""], stack) => ({
      what: `config key ${key} has no value`,
      where: `Pulumi.${stack}.yaml`,
      todo: `run \`pulumi config set ${key} <value> -s ${stack}\``,
    }),
  },
  {
    pattern: /is missing configuration values? (.+)/,
    problem: ([, keys = ""], stack) => ({
      what: `no value is set for ${keys.replaceAll("'", "")}`,
      where: `Pulumi.${stack}.yaml`,
      todo: `run \`pulumi config set ${/'(.+?)'/.exec(keys)?.[1] ?? keys} <value> -s ${stack}\``,
    }),
  },
  {
    pattern: /configuration key '(.+?)' (?:not found for|must be of type) ?(?:stack )?'(.+?)'/,
    problem: ([said = "", key = "", other = ""], stack) =>
      said.includes("must be of type")
        ? {
            what: `config key ${key} has the wrong type`,
            where: `Pulumi.${stack}.yaml`,
            allowed: kinds[other.replace(/<.*/, "")] ?? other,
            todo: "correct it",
          }
        : {
            what: `there is no config key ${key}`,
            where: `Pulumi.${stack}.yaml`,
            todo: "check its spelling",
          },
  },
  {
    pattern:
      /getting stack configuration: (?:expected project to be an object|invalid YAML file: could not unmarshal map)/,
    problem: (_found, stack) => ({
      what: "the stack file is no block of keys",
      where: `Pulumi.${stack}.yaml`,
      allowed: "config: and below it a line for each key, such as slipway:stage: staging",
      todo: "correct it",
    }),
  },
  {
    pattern: /validating stack config: (?:bad value|cipher: )/,
    problem: (_found, stack) => ({
      what: "a secret value of the config cannot be decrypted",
      where: `Pulumi.${stack}.yaml`,
      allowed: "what was encrypted for this stack",
      todo: `set it again: \`pulumi config set --secret <key> -s ${stack}\``,
    }),
  },
  {
    pattern: /getting stack configuration: invalid YAML file: (?:yaml: )?(.+)/,
    problem: ([, reason = ""], stack) => ({
      what: `the stack file is not valid YAML: ${reason}`,
      where: `Pulumi.${stack}.yaml`,
      todo: "correct it",
    }),
  },
  {
    pattern: /could not unmarshal '(.+?)': (?:invalid YAML file: )?(?:yaml: )?(.+)/,
    problem: ([, file = "", reason = ""]) => ({
      what: `the file is not valid: ${reason}`,
      where: file,
      todo: "correct it",
    }),
  },
  {
    pattern: /no Pulumi\.yaml project file found/,
    problem: () => ({
      what: "there is no Pulumi.yaml here",
      where: "current folder",
      todo: "run it in the folder of the repository",
    }),
  },
  {
    pattern: /unable to open state directory "(.+?)": (.+)/,
    problem: ([, address = "", reason = ""]) => ({
      what: `the state backend cannot be opened: ${reason}`,
      where: address,
      todo: "make the folder, or log in to another backend with `pulumi login <address>`",
    }),
  },
  {
    pattern: /(?:read|write|list) "\.pulumi\/.+?": (.+)/,
    problem: ([, reason = ""]) => ({
      what: `the state backend does not answer: ${reason}`,
      where: "PULUMI_BACKEND_URL",
      todo: "check its address and your access to it",
    }),
  },
];

/** The sentence for an output of the engine that is known; undefined for any other. */
export function knownProblem(text: string, stack: string): Problem | undefined {
  for (const { pattern, problem } of known) {
    const found = pattern.exec(text);
    if (found !== null) return problem(found, stack);
  }
  return undefined;
}
