import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { KubeClient } from "../../../rehearsal/kube/client";
import { kubeClient } from "../../../rehearsal/kube/client";

/** One request as a fake API server got it. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export type Answer = (request: Received, response: ServerResponse) => void;

/** An API server of a few lines on the loopback, and a client of it. */
export interface FakeServer {
  readonly url: string;
  readonly client: KubeClient;
  readonly received: Received[];
  close(): Promise<void>;
}

const resources = [
  { name: "pods", kind: "Pod", namespaced: true, verbs: ["list"] },
  { name: "pods/log", kind: "Pod", namespaced: true, verbs: ["get"] },
  { name: "nodes", kind: "Node", namespaced: false, verbs: ["list"] },
];

/** Answers discovery of `v1` itself and gives the rest to `answer`. */
export async function fakeServer(answer: Answer): Promise<FakeServer> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const url = new URL(request.url ?? "/", "http://server");
      const got: Received = {
        method: request.method ?? "",
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: request.headers,
        body: Buffer.concat(chunks).toString("utf8"),
      };
      if (got.path === "/api/v1") {
        json(response, 200, { resources });
        return;
      }
      received.push(got);
      answer(got, response);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = kubeClient({ kubeconfig: kubeconfigOf(url, { token: "secret-token" }) });
  return {
    url,
    client,
    received,
    close: () => {
      client.close();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Answers with a JSON body. */
export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string | string[]> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

/** A kubeconfig of one server and one user. */
export function kubeconfigOf(server: string, user: object, context: object = {}): string {
  return JSON.stringify({
    "current-context": "main",
    contexts: [{ name: "main", context: { cluster: "main", user: "main", ...context } }],
    clusters: [{ name: "main", cluster: { server } }],
    users: [{ name: "main", user }],
  });
}
