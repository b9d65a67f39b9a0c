import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";

/** A frame as RFC 6455 has it. */
export interface WireFrame {
  readonly isLast: boolean;
  readonly opcode: number;
  readonly payload: Buffer;
}

/** A frame as a client sends it: masked. */
export function clientFrame(
  opcode: number,
  payload: Buffer,
  { isLast = true, isMasked = true, reserved = 0 } = {},
): Buffer {
  const flags = (isLast ? 0x80 : 0) | reserved | opcode;
  const size = payload.length;
  const length =
    size < 126
      ? Buffer.from([size])
      : size < 65_536
        ? Buffer.from([126, size >> 8, size & 0xff])
        : Buffer.concat([
            Buffer.from([127, 0, 0, 0, 0]),
            Buffer.from([size >>> 24, size >>> 16, size >>> 8, size]),
          ]);
  if (!isMasked) return Buffer.concat([Buffer.from([flags]), length, payload]);
  const mask = randomBytes(4);
  length[0]! |= 0x80;
  return Buffer.concat([
    Buffer.from([flags]),
    length,
    mask,
    payload.map((byte, index) => byte ^ mask[index % 4]!),
  ]);
}

/** A WebSocket client that sees each byte; independent of the code that it tests. */
export class WebSocketClient {
  readonly socket: Socket;
  #received = Buffer.alloc(0);
  #ended = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      socket.emit("slipway-bytes");
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.#ended = true;
      socket.emit("slipway-bytes");
    });
  }

  /** @param headers Lines that are sent in place of the usual ones, by name. */
  static async open(
    port: number,
    path = "/ws",
    headers: Record<string, string | undefined> = {},
    early: Buffer = Buffer.alloc(0),
  ): Promise<{ client: WebSocketClient; head: string; key: string }> {
    const key = randomBytes(16).toString("base64");
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    const client = new WebSocketClient(socket);
    const wanted: Record<string, string | undefined> = {
      Host: "x",
      Upgrade: "websocket",
      Connection: "Upgrade",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": key,
      ...headers,
    };
    const lines = Object.entries(wanted).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}: ${value}`],
    );
    socket.write(
      Buffer.concat([Buffer.from(`GET ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`), early]),
    );
    return { client, head: await client.head(), key };
  }

  /** What RFC 6455 (section 4.2.2) wants as the answer to a key. */
  static accept(key: string): string {
    return createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  }

  async head(): Promise<string> {
    for (;;) {
      const end = this.#received.indexOf("\r\n\r\n");
      if (end !== -1) {
        const head = this.#received.subarray(0, end).toString();
        this.#received = this.#received.subarray(end + 4);
        return head;
      }
      await this.#more();
    }
  }

  /** The next frame; undefined when the connection ends without one. */
  async frame(): Promise<WireFrame | undefined> {
    for (;;) {
      const data = this.#received;
      const size = data.length < 2 ? 0 : data[1]!;
      const start = size === 126 ? 4 : size === 127 ? 10 : 2;
      if (data.length >= start) {
        const length =
          size === 126 ? data.readUInt16BE(2) : size === 127 ? Number(data.readBigUInt64BE(2)) : size;
        if (data.length >= start + length) {
          this.#received = data.subarray(start + length);
          const payload = data.subarray(start, start + length);
          return { isLast: data[0]! >= 0x80, opcode: data[0]! & 0x7f, payload };
        }
      }
      if (this.#ended) return undefined;
      await this.#more();
    }
  }

  async closed(): Promise<void> {
    await new Promise<void>((resolve) => {
      if (this.#ended) resolve();
      else this.socket.once("close", () => resolve());
    });
  }

  async #more(): Promise<void> {
    await once(this.socket, "slipway-bytes");
  }
}
