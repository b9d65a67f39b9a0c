import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import type { Fields } from "./core/json";
import type { Node, Subject } from "./core/rule";
import { kindOf } from "./kubernetes/objects";

/** A resource of the engine as a rule about one resource sees it. */
export function subjectOf(
  args: Pick<ResourceValidationArgs, "type" | "name" | "props" | "opts" | "provider">,
): Subject {
  const { type, name, props, opts, provider } = args;
  return { type, name, props, isProtected: opts.protect, ...(provider && { provider: provider.props }) };
}

/** A resource as a rule about the stack sees it. All are made anew for each rule, and most are not looked at. */
export class StackNode implements Node {
  constructor(
    readonly resource: PolicyResource,
    /** What the program wrote. */
    readonly inputs: Fields | undefined,
  ) {}

  get urn(): string {
    return this.resource.urn;
  }

  get type(): string {
    return this.resource.type;
  }

  get name(): string {
    return this.resource.name;
  }

  /** Of an object what was written: before a cluster is there its provider answers nothing. */
  get props(): Fields {
    const isWritten = this.inputs !== undefined && kindOf(this.type) !== undefined;
    return isWritten ? this.inputs : this.resource.props;
  }

  get isProtected(): boolean {
    return this.resource.opts.protect;
  }

  get provider(): Fields | undefined {
    return this.resource.provider?.props;
  }

  get parent(): string | undefined {
    return this.resource.parent?.urn;
  }

  get dependencies(): NonNullable<Node["dependencies"]> {
    const entries = Object.entries(this.resource.propertyDependencies);
    return Object.fromEntries(
      entries.map(([property, resources]) => [property, resources.map(({ urn }) => urn)]),
    );
  }
}
