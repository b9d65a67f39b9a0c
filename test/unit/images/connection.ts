import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";

/**
 * A connection whose first request was answered. What follows is written together with that request, so the answer
 * proves that the service has read it.
 */
export async function opened(port: number, follows = ""): Promise<{ socket: Socket; last: () => string }> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  socket.write(`GET /health HTTP/1.1\r\nHost: x\r\n\r\n${follows}`);
  while (!text.includes('"status":"ok"')) await once(socket, "data");
  return { socket, last: () => text.slice(text.lastIndexOf("HTTP/1.1")) };
}
