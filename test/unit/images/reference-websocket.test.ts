import assert from "node:assert/strict";
import fc from "fast-check";
import { services, sharedService } from "./service";
import { clientFrame, WebSocketClient } from "./websocket-client";

const [CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG] = [0, 1, 2, 8, 9, 10];
const code = (payload: Buffer | undefined): number | undefined => payload?.readUInt16BE(0);

describe("WebSocket of the reference service", () => {
  const start = services();
  const shared = sharedService();

  it("opens on any path, as RFC 6455 says", async () => {
    for (const path of ["/", "/ws", "/socket.io/?EIO=4&transport=websocket"]) {
      const { client, head, key } = await WebSocketClient.open(shared().port, path);
      assert.deepEqual(head.split("\r\n"), [
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        `Sec-WebSocket-Accept: ${WebSocketClient.accept(key)}`,
      ]);
      client.socket.destroy();
    }
  });

  it("sends back each message as it came, whatever its length and kind", async () => {
    const { client } = await WebSocketClient.open(shared().port);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.tuple(
            fc.constant(TEXT!),
            fc.string({ unit: "grapheme" }).map((text) => Buffer.from(text)),
          ),
          fc.tuple(
            fc.constant(BINARY!),
            fc
              .constantFrom(0, 1, 125, 126, 127, 65_535, 65_536, 200_000)
              .map((size) => Buffer.alloc(size, 7)),
          ),
        ),
        async ([opcode, payload]) => {
          client.socket.write(clientFrame(opcode, payload));
          const frame = await client.frame();
          assert.deepEqual(
            [frame?.isLast, frame?.opcode, frame?.payload.equals(payload)],
            [true, opcode, true],
          );
        },
      ),
      { numRuns: 60 },
    );
    client.socket.destroy();
  });

  it("takes a message in fragments, in single bytes, and with a ping between them", async () => {
    const { client } = await WebSocketClient.open(shared().port);
    const bytes = Buffer.concat([
      clientFrame(TEXT!, Buffer.from("one "), { isLast: false }),
      clientFrame(PING!, Buffer.from("p")),
      clientFrame(CONTINUATION!, Buffer.from("two "), { isLast: false }),
      clientFrame(CONTINUATION!, Buffer.from("three")),
    ]);
    client.socket.setNoDelay(true);
    for (const byte of bytes) client.socket.write(Buffer.from([byte]));
    assert.deepEqual(await client.frame(), { isLast: true, opcode: 0x0a, payload: Buffer.from("p") });
    assert.deepEqual((await client.frame())?.payload.toString(), "one two three");
    client.socket.destroy();
  });

  it("takes what is sent together with the handshake", async () => {
    const early = clientFrame(TEXT!, Buffer.from("early"));
    const { client } = await WebSocketClient.open(shared().port, "/", {}, early);
    assert.equal((await client.frame())?.payload.toString(), "early");
    client.socket.destroy();
  });

  it("ends when the client ends, with the client's code, and counts what is open", async () => {
    const service = await start();
    const { client } = await WebSocketClient.open(service.port);
    client.socket.write(clientFrame(TEXT!, Buffer.from("12345")));
    await client.frame();
    assert.equal(await service.series("websocket_connections_active"), 1);
    assert.equal(await service.series("dwcp_bytes_transferred_total"), 10, "both ways");
    client.socket.write(clientFrame(CLOSE!, Buffer.from([0x03, 0xe8])));
    assert.equal(code((await client.frame())?.payload), 1000);
    await client.closed();
    await service.logged("websocket closed");
    assert.equal(await service.series("websocket_connections_active"), 0);
  });

  it("ends when the client is gone without a word", async () => {
    const service = await start();
    const { client } = await WebSocketClient.open(service.port);
    client.socket.end();
    await service.logged("websocket closed");
    assert.equal(await service.series("websocket_connections_active"), 0);
  });

  const broken: readonly (readonly [string, Buffer, number])[] = [
    ["a frame that is not masked", clientFrame(TEXT!, Buffer.from("x"), { isMasked: false }), 1002],
    ["a reserved bit", clientFrame(TEXT!, Buffer.from("x"), { reserved: 0x40 }), 1002],
    ["an unknown opcode", clientFrame(3, Buffer.from("x")), 1002],
    ["a fragment of nothing", clientFrame(CONTINUATION!, Buffer.from("x")), 1002],
    [
      "a message within a message",
      Buffer.concat([
        clientFrame(TEXT!, Buffer.from("x"), { isLast: false }),
        clientFrame(TEXT!, Buffer.from("y")),
      ]),
      1002,
    ],
    ["a ping in fragments", clientFrame(PING!, Buffer.from("x"), { isLast: false }), 1002],
    ["a ping that is too long", clientFrame(PING!, Buffer.alloc(126)), 1002],
    ["text that is no UTF-8", clientFrame(TEXT!, Buffer.from([0xff, 0xfe])), 1007],
    ["a frame that is too long", clientFrame(BINARY!, Buffer.alloc(1024 * 1024 + 1)).subarray(0, 100), 1009],
    [
      "a message that is too long",
      Buffer.concat([
        clientFrame(BINARY!, Buffer.alloc(1024 * 1024), { isLast: false }),
        clientFrame(CONTINUATION!, Buffer.alloc(1)),
      ]),
      1009,
    ],
    [
      "fragments without end",
      Buffer.concat([
        clientFrame(BINARY!, Buffer.alloc(0), { isLast: false }),
        ...Array.from({ length: 1024 }, () => clientFrame(CONTINUATION!, Buffer.alloc(0), { isLast: false })),
      ]),
      1009,
    ],
  ];
  for (const [what, bytes, wanted] of broken) {
    it(`closes with ${wanted} at ${what}`, async () => {
      const { client } = await WebSocketClient.open(shared().port);
      client.socket.write(bytes);
      const frame = await client.frame();
      assert.deepEqual([frame?.opcode, code(frame?.payload)], [0x08, wanted]);
      await client.closed();
      assert.equal(await client.frame(), undefined);
    });
  }

  const refused: readonly (readonly [string, string, Record<string, string | undefined>, string])[] = [
    ["another version", "/", { "Sec-WebSocket-Version": "8" }, "HTTP/1.1 426 Upgrade Required"],
    ["a malformed key", "/", { "Sec-WebSocket-Key": "short" }, "HTTP/1.1 426 Upgrade Required"],
    ["no key", "/", { "Sec-WebSocket-Key": undefined }, "HTTP/1.1 426 Upgrade Required"],
    ["another protocol", "/", { Upgrade: "h2c" }, "HTTP/1.1 426 Upgrade Required"],
    ["an injected status", "/ws?status=503", {}, "HTTP/1.1 503 Injected"],
    ["a malformed injection", "/ws?status=1", {}, "HTTP/1.1 400 Bad Request"],
  ];
  for (const [what, path, headers, line] of refused) {
    it(`refuses ${what}`, async () => {
      const { client, head } = await WebSocketClient.open(shared().port, path, headers);
      assert.equal(head.split("\r\n")[0], line);
      await client.closed();
    });
  }

  it("answers a pong with nothing", async () => {
    const { client } = await WebSocketClient.open(shared().port);
    client.socket.write(clientFrame(PONG!, Buffer.from("x")));
    client.socket.write(clientFrame(TEXT!, Buffer.from("after")));
    assert.equal((await client.frame())?.payload.toString(), "after");
    client.socket.destroy();
  });
});
