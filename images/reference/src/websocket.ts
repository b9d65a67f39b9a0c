import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** Longest message that is echoed, in bytes. */
export const LONGEST_MESSAGE = 1024 * 1024;
const MOST_FRAGMENTS = 1024;

// Opcodes and close codes of RFC 6455, sections 5.2 and 7.4.1.
const CONTINUATION = 0;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const GOING_AWAY = 1001;
const PROTOCOL_ERROR = 1002;
const INVALID_DATA = 1007;
const TOO_LONG = 1009;

const HANDSHAKE_ID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** Header lines of the answer that opens a WebSocket; undefined when the request is not one that may. */
export function acceptHeaders({ method, headers }: IncomingMessage): readonly string[] | undefined {
  const key = headers["sec-websocket-key"] ?? "";
  const isWanted =
    method === "GET" &&
    headers.upgrade?.toLowerCase() === "websocket" &&
    headers["sec-websocket-version"] === "13" &&
    /^[A-Za-z0-9+/]{22}==$/.test(key);
  if (!isWanted) return undefined;
  const accept = createHash("sha1")
    .update(key + HANDSHAKE_ID)
    .digest("base64");
  return ["Upgrade: websocket", "Connection: Upgrade", `Sec-WebSocket-Accept: ${accept}`];
}

interface Frame {
  readonly isLast: boolean;
  readonly opcode: number;
  readonly payload: Buffer;
  /** Bytes of the whole frame. */
  readonly length: number;
}

/** The server's end of a connection that sends back each message as it came. */
export class EchoConnection {
  readonly #socket: Duplex;
  readonly #onBytes: (bytes: number) => void;
  #received = Buffer.alloc(0);
  /** Fragments of the message under way, and its opcode; 0 when there is none. */
  #fragments: Buffer[] = [];
  #opcode = CONTINUATION;
  #closing = false;

  /** @param onBytes Gets the number of payload bytes of each message, once for each way. */
  constructor(socket: Duplex, onBytes: (bytes: number) => void) {
    this.#socket = socket;
    this.#onBytes = onBytes;
    socket.on("data", (chunk: Buffer) => this.receive(chunk));
    // An HTTP server's sockets stay open for writing when the client has ended.
    socket.on("end", () => socket.end());
  }

  /** Tells the client that the server goes away; the connection ends when the client has answered. */
  leave(): void {
    this.#close(GOING_AWAY);
  }

  /** Takes bytes that came with the handshake or after it. */
  receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const frame = parse(this.#received);
      if (frame === undefined) return;
      if (typeof frame === "number") {
        this.#received = Buffer.alloc(0);
        this.#close(frame);
        this.#socket.end();
        return;
      }
      this.#received = this.#received.subarray(frame.length);
      this.#handle(frame);
    }
  }

  #handle({ opcode, payload, isLast }: Frame): void {
    if (opcode === CLOSE) {
      if (!this.#closing) this.#send(CLOSE, payload.subarray(0, 2));
      this.#closing = true;
      this.#socket.end();
    } else if (this.#closing) {
      return;
    } else if (opcode === PING) this.#send(PONG, payload);
    else if (opcode !== PONG) this.#gather(opcode, payload, isLast);
  }

  #gather(opcode: number, payload: Buffer, isLast: boolean): void {
    const isContinued = this.#opcode !== CONTINUATION;
    if ((opcode === CONTINUATION) !== isContinued) {
      this.#fail(PROTOCOL_ERROR);
      return;
    }
    if (!isContinued) this.#opcode = opcode;
    this.#fragments.push(payload);
    const length = this.#fragments.reduce((sum, fragment) => sum + fragment.length, 0);
    if (length > LONGEST_MESSAGE || this.#fragments.length > MOST_FRAGMENTS) {
      this.#fail(TOO_LONG);
      return;
    }
    if (!isLast) return;
    const message = Buffer.concat(this.#fragments);
    const kind = this.#opcode;
    this.#fragments = [];
    this.#opcode = CONTINUATION;
    if (kind === TEXT && !isUtf8(message)) {
      this.#fail(INVALID_DATA);
      return;
    }
    this.#onBytes(message.length);
    this.#send(kind, message);
    this.#onBytes(message.length);
  }

  #fail(code: number): void {
    this.#close(code);
    this.#socket.end();
  }

  #close(code: number): void {
    if (this.#closing) return;
    this.#closing = true;
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    this.#send(CLOSE, payload);
  }

  #send(opcode: number, payload: Buffer): void {
    if (!this.#socket.writable) return;
    if (this.#socket.write(Buffer.concat([header(opcode, payload.length), payload]))) return;
    // Who sends and does not read must not fill the memory.
    this.#socket.pause();
    this.#socket.once("drain", () => this.#socket.resume());
  }
}

/** The first frame of what was received; undefined while it is not whole; a close code when it breaks the protocol. */
function parse(data: Buffer): Frame | number | undefined {
  const [first, second] = data;
  if (first === undefined || second === undefined) return undefined;
  const opcode = first & 0x0f;
  const isLast = (first & 0x80) !== 0;
  const short = second & 0x7f;
  const isControl = opcode >= CLOSE;
  // No extension was agreed on, so the reserved bits are 0, and a client masks what it sends.
  if ((first & 0x70) !== 0 || (second & 0x80) === 0) return PROTOCOL_ERROR;
  if (![CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG].includes(opcode)) return PROTOCOL_ERROR;
  if (isControl && (!isLast || short > 125)) return PROTOCOL_ERROR;
  const sizeBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const start = 2 + sizeBytes + 4;
  if (data.length < 2 + sizeBytes) return undefined;
  const size =
    sizeBytes === 0 ? short : sizeBytes === 2 ? data.readUInt16BE(2) : Number(data.readBigUInt64BE(2));
  if (size > LONGEST_MESSAGE) return TOO_LONG;
  if (data.length < start + size) return undefined;
  const mask = data.subarray(start - 4, start);
  const payload = Buffer.from(data.subarray(start, start + size));
  for (let index = 0; index < size; index += 1)
    payload[index] = (payload[index] ?? 0) ^ (mask[index % 4] ?? 0);
  return { isLast, opcode, payload, length: start + size };
}

function header(opcode: number, size: number): Buffer {
  const first = 0x80 | opcode;
  if (size < 126) return Buffer.from([first, size]);
  const long = Buffer.alloc(size < 65_536 ? 4 : 10);
  long[0] = first;
  if (size < 65_536) {
    long[1] = 126;
    long.writeUInt16BE(size, 2);
  } else {
    long[1] = 127;
    long.writeBigUInt64BE(BigInt(size), 2);
  }
  return long;
}
