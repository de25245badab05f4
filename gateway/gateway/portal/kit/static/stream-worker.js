// @ts-check
// Shares one connection between all tabs, because browsers allow only six HTTP/1.1 connections per host.
import { connect } from "./connection.js";

/** @type {Set<MessagePort>} */
const ports = new Set();
/** @type {StreamMessage} */
let last = { kind: "state", state: "connecting" };

addEventListener("connect", (event) => {
  const [port] = /** @type {MessageEvent} */ (event).ports;
  ports.add(port);
  port.onmessage = (message) => message.data === "bye" && ports.delete(port);
  port.postMessage(last);
});

connect((message) => {
  if (message.kind === "state") last = message;
  for (const port of ports) port.postMessage(message);
});
