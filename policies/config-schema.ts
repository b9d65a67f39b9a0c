import { levels } from "./config";
import type { Rule } from "./core/rule";
import { exemptionsSchema, reportNames } from "./pack";

/**
 * JSON schema of a configuration file: what CrossGuard itself takes with `--policy-pack-config`, closed to names and
 * parameters that the pack does not have. `config/schema.json` is this, written out for editors.
 */
export function configFileSchema(rules: readonly Rule[]): object {
  const level = { $ref: "#/definitions/level" };
  const entryOf = (properties: object, description: string): object => ({
    description,
    anyOf: [
      level,
      {
        type: "object",
        additionalProperties: false,
        properties: {
          enforcementLevel: level,
          ...properties,
          exemptions: { $ref: "#/definitions/exemptions" },
        },
      },
    ],
  });
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Configuration of the policy pack for one stage",
    type: "object",
    additionalProperties: false,
    properties: {
      all: { description: "Level of every rule that says nothing of its own.", allOf: [level] },
      ...Object.fromEntries(
        rules.map((rule) => [rule.name, entryOf(rule.parameters ?? {}, rule.description)]),
      ),
      ...Object.fromEntries(
        reportNames.map((name) => [name, { description: "A report of the pack itself.", allOf: [level] }]),
      ),
    },
    definitions: { level: { enum: levels }, exemptions: exemptionsSchema },
  };
}
