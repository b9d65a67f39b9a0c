import { createSocket } from "node:dgram";
import type { Socket } from "node:dgram";
import { once } from "node:events";

/** A name server on the loopback that knows one address, under the names that it is told. */
export class NameServer {
  /** Names that were asked for, in order. */
  readonly asked: string[] = [];
  readonly #socket: Socket;

  private constructor(private readonly known: readonly string[]) {
    this.#socket = createSocket("udp4");
    this.#socket.on("message", (query, from) => {
      this.#socket.send(this.#answer(query), from.port, from.address);
    });
  }

  static async start(known: readonly string[]): Promise<NameServer> {
    const server = new NameServer(known);
    server.#socket.bind(0, "127.0.0.1");
    await once(server.#socket, "listening");
    return server;
  }

  /** As nginx's `resolver` takes it. */
  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  async stop(): Promise<void> {
    this.#socket.close();
    await once(this.#socket, "close");
  }

  // https://www.rfc-editor.org/rfc/rfc1035#section-4: the header, the question as it came, and one A record or none.
  #answer(query: Buffer): Buffer {
    const labels: string[] = [];
    let at = 12;
    for (let size = query[at]!; size > 0; size = query[at]!) {
      labels.push(query.subarray(at + 1, at + 1 + size).toString());
      at += 1 + size;
    }
    const name = labels.join(".");
    this.asked.push(name);
    const isKnown = this.known.includes(name);
    const header = Buffer.from(query.subarray(0, 12));
    // A response that is recursive; code 3 is NXDOMAIN.
    header.writeUInt16BE(isKnown ? 0x8180 : 0x8183, 2);
    header.writeUInt16BE(isKnown ? 1 : 0, 6);
    header.writeUInt32BE(0, 8);
    const question = query.subarray(12, at + 5);
    const record = Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 127, 0, 0, 1]);
    return Buffer.concat([header, question, ...(isKnown ? [record] : [])]);
  }
}
