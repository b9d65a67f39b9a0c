import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import { createServer as createTcpServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { createInterface } from "node:readline";

/** One message as it came in. */
export interface Message {
  readonly way: "slack" | "pagerduty" | "email" | "heartbeat";
  /** Channel, routing key or address. */
  readonly to: string;
  /** Secret that the sender showed. */
  readonly secret: string;
  readonly text: string;
  /** Milliseconds since the beginning of 1970. */
  readonly at: number;
}

/** Everybody whom Alertmanager tells, on the loopback. */
export interface Outside {
  readonly messages: readonly Message[];
  /** `http://127.0.0.1:PORT`, below which are `/slack`, `/pagerduty` and `/heartbeat`. */
  readonly url: string;
  /** `127.0.0.1:PORT` of the mail server. */
  readonly mail: string;
  readonly close: () => Promise<void>;
}

export async function startOutside(): Promise<Outside> {
  const messages: Message[] = [];
  const receive = (message: Omit<Message, "at">): void => void messages.push({ ...message, at: Date.now() });
  const http = createServer((request, response) => {
    void body(request).then((text) => {
      const message = readRequest(request, text);
      if (message === undefined) return response.writeHead(404).end();
      receive(message);
      // Slack says in the body whether it took a message.
      return response
        .writeHead(message.way === "pagerduty" ? 202 : 200, { "content-type": "application/json" })
        .end(JSON.stringify({ ok: true }));
    });
  });
  const sockets = new Set<Socket>();
  const mail = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => socket.destroy());
    void takeMail(socket, receive);
  });
  for (const server of [http, mail]) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  }
  return {
    messages,
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    mail: `127.0.0.1:${(mail.address() as AddressInfo).port}`,
    close: async () => {
      http.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      for (const server of [http, mail]) {
        server.close();
        await once(server, "close");
      }
    },
  };
}

async function body(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

function readRequest({ url = "", headers }: IncomingMessage, text: string): Omit<Message, "at"> | undefined {
  const sent = JSON.parse(text) as { readonly channel?: string; readonly routing_key?: string };
  switch (url) {
    case "/slack":
      return { way: "slack", to: sent.channel ?? "", secret: headers.authorization ?? "", text };
    case "/pagerduty":
      return { way: "pagerduty", to: "", secret: sent.routing_key ?? "", text };
    case "/heartbeat":
      return { way: "heartbeat", to: "", secret: "", text };
    default:
      return undefined;
  }
}

/** As much of SMTP (RFC 5321) as one client needs that logs in by PLAIN (RFC 4616) and sends a message. */
async function takeMail(socket: Socket, receive: (message: Omit<Message, "at">) => void): Promise<void> {
  const say = (text: string): boolean => socket.write(`${text}\r\n`);
  let to = "";
  let secret = "";
  let content: string[] | undefined;
  say("220 loopback");
  for await (const line of createInterface({ input: socket })) {
    const command = line.split(" ")[0]?.toUpperCase();
    if (content !== undefined) {
      if (line !== ".") content.push(line);
      else {
        receive({ way: "email", to, secret, text: decode(content.join("\n")) });
        content = undefined;
        say("250 taken");
      }
    } else if (command === "EHLO") {
      say("250-loopback");
      say("250 AUTH PLAIN");
    } else if (command === "AUTH") {
      secret = Buffer.from(line.split(" ")[2] ?? "", "base64")
        .toString()
        .split("\0")
        .slice(1)
        .join(":");
      say("235 welcome");
    } else if (command === "DATA") {
      content = [];
      say("354 go on");
    } else if (command === "QUIT") {
      say("221 bye");
      socket.end();
    } else {
      to = /^RCPT TO:<(.*)>/i.exec(line)?.[1] ?? to;
      say("250 ok");
    }
  }
}

/** Quoted-printable (RFC 2045), in which the parts of a message are. */
function decode(text: string): string {
  return text
    .replaceAll(/=\r?\n/g, "")
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
