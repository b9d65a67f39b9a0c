import type { sendUnaryData, ServiceError } from "@grpc/grpc-js";
import { Metadata, status } from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import * as rpc from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { DiffResult, Props, ResourceRef } from "./part";
import { PartialFailure } from "./part";
import { parsePath, valueAt } from "./paths";

export function toProps(struct: Struct | undefined): Props {
  return struct?.toJavaScript() ?? {};
}

export function toStruct(props: Props): Struct {
  // The library throws on a field that is undefined, which a JSON round trip leaves out.
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(props)) as Record<string, JavaScriptValue>);
}

/** Type and name of a resource out of its URN: `urn:pulumi:stack::project::parent$type::name`. */
export function refOf(urn: string): ResourceRef {
  const [, , types = "", ...name] = urn.split("::");
  return { urn, type: types.split("$").at(-1) ?? "", name: name.join("::") };
}

/** What the engine shows and records for a diff: each changed path with its kind, and whether it replaces. */
export function toDiffResponse(diff: DiffResult, before: Props, after: Props): messages.DiffResponse {
  const response = new messages.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  response.setChanges(diff.changes.length === 0 ? DIFF_NONE : DIFF_SOME);
  response.setReplacesList([...diff.replaces]);
  response.setDeletebeforereplace(diff.deleteBeforeReplace);
  response.setHasdetaileddiff(true);
  for (const text of diff.changes) {
    const entry = new messages.PropertyDiff();
    entry.setKind(kindOf(text, diff.replaces.includes(text), before, after));
    entry.setInputdiff(true);
    response.getDetaileddiffMap().set(text, entry);
  }
  return response;
}

function kindOf(text: string, replaces: boolean, before: Props, after: Props): messages.PropertyDiff.Kind {
  const { Kind } = messages.PropertyDiff;
  const path = parsePath(text);
  if (valueAt(before, path) == null) return replaces ? Kind.ADD_REPLACE : Kind.ADD;
  if (valueAt(after, path) == null) return replaces ? Kind.DELETE_REPLACE : Kind.DELETE;
  return replaces ? Kind.UPDATE_REPLACE : Kind.UPDATE;
}

/**
 * An error as the protocol carries it. A {@link PartialFailure} carries the object too, by which the engine knows
 * that it exists.
 */
export function toServiceError(error: unknown, subject: string): Partial<ServiceError> {
  const details = `${subject}: ${messageOf(error)}`;
  if (!(error instanceof PartialFailure)) return { code: status.UNKNOWN, details };

  const failed = new messages.ErrorResourceInitFailed();
  failed.setId(error.id);
  failed.setProperties(toStruct(error.outputs));
  failed.setInputs(toStruct(error.inputs));
  failed.setReasonsList(error.reasons.map((reason) => `${subject}: ${reason}`));
  const detail = new Any();
  detail.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const answer = new rpc.Status();
  answer.setCode(status.UNKNOWN);
  answer.setMessage(details);
  answer.addDetails(detail);
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(answer.serializeBinary()));
  return { code: status.UNKNOWN, details, metadata };
}

export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s*\n\s*/g, " ");
}

/** Answers a call with what `work` resolves to, or with its error under the name of `subject`. */
export function answer<T>(callback: sendUnaryData<T>, subject: string, work: () => Promise<T>): void {
  work().then(
    (response) => callback(null, response),
    (error: unknown) => callback(toServiceError(error, subject)),
  );
}
