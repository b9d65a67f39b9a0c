import type { Exemption } from "./settings";
import { hasEnded } from "./settings";

/** What exemptions may call a resource; `*` stands for what is not known yet. */
interface Called {
  readonly known: readonly string[];
  readonly partly: readonly string[];
}

/** One exemption, with what has become of it. */
interface Entry {
  readonly rule: string;
  readonly exemption: Exemption;
  readonly expression: RegExp;
  isUsed: boolean;
}

/** What is known of exemptions and open questions only once all resources have been seen. */
export class Ledger {
  readonly #exemptions = new Map<string, readonly Entry[]>();
  readonly #undecided = new Map<string, Set<string>>();

  /** @param today `YYYY-MM-DD` in UTC. */
  constructor(readonly today: string) {}

  /**
   * Whether an exemption holds for a resource: `perhaps` while its name is not known.
   *
   * @param exemptions The rule's own, which are put on record the first time and are the same ever after.
   * @param called What they may call the resource; asked for only where there are any.
   */
  exempts(rule: string, exemptions: readonly Exemption[], called: () => Called): "yes" | "perhaps" | "no" {
    const entries = this.#exemptions.get(rule) ?? this.#record(rule, exemptions);
    if (entries.length === 0) return "no";
    const { known, partly } = called();
    let answer: "yes" | "perhaps" | "no" = "no";
    for (const entry of entries) {
      const holds = known.some((name) => entry.expression.test(name));
      const mayHold = partly.some((name) => couldMatch(entry.exemption.resource, name));
      if (!holds && !mayHold) continue;
      entry.isUsed = true;
      if (hasEnded(entry.exemption, this.today)) continue;
      if (holds) answer = "yes";
      else if (answer === "no") answer = "perhaps";
    }
    return answer;
  }

  #record(rule: string, exemptions: readonly Exemption[]): readonly Entry[] {
    const entries = exemptions.map((exemption) => {
      const expression = new RegExp(expressionOf(exemption.resource));
      return { rule, exemption, expression, isUsed: false };
    });
    this.#exemptions.set(rule, entries);
    return entries;
  }

  /** Puts on record that a rule could not decide about a resource. */
  leaves(rule: string, resource: string): void {
    const resources = this.#undecided.get(rule) ?? new Set();
    this.#undecided.set(rule, resources.add(resource));
  }

  #entries(): readonly Entry[] {
    return [...this.#exemptions.values()].flat();
  }

  /** One sentence for each exemption whose last day is over. */
  ended(): readonly string[] {
    return this.#entries()
      .filter(({ exemption }) => hasEnded(exemption, this.today))
      .map(
        ({ rule, exemption }) =>
          `the exemption of ${exemption.resource} from ${rule} ended on ${exemption.until} (${exemption.reason}); mend the resource, or give the exemption a later end and its reason again`,
      );
  }

  /** One sentence for each exemption that no resource needed, but for ended ones and what controllers make. */
  unmatched(): readonly string[] {
    return this.#entries()
      .filter(({ exemption, isUsed }) => !isUsed && exemption.madeBy === undefined)
      .filter(({ exemption }) => !hasEnded(exemption, this.today))
      .map(
        ({ rule, exemption }) =>
          `the exemption of ${exemption.resource} from ${rule} matches no resource; take it out`,
      );
  }

  /** One sentence for each rule that met values which are not known yet. */
  undecided(): readonly string[] {
    return [...this.#undecided].map(([rule, resources]) => {
      const names = [...resources].sort();
      const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : "";
      return `${rule} decides at the update, when all values are known, about ${names.slice(0, mostNamed).join(", ")}${more}`;
    });
  }
}

const mostNamed = 5;

/** Whether a name is the one of an exemption, in which `*` stands for any text without a blank. */
export function matches(pattern: string, name: string): boolean {
  return new RegExp(expressionOf(pattern)).test(name);
}

/** Whether a name of which a part is not known yet may come to match: both may have `*` in them. */
function couldMatch(pattern: string, name: string): boolean {
  const [kind = "", whole = ""] = pattern.split(" ");
  const [ownKind = "", own = ""] = name.split(" ");
  if (!matches(kind, ownKind)) return false;
  const parts = whole.split("/");
  const ownParts = own.split("/");
  // One star may stand for a namespace and a name.
  if (whole === "*") return true;
  return (
    parts.length === ownParts.length &&
    parts.every((part, at) => ownParts[at] === "*" || matches(part, ownParts[at] ?? ""))
  );
}

/** The names of an exemption as a regular expression, which JavaScript and the API server read alike. */
export function expressionOf(pattern: string): string {
  const literal = pattern.split("*").map((part) => part.replaceAll(/[\\^$.+?()[\]{}|]/g, "\\$&"));
  return `^${literal.join("[^ ]*")}$`;
}
