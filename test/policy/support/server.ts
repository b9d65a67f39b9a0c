import { setTimeout as sleep } from "node:timers/promises";
import { admissionOf } from "../../../components/security/admission";
import type { AdmissionRule } from "../../../components/security/admission";
import type { KubeClient, KubeObject } from "../../../rehearsal/kube/client";
import { KubeError } from "../../../rehearsal/kube/client";
import { inTurns } from "./in-turns";
import type { Refusals, Row } from "./table";

const API = "admissionregistration.k8s.io/v1";
/** Milliseconds in which the API server, which looks for new policies once a second, must know one. */
const patience = 30_000;
const interval = 200;

/** What the API server says of one object. */
export interface Answer {
  /** Why it is no valid object, before any policy is asked. */
  readonly invalid?: string;
  /** That there is such an object, which is found out after all policies have been asked. */
  readonly exists?: string;
  /** Rules that refuse it. */
  readonly refused: Refusals;
  /** `rule: message` of what a policy could not work out. */
  readonly errors: readonly string[];
}

/** For which requests a policy is there: a request says whom it asks by the name of its field manager. */
type Asked = "table" | "opposite" | `configured-${number}` | `deny-${number}`;

/**
 * All rules in an API server, as the program itself renders them, but that each answers only those that ask it. A
 * policy that only warns tells by a warning that it refuses: one dry run asks all of them.
 */
export class AskedServer {
  /** By rule, why the server does not take its policy. */
  readonly broken = new Map<string, string>();
  readonly #rules = new Map<string, AdmissionRule>();
  readonly #configurations: string[] = [];
  readonly #answers = new Map<string, Promise<Answer>>();

  constructor(
    readonly client: KubeClient,
    readonly rules: readonly AdmissionRule[],
  ) {}

  /** Makes a policy of each rule, and of each configuration that a row has, and waits until they answer. */
  async installTable(rows: readonly Row[], refused: (row: Row) => Refusals): Promise<void> {
    const wanted = this.rules.map((rule) => () => this.#warning("table", rule));
    for (const { rule, config } of rows) {
      if (config === undefined || this.#configuration(rule, config) >= 0) continue;
      this.#configurations.push(JSON.stringify([rule.name, config]));
      const asked = this.#asked({ rule, config });
      wanted.push(() => this.#warning(asked, rule, config));
    }
    await inTurns(wanted, (make) => make());
    await this.#untilEach(async (rule) => {
      for (const row of rows.filter((one) => one.rule === rule && refused(one).has(rule.name))) {
        const answer = await this.#send(row);
        if (answer.invalid === undefined) return answer.refused.has(rule.name);
      }
      return true;
    });
  }

  /** What the server says of a row; it is asked once for the same object. */
  ask(row: Row): Promise<Answer> {
    const key = JSON.stringify([this.#asked(row), row.object]);
    const known = this.#answers.get(key) ?? this.#send(row);
    this.#answers.set(key, known);
    return known;
  }

  /** Makes a policy of the opposite of each rule, and waits until each refuses what keeps its rule. */
  async installOpposites(compliant: (rule: AdmissionRule) => Row): Promise<void> {
    await inTurns(this.rules, (rule) => this.#warning("opposite", opposite(rule)));
    await this.#untilEach(async (rule) => (await this.askOpposites(compliant(rule))).refused.has(rule.name));
  }

  /** What the opposites of all rules say. */
  askOpposites(row: Row): Promise<Answer> {
    return this.#send(row, "opposite");
  }

  /** Makes a policy of each rule that refuses as it does in production, and waits until each is in force. */
  async installDenying(refused: (rule: AdmissionRule) => Row): Promise<void> {
    await inTurns(this.rules, (rule) =>
      this.#make(rule.name, policyObjects(rule.name, rule, {}, this.#denying(rule)), rule),
    );
    await this.#untilEach(async (rule) => {
      const { object } = refused(rule);
      const options = { dryRun: true, fieldManager: this.#denying(rule) };
      return this.client.create(object, options).then(
        () => false,
        () => true,
      );
    });
  }

  /** Creates an object, as nobody would have it, and tells what the API server says. */
  async create({ rule, object }: Row): Promise<string> {
    try {
      await this.client.create(object, { fieldManager: this.#denying(rule) });
      return "created";
    } catch (error) {
      if (error instanceof KubeError) return `${error.status}: ${error.message}`;
      throw error;
    }
  }

  /** What the type check of the API server has to say about the rules' policies, once it has looked at all. */
  async typeWarnings(): Promise<readonly string[]> {
    const target = { apiVersion: API, kind: "ValidatingAdmissionPolicy" };
    const policies = await this.client.waitUntil(
      target,
      (all) => all.every((one) => statusOf(one).observedGeneration === one.metadata.generation) && all,
      { timeout: patience },
    );
    return policies.flatMap((one) =>
      (statusOf(one).typeChecking?.expressionWarnings ?? []).map(
        ({ fieldRef, warning }) =>
          `${this.#rules.get(one.metadata.name)?.name ?? one.metadata.name}: ${fieldRef}: ${warning}`,
      ),
    );
  }

  #denying(rule: AdmissionRule): Asked {
    return `deny-${this.rules.indexOf(rule)}`;
  }

  async #untilEach(isInForce: (rule: AdmissionRule) => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + patience;
    await inTurns(this.rules, async (rule) => {
      if (this.broken.has(rule.name)) return;
      // Not in time is no failure of its own: the table shows which rule does not answer, and about what.
      while (!(await isInForce(rule)) && performance.now() < deadline) await sleep(interval);
    });
  }

  async #send(row: Row, asked = this.#asked(row)): Promise<Answer> {
    try {
      const { warnings } = await this.client.create(row.object, { dryRun: true, fieldManager: asked });
      return this.#read(warnings, row, asked);
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      if (error.reason === "AlreadyExists") {
        return { ...this.#read(error.warnings, row, asked), exists: error.message };
      }
      return { invalid: error.message, refused: new Set(), errors: [] };
    }
  }

  #read(warnings: readonly string[], row: Row, asked: Asked): Answer {
    // The server leaves out what goes beyond 4,096 characters.
    if (warnings.join("").length > 3_900) throw new Error("too many warnings for one answer");
    const refused = new Set<string>();
    const errors: string[] = [];
    for (const warning of warnings) {
      const [, policy = "", said = ""] = said299.exec(warning) ?? [];
      const rule = this.#rules.get(policy);
      // Where the case configures its rule, the policy with that configuration speaks in its place.
      if (rule === undefined || (rule === row.rule && !policy.startsWith(asked))) continue;
      refused.add(rule.name);
      if (said !== "no") errors.push(`${rule.name}: ${said}`);
    }
    return { refused, errors };
  }

  #asked({ rule, config }: Pick<Row, "rule" | "config">): Asked {
    return config === undefined ? "table" : `configured-${this.#configuration(rule, config)}`;
  }

  #configuration(rule: AdmissionRule, config: object): number {
    return this.#configurations.indexOf(JSON.stringify([rule.name, config]));
  }

  /** Short names and messages, for there is little room for all warnings. */
  async #warning(asked: Asked, rule: AdmissionRule, config: object = {}): Promise<void> {
    const name = `${asked}-${this.#rules.size}`;
    const all = asked === "table" ? "(table|configured-.*)" : asked;
    const entry = { ...config, exemptions: [], enforcementLevel: "advisory" };
    await this.#make(name, policyObjects(name, rule, entry, all, "no"), rule);
  }

  async #make(name: string, objects: readonly KubeObject[], rule: AdmissionRule): Promise<void> {
    this.#rules.set(
      name,
      this.rules.find((one) => one.name === rule.name)!,
    );
    try {
      for (const object of objects) await this.client.create(object);
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      this.broken.set(rule.name, error.message);
    }
  }
}

interface PolicyStatus {
  readonly observedGeneration?: number;
  readonly typeChecking?: {
    readonly expressionWarnings?: readonly { readonly fieldRef: string; readonly warning: string }[];
  };
}

function statusOf(policy: KubeObject): PolicyStatus {
  return (policy["status"] ?? {}) as PolicyStatus;
}

const said299 = /^Validation failed for ValidatingAdmissionPolicy '([^']+)' with binding '[^']+': ([^]*)$/;

/** A rule as objects of the API, by the program's own code, that listens to some field managers only. */
function policyObjects(
  name: string,
  rule: AdmissionRule,
  config: object,
  asked: string,
  message?: string,
): readonly KubeObject[] {
  const entry = { enforcementLevel: "mandatory", ...config };
  const { policy, bindings } = admissionOf(
    rule,
    { [rule.name]: entry },
    { today: "2026-06-01", watched: [] },
  )!;
  const isAsked = {
    name: "is-asked",
    expression: `request.options.?fieldManager.orValue('').matches('^${asked}$')`,
  };
  const validations = policy.validations.map((one) => ({ ...one, message: message ?? one.message }));
  return [
    {
      apiVersion: API,
      kind: "ValidatingAdmissionPolicy",
      metadata: { name },
      spec: { ...policy, validations, matchConditions: [isAsked, ...policy.matchConditions] },
    },
    {
      apiVersion: API,
      kind: "ValidatingAdmissionPolicyBinding",
      metadata: { name },
      spec: { ...bindings.enforced!, policyName: name },
    },
  ];
}

/** The rule with its condition turned round. */
function opposite(rule: AdmissionRule): AdmissionRule {
  return {
    ...rule,
    cel: {
      ...rule.cel,
      validations: (settings) => {
        const all = rule.cel.validations(settings).map(({ expression }) => `(${expression})`);
        return [{ expression: `!(${all.join(" && ")})`, message: "" }];
      },
    },
  };
}
