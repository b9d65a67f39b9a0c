import assert from "node:assert/strict";
import { once } from "node:events";
import { opened } from "./connection";
import { services } from "./service";
import { clientFrame, WebSocketClient } from "./websocket-client";

describe("end of the reference service", () => {
  const start = services();

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    it(`answers what is under way on ${signal}, takes no new connection, and ends with 0`, async () => {
      const service = await start();
      const slow = await opened(service.port, "GET /slow?delay=300ms HTTP/1.1\r\nHost: x\r\n\r\n");
      const half = await opened(service.port, "GET /half HTTP/1.1\r\nHost: x\r\n");
      service.kill(signal);
      await service.logged("stopping");
      await assert.rejects(fetch(`${service.url}/health`));
      const closed = Promise.all([once(slow.socket, "close"), once(half.socket, "close")]);
      half.socket.write("\r\n");
      await closed;
      for (const { last } of [slow, half]) {
        assert.match(last(), /^HTTP\/1\.1 200 OK\r\n/);
        assert.match(last(), /connection: close/i);
      }
      assert.equal(await service.exit(), 0);
      assert.deepEqual(
        service.lines.filter(({ message }) => message.startsWith("stop")).map(({ message }) => message),
        ["stopping", "stopped"],
      );
    });
  }

  it("is not ready while it ends, but alive", async () => {
    const service = await start();
    const ready = await opened(service.port, "GET /ready HTTP/1.1\r\nHost: x\r\n");
    const live = await opened(service.port, "GET /health HTTP/1.1\r\nHost: x\r\n");
    service.kill("SIGTERM");
    await service.logged("stopping");
    const closed = Promise.all([once(ready.socket, "close"), once(live.socket, "close")]);
    ready.socket.write("\r\n");
    live.socket.write("\r\n");
    await closed;
    assert.match(ready.last(), /^HTTP\/1\.1 503 .*"status":"stopping"/s);
    assert.match(live.last(), /^HTTP\/1\.1 200 .*"status":"ok"/s);
    assert.equal(await service.exit(), 0);
  });

  it("tells WebSockets that it goes away and waits for their answer", async () => {
    const service = await start();
    const { client } = await WebSocketClient.open(service.port);
    service.kill("SIGTERM");
    const frame = await client.frame();
    assert.deepEqual([frame?.opcode, frame?.payload.readUInt16BE(0)], [8, 1001]);
    client.socket.write(clientFrame(8, Buffer.from([0x03, 0xe9])));
    await client.closed();
    assert.equal(await service.exit(), 0);
  });

  it("ends at once when nothing is under way, idle connections or not, and only once", async () => {
    const service = await start();
    const { socket } = await opened(service.port);
    service.kill("SIGTERM");
    service.kill("SIGTERM");
    await once(socket, "close");
    assert.equal(await service.exit(), 0);
    assert.equal(service.lines.filter(({ message }) => message === "stopping").length, 1);
  });
});
