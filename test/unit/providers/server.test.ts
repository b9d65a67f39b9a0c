import assert from "node:assert/strict";
import type { ServiceError } from "@grpc/grpc-js";
import { credentials } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import * as rpc from "@pulumi/pulumi/proto/status_pb";
import type { Message } from "google-protobuf";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { PartInstance, Props, ProviderPart } from "../../../rehearsal/providers/part";
import { PartialFailure } from "../../../rehearsal/providers/part";
import type { ProviderCall, ProviderServer } from "../../../rehearsal/providers/server";
import { serveProviders } from "../../../rehearsal/providers/server";

const urnOf = (type: string, name: string) => `urn:pulumi:dev::demo::slipway:network:Net$${type}::${name}`;
const struct = (props: Record<string, JavaScriptValue>) => Struct.fromJavaScript(props);

/** What the tested methods answer. */
interface Answers {
  readonly handshake: messages.ProviderHandshakeResponse;
  readonly configure: messages.ConfigureResponse;
  readonly check: messages.CheckResponse;
  readonly diff: messages.DiffResponse;
  readonly diffConfig: messages.DiffResponse;
  readonly create: messages.CreateResponse;
  readonly read: messages.ReadResponse;
  readonly delete: Empty;
  readonly invoke: messages.InvokeResponse;
  readonly parameterize: messages.ParameterizeResponse;
  readonly cancel: Empty;
}

/** A part that says in its outputs what it was configured with. */
function echo(name: string, more: Partial<PartInstance> = {}): ProviderPart {
  return {
    package: name,
    diffConfig: (olds, news) => ({ replaces: olds["region"] === news["region"] ? [] : ["region"] }),
    configure: (config) =>
      Promise.resolve({
        check: ({ news }) => Promise.resolve({ inputs: news, failures: [] }),
        diff: () => Promise.resolve({ changes: [], replaces: [], deleteBeforeReplace: false }),
        create: ({ inputs, preview, timeoutSeconds }) =>
          Promise.resolve({
            id: "i-1",
            outputs: { ...inputs, config: config as never, preview, timeoutSeconds },
          }),
        read: () => Promise.resolve(undefined),
        update: ({ inputs }) => Promise.resolve({ outputs: inputs }),
        delete: () => Promise.resolve(),
        invoke: (token, args) => Promise.resolve({ token, ...args }),
        ...more,
      }),
  };
}

describe("the server of stand-in providers", () => {
  const servers: ProviderServer[] = [];
  const clients: ResourceProviderClient[] = [];
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
    for (const server of servers.splice(0)) server.close();
  });

  async function serve(
    parts: ProviderPart[],
    onCall?: (call: ProviderCall) => void,
  ): Promise<ProviderServer> {
    const server = await serveProviders(parts, onCall === undefined ? {} : { onCall });
    servers.push(server);
    return server;
  }
  /** A connection of its own, as the engine opens one for each provider. */
  function connect({ port }: ProviderServer): ResourceProviderClient {
    const options = { "grpc.use_local_subchannel_pool": 1 };
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure(), options);
    clients.push(client);
    return client;
  }
  function call<M extends keyof Answers>(
    client: ResourceProviderClient,
    method: M,
    request: Message,
  ): Promise<Answers[M]> {
    const start = client[method].bind(client) as unknown as (
      request: Message,
      done: (error: ServiceError | null, response: Answers[M]) => void,
    ) => void;
    return new Promise((resolve, reject) => {
      start(request, (error, response) => {
        if (error === null) resolve(response);
        else reject(error);
      });
    });
  }
  const configure = (
    client: ResourceProviderClient,
    name: string,
    args: Record<string, JavaScriptValue> = {},
  ) =>
    call(
      client,
      "configure",
      new messages.ConfigureRequest().setUrn(urnOf(`pulumi:providers:${name}`, "p")).setArgs(struct(args)),
    );
  const createRequest = (type: string, name = "a", inputs: Record<string, JavaScriptValue> = {}) =>
    new messages.CreateRequest().setUrn(urnOf(type, name)).setProperties(struct(inputs));

  it("names every part and the one port in the value for the engine", async () => {
    const { env, port } = await serve([echo("aws"), echo("random")]);
    assert.equal(env, `aws:${port},random:${port}`);
    await assert.rejects(serve([echo("aws"), echo("aws")]), /two stand-ins for the provider "aws"/);
  });

  it("asks the engine for plain values and for naming hints", async () => {
    const client = connect(await serve([echo("aws")]));
    const answer = await call(client, "handshake", new messages.ProviderHandshakeRequest());
    assert.equal(answer.getAcceptSecrets(), false);
    assert.equal(answer.getAcceptResources(), false);
    assert.equal(answer.getAcceptOutputs(), false);
    assert.equal(answer.getSupportsAutonamingConfiguration(), true);
  });

  it("keeps two configurations of one provider apart by their connections", async () => {
    const server = await serve([echo("aws")]);
    const [first, second] = [connect(server), connect(server)];
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "hush" };
    await configure(first, "aws", { region: "eu-central-1", token: secret });
    await configure(second, "aws", { region: "us-east-1", version: "7.48.0" });
    const configs: unknown[] = [];
    for (const client of [first, second]) {
      const created = await call(client, "create", createRequest("aws:ec2/vpc:Vpc"));
      configs.push(created.getProperties()?.toJavaScript()["config"]);
    }
    assert.deepEqual(configs, [{ region: "eu-central-1", token: "hush" }, { region: "us-east-1" }]);
  });

  it("refuses a package that no part serves, one that was not configured, and a foreign type", async () => {
    const client = connect(await serve([echo("aws"), echo("random")]));
    await assert.rejects(
      configure(client, "gcp"),
      /no stand-in serves the provider "gcp"; served: aws, random/,
    );
    const vpc = createRequest("aws:ec2/vpc:Vpc", "main");
    await assert.rejects(
      call(client, "create", vpc),
      /aws:ec2\/vpc:Vpc "main": the provider "aws" was not configured/,
    );
    await configure(client, "random");
    await assert.rejects(
      call(client, "create", vpc),
      /"aws:ec2\/vpc:Vpc" is not a type of the provider "random"/,
    );
  });

  it("hands over preview, time-out and inputs, and gives id and outputs back", async () => {
    const client = connect(await serve([echo("aws")]));
    await configure(client, "aws");
    const request = createRequest("aws:ec2/vpc:Vpc", "a", { cidr: "10.0.0.0/16" })
      .setPreview(true)
      .setTimeout(7);
    const answer = await call(client, "create", request);
    assert.equal(answer.getId(), "i-1");
    assert.deepEqual(answer.getProperties()?.toJavaScript(), {
      cidr: "10.0.0.0/16",
      config: {},
      preview: true,
      timeoutSeconds: 7,
    });
  });

  it("tells an absent old state from an empty one, and hands on what check refuses", async () => {
    const seen: (Props | undefined)[] = [];
    const part = echo("aws", {
      check: ({ news, olds }) => {
        seen.push(olds);
        return Promise.resolve({ inputs: news, failures: [{ property: "cidr", reason: "too small" }] });
      },
    });
    const client = connect(await serve([part]));
    await configure(client, "aws");
    const request = new messages.CheckRequest().setUrn(urnOf("aws:ec2/vpc:Vpc", "a")).setNews(struct({}));
    const answer = await call(client, "check", request);
    await call(client, "check", request.setOlds(struct({})));
    assert.deepEqual(seen, [undefined, {}]);
    assert.deepEqual(answer.toObject().failuresList, [{ property: "cidr", reason: "too small" }]);
  });

  it("gives each changed path its kind, and whether it replaces", async () => {
    const part = echo("aws", {
      diff: () =>
        Promise.resolve({
          changes: ["a", "b", "list[0].c", 'tags["x.y"]', "e"],
          replaces: ["b", "e"],
          deleteBeforeReplace: true,
        }),
    });
    const client = connect(await serve([part]));
    await configure(client, "aws");
    const request = new messages.DiffRequest()
      .setUrn(urnOf("aws:ec2/vpc:Vpc", "a"))
      .setOldInputs(struct({ b: 1, list: [{ c: 1 }], tags: { "x.y": "1" } }))
      .setNews(struct({ a: 1, b: 2, list: [{ c: 2 }], tags: {}, e: 1 }));
    const answer = await call(client, "diff", request);
    const { Kind } = messages.PropertyDiff;
    const kinds: Record<string, messages.PropertyDiff.Kind> = {};
    answer.getDetaileddiffMap().forEach((entry, path) => {
      kinds[path] = entry.getKind();
    });
    assert.deepEqual(kinds, {
      a: Kind.ADD,
      b: Kind.UPDATE_REPLACE,
      "list[0].c": Kind.UPDATE,
      'tags["x.y"]': Kind.DELETE,
      e: Kind.ADD_REPLACE,
    });
    assert.deepEqual(answer.getReplacesList(), ["b", "e"]);
    assert.equal(answer.getDeletebeforereplace(), true);
    assert.equal(answer.getChanges(), messages.DiffResponse.DiffChanges.DIFF_SOME);
  });

  it("says that nothing changed when no path did", async () => {
    const client = connect(await serve([echo("aws")]));
    await configure(client, "aws");
    const request = new messages.DiffRequest().setUrn(urnOf("aws:ec2/vpc:Vpc", "a")).setNews(struct({}));
    const answer = await call(client, "diff", request.setOldInputs(struct({})));
    assert.equal(answer.getChanges(), messages.DiffResponse.DiffChanges.DIFF_NONE);
  });

  it("asks the part whether other provider arguments replace everything", async () => {
    const client = connect(await serve([echo("aws")]));
    const request = new messages.DiffRequest()
      .setUrn(urnOf("pulumi:providers:aws", "p"))
      .setOldInputs(struct({ region: "a", version: "1" }));
    const same = await call(client, "diffConfig", request.setNews(struct({ region: "a", version: "2" })));
    assert.equal(same.getChanges(), messages.DiffResponse.DiffChanges.DIFF_NONE);
    const other = await call(client, "diffConfig", request.setNews(struct({ region: "b" })));
    assert.deepEqual(other.getReplacesList(), ["region"]);
  });

  it("answers a read of what is gone without an id", async () => {
    const client = connect(await serve([echo("aws")]));
    await configure(client, "aws");
    const request = new messages.ReadRequest().setUrn(urnOf("aws:ec2/vpc:Vpc", "a")).setId("vpc-1");
    assert.equal((await call(client, "read", request)).getId(), "");
  });

  it("carries an object that exists but is not ready inside of the error", async () => {
    const part = echo("aws", {
      create: ({ inputs }) =>
        Promise.reject(new PartialFailure("i-9", inputs, { state: "pending" }, ["no capacity"])),
    });
    const client = connect(await serve([part]));
    await configure(client, "aws");
    const error = await call(client, "create", createRequest("aws:ec2/vpc:Vpc", "main", { a: 1 })).then(
      () => assert.fail("it was created"),
      (thrown: unknown) => thrown as ServiceError,
    );
    const [details] = error.metadata.get("grpc-status-details-bin") as Buffer[];
    const [any] = rpc.Status.deserializeBinary(details!).getDetailsList();
    assert.equal(any!.getTypeName(), "pulumirpc.ErrorResourceInitFailed");
    const failed = messages.ErrorResourceInitFailed.deserializeBinary(any!.getValue_asU8());
    assert.equal(failed.getId(), "i-9");
    assert.deepEqual(failed.getReasonsList(), ['aws:ec2/vpc:Vpc "main": no capacity']);
    assert.deepEqual(failed.getProperties()?.toJavaScript(), { state: "pending" });
    assert.deepEqual(failed.getInputs()?.toJavaScript(), { a: 1 });
  });

  it("makes any error one line with the resource in it", async () => {
    const part = echo("aws", { delete: () => Promise.reject(new Error("in use:\n  subnet-1\n  subnet-2")) });
    const client = connect(await serve([part]));
    await configure(client, "aws");
    const request = new messages.DeleteRequest().setUrn(urnOf("aws:ec2/vpc:Vpc", "main")).setId("vpc-1");
    await assert.rejects(call(client, "delete", request), {
      details: 'aws:ec2/vpc:Vpc "main": in use: subnet-1 subnet-2',
    });
  });

  it("tells the fault hook of each call before it is done, counted by method, type and preview", async () => {
    const seen: string[] = [];
    const server = await serve([echo("aws")], ({ method, type, name, preview, nth }) => {
      seen.push([method, type, name, preview, nth].join(" "));
      if (method === "create" && !preview && nth === 2) throw new Error("Throttling: rate exceeded");
    });
    const client = connect(server);
    await configure(client, "aws");
    await call(client, "create", createRequest("aws:ec2/vpc:Vpc", "a").setPreview(true));
    await call(client, "create", createRequest("aws:ec2/vpc:Vpc", "a"));
    await call(client, "create", createRequest("aws:ec2/subnet:Subnet", "s"));
    await assert.rejects(call(client, "create", createRequest("aws:ec2/vpc:Vpc", "b")), /"b": Throttling/);
    assert.deepEqual(seen, [
      "configure pulumi:providers:aws p false 1",
      "create aws:ec2/vpc:Vpc a true 1",
      "create aws:ec2/vpc:Vpc a false 1",
      "create aws:ec2/subnet:Subnet s false 1",
      "create aws:ec2/vpc:Vpc b false 2",
    ]);
  });

  it("calls functions by the package of their token, and refuses to be parameterized", async () => {
    const client = connect(await serve([echo("aws")]));
    await configure(client, "aws");
    const request = new messages.InvokeRequest()
      .setTok("aws:index/getRegion:getRegion")
      .setArgs(struct({ a: 1 }));
    const answer = await call(client, "invoke", request);
    assert.deepEqual(answer.getReturn()?.toJavaScript(), { token: "aws:index/getRegion:getRegion", a: 1 });
    await assert.rejects(
      call(client, "parameterize", new messages.ParameterizeRequest()),
      /no stand-in can be parameterized/,
    );
  });

  it("cancels only the provider of the connection, and all of them when it is closed", async () => {
    const cancelled: string[] = [];
    const part: ProviderPart = {
      ...echo("aws"),
      configure: async (config) => ({
        ...(await echo("aws").configure(config)),
        cancel: () => cancelled.push(JSON.stringify(config["region"])),
      }),
    };
    const server = await serve([part]);
    const [first, second] = [connect(server), connect(server)];
    await configure(first, "aws", { region: "a" });
    await configure(second, "aws", { region: "b" });
    await call(first, "cancel", new Empty());
    assert.deepEqual(cancelled, ['"a"']);
    server.close();
    assert.deepEqual(cancelled, ['"a"', '"a"', '"b"']);
  });
});
