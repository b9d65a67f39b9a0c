import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { OnCall } from "./instances";
import { Instances } from "./instances";
import { handlers } from "./methods";
import type { ProviderPart } from "./part";

export type { OnCall, ProviderCall } from "./instances";

export interface ServeOptions {
  /** Is told of each call before it is done, and may throw to make the call fail: for tests that inject faults. */
  readonly onCall?: OnCall;
}

/** A running server of stand-in providers. */
export interface ProviderServer {
  readonly port: number;
  /** Value of `PULUMI_DEBUG_PROVIDERS` that makes the engine use this server for the packages of all its parts. */
  readonly env: string;
  /** Stops waiting calls and frees the port. */
  close(): void;
}

/** What the engine itself allows; its default in gRPC, 4 MB, is less than one large CRD. */
const maxMessage = 400 * 1024 * 1024;

/**
 * Serves provider parts to the engine on a free port of the loopback.
 *
 * One process and one port stand for every provider: the engine says which package it means when it configures a
 * provider, and keeps one connection for each provider it configured.
 *
 * @throws Error when two parts stand for the same package, or no port can be had.
 */
export async function serveProviders(
  parts: readonly ProviderPart[],
  options: ServeOptions = {},
): Promise<ProviderServer> {
  const instances = new Instances(parts, options.onCall);
  const server = new Server({
    "grpc.max_receive_message_length": maxMessage,
    "grpc.max_send_message_length": maxMessage,
  });
  server.addService(ResourceProviderService, handlers(instances));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return {
    port,
    env: parts.map((part) => `${part.package}:${port}`).join(","),
    close() {
      instances.cancelAll();
      server.forceShutdown();
    },
  };
}
