import { block, ref, set, text } from "../fields";
import type { Fields, ValueCheck } from "../fields";
import type { Model, Situation } from "../model";
import { checkSubnets, identifier, refuseTwin, refuseWhileUsed } from "./store-rules";
import { T } from "./tokens";

/** What RDS and ElastiCache say each in its own way of a group that their stores name. */
interface GroupArgs {
  readonly type: string;
  /** The service of its ARN, and what stands there before its name. */
  readonly arn: readonly [service: string, kind: string];
  /** Code of the error for a name that another group has. */
  readonly taken: string;
  /** Who keeps it from being deleted: the type of the stores, the field that names the group, and the error's code. */
  readonly usedBy: { readonly type: string; readonly field: string; readonly code: string };
}

const description = { default: "Managed by Pulumi" };

function group({ type, arn: [service, kind], taken, usedBy }: GroupArgs) {
  return {
    type,
    tags: true,
    autoName: { field: "name", max: 255, lower: true },
    id: (s: Situation): string => s.view.text("name") ?? "",
    arn: (s: Situation): string => s.arn(service, `${kind}:${s.id}`),
    refuseTaken: (s: Situation): void => refuseTwin(s, "name", taken),
    release: (s: Situation): void => refuseWhileUsed(s, usedBy, s.id),
  };
}

/** A group of subnets, which must lie in one VPC and in so many zones. */
export function subnetGroup(
  args: GroupArgs & {
    readonly name: ValueCheck<string>;
    readonly zones: { readonly least: number; readonly code: string };
    /** Further outputs, the same for every group. */
    readonly more?: Readonly<Record<string, string[]>>;
  },
): Model {
  const { arn, refuseTaken, ...common } = group(args);
  const { name, zones, more = {} } = args;
  return {
    ...common,
    fields: {
      description: text(description),
      name: text({ forceNew: true, check: name }),
      subnetIds: set(ref(T.subnet), { required: true }),
    },
    computed: ["arn", ...Object.keys(more), "vpcId"],
    outputs: (s) => ({ arn: arn(s), ...more, vpcId: checkSubnets(s, zones.least, zones.code) }),
    admit(s) {
      refuseTaken(s);
      checkSubnets(s, zones.least, zones.code);
    },
  };
}

/** A group of parameters, for stores of one family. */
export function parameterGroup(
  args: GroupArgs & {
    readonly family: ValueCheck<string>;
    /** What a parameter has beside its name and value. */
    readonly parameter?: Fields;
    readonly more?: Fields;
  },
): Model {
  const { arn, refuseTaken, ...common } = group(args);
  const { family, parameter, more } = args;
  return {
    ...common,
    fields: {
      description: text({ ...description, forceNew: true }),
      family: text({ required: true, forceNew: true, check: family }),
      name: text({ forceNew: true, check: identifier(255) }),
      parameters: set(
        block({ ...parameter, name: text({ required: true }), value: text({ required: true }) }),
      ),
      ...more,
    },
    computed: ["arn"],
    outputs: (s) => ({ arn: arn(s) }),
    admit: refuseTaken,
  };
}
