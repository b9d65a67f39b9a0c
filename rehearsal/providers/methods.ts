import type { handleUnaryCall, ServerUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import { status } from "@grpc/grpc-js";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Instances, ProviderCall } from "./instances";
import { providerArguments } from "./instances";
import type { PartInstance, Props, ResourceRef } from "./part";
import { answer, refOf, toDiffResponse, toProps, toStruct } from "./wire";
import { differences } from "./values";
import { formatPath } from "./paths";

/** A version that says what answers; the engine only shows it. */
const version = "0.0.0-stand-in";

/** The provider protocol, each method translated to a part's plain one. */
export function handlers(instances: Instances): UntypedServiceImplementation {
  return {
    ...sessionHandlers(instances),
    ...configHandlers(instances),
    ...resourceHandlers(instances),
    parameterize: refused("no stand-in can be parameterized"),
    construct: refused("no stand-in has components"),
    call: refused("no stand-in has methods"),
  };
}

/**
 * Secrets, resource references and output values are not accepted: then the engine passes plain values and marks
 * as secret, in what comes back, everything that was secret on its way here.
 */
function sessionHandlers(instances: Instances): UntypedServiceImplementation {
  const handshake: handleUnaryCall<messages.ProviderHandshakeRequest, messages.ProviderHandshakeResponse> = (
    _call,
    callback,
  ) => {
    const response = new messages.ProviderHandshakeResponse();
    response.setSupportsAutonamingConfiguration(true);
    callback(null, response);
  };
  const attach: handleUnaryCall<plugin.PluginAttach, Empty> = (_call, callback) =>
    callback(null, new Empty());
  const cancel: handleUnaryCall<Empty, Empty> = (call, callback) => {
    instances.cancel(call.getPeer());
    callback(null, new Empty());
  };
  const getPluginInfo: handleUnaryCall<Empty, plugin.PluginInfo> = (_call, callback) =>
    callback(null, new plugin.PluginInfo().setVersion(version));
  const getSchema: handleUnaryCall<messages.GetSchemaRequest, messages.GetSchemaResponse> = (
    _call,
    callback,
  ) => {
    const schema = JSON.stringify({ name: "stand-in", version });
    callback(null, new messages.GetSchemaResponse().setSchema(schema));
  };
  return { handshake, attach, cancel, getPluginInfo, getSchema };
}

function configHandlers(instances: Instances): UntypedServiceImplementation {
  const checkConfig: handleUnaryCall<messages.CheckRequest, messages.CheckResponse> = (call, callback) => {
    const { type } = refOf(call.request.getUrn());
    answer(callback, type, () => {
      instances.part(type);
      return Promise.resolve(new messages.CheckResponse().setInputs(call.request.getNews()));
    });
  };
  const diffConfig: handleUnaryCall<messages.DiffRequest, messages.DiffResponse> = (call, callback) => {
    const { type } = refOf(call.request.getUrn());
    answer(callback, type, () => {
      const olds = providerArguments(toProps(call.request.getOldInputs() ?? call.request.getOlds()));
      const news = providerArguments(toProps(call.request.getNews()));
      const changes = differences(olds, news).map(formatPath);
      const replaces = instances.part(type).diffConfig?.(olds, news).replaces ?? [];
      return Promise.resolve(toDiffResponse({ changes, replaces, deleteBeforeReplace: false }, olds, news));
    });
  };
  const configure: handleUnaryCall<messages.ConfigureRequest, messages.ConfigureResponse> = (
    call,
    callback,
  ) => {
    const ref = refOf(call.request.getUrn() ?? "");
    answer(callback, ref.type, async () => {
      await instances.configure(call.getPeer(), ref, toProps(call.request.getArgs()));
      return new messages.ConfigureResponse().setSupportspreview(true);
    });
  };
  return { checkConfig, diffConfig, configure };
}

function resourceHandlers(instances: Instances): UntypedServiceImplementation {
  const serve = server(instances);
  return {
    check: serve("check", async (request: messages.CheckRequest, instance, ref) => {
      const olds = request.getOlds();
      const { inputs, failures } = await instance.check({
        ...ref,
        news: toProps(request.getNews()),
        olds: olds === undefined ? undefined : toProps(olds),
        randomSeed: Buffer.from(request.getRandomseed_asU8()),
      });
      const response = new messages.CheckResponse().setInputs(toStruct(inputs));
      for (const { property, reason } of failures) {
        response.addFailures(new messages.CheckFailure().setProperty(property).setReason(reason));
      }
      return response;
    }),

    diff: serve("diff", async (request: messages.DiffRequest, instance, ref) => {
      const oldOutputs = toProps(request.getOlds());
      const oldInputs = propsOr(request.getOldInputs(), oldOutputs);
      const news = toProps(request.getNews());
      const ignoreChanges = request.getIgnorechangesList();
      const diff = await instance.diff({
        ...ref,
        id: request.getId(),
        oldInputs,
        oldOutputs,
        news,
        ignoreChanges,
      });
      return toDiffResponse(diff, oldInputs, news);
    }),

    create: serve("create", async (request: messages.CreateRequest, instance, ref) => {
      const { id, outputs } = await instance.create({
        ...ref,
        inputs: toProps(request.getProperties()),
        preview: request.getPreview(),
        timeoutSeconds: request.getTimeout(),
      });
      return new messages.CreateResponse().setId(id).setProperties(toStruct(outputs));
    }),

    read: serve("read", async (request: messages.ReadRequest, instance, ref) => {
      const inputs = request.getInputs();
      const outputs = request.getProperties();
      const found = await instance.read({
        ...ref,
        id: request.getId(),
        inputs: inputs === undefined ? undefined : toProps(inputs),
        outputs: outputs === undefined ? undefined : toProps(outputs),
      });
      // An answer without an id says that the object is gone.
      if (found === undefined) return new messages.ReadResponse();
      return new messages.ReadResponse()
        .setId(found.id)
        .setInputs(toStruct(found.inputs))
        .setProperties(toStruct(found.outputs));
    }),

    update: serve("update", async (request: messages.UpdateRequest, instance, ref) => {
      const oldOutputs = toProps(request.getOlds());
      const { outputs } = await instance.update({
        ...ref,
        id: request.getId(),
        inputs: toProps(request.getNews()),
        oldInputs: propsOr(request.getOldInputs(), oldOutputs),
        oldOutputs,
        ignoreChanges: request.getIgnorechangesList(),
        preview: request.getPreview(),
        timeoutSeconds: request.getTimeout(),
      });
      return new messages.UpdateResponse().setProperties(toStruct(outputs));
    }),

    delete: serve("delete", async (request: messages.DeleteRequest, instance, ref) => {
      const outputs = toProps(request.getProperties());
      await instance.delete({
        ...ref,
        id: request.getId(),
        inputs: propsOr(request.getOldInputs(), outputs),
        outputs,
        timeoutSeconds: request.getTimeout(),
      });
      return new Empty();
    }),

    invoke: serve("invoke", async (request: messages.InvokeRequest, instance) => {
      const result = await instance.invoke(request.getTok(), toProps(request.getArgs()));
      return new messages.InvokeResponse().setReturn(toStruct(result));
    }),
  };
}

interface Request {
  getUrn?(): string;
  getTok?(): string;
  getPreview?(): boolean;
}

/** Makes the handler of one method: finds the instance, tells the fault hook, names the resource in an error. */
function server(instances: Instances) {
  return <Q extends Request, A>(
      method: ProviderCall["method"],
      work: (request: Q, instance: PartInstance, ref: ResourceRef) => Promise<A>,
    ): handleUnaryCall<Q, A> =>
    (call: ServerUnaryCall<Q, A>, callback) => {
      const { request } = call;
      const urn = request.getUrn?.();
      const ref = urn === undefined ? { urn: "", type: request.getTok?.() ?? "", name: "" } : refOf(urn);
      answer(callback, ref.name === "" ? ref.type : `${ref.type} "${ref.name}"`, async () => {
        const instance = instances.of(call.getPeer(), ref.type);
        await instances.count(method, ref, request.getPreview?.() ?? false);
        return work(request, instance, ref);
      });
    };
}

function propsOr(struct: Struct | undefined, otherwise: Props): Props {
  return struct === undefined ? otherwise : toProps(struct);
}

function refused(details: string): handleUnaryCall<unknown, unknown> {
  return (_call, callback) => callback({ code: status.UNIMPLEMENTED, details });
}
