// Shares one connection between all tabs, because browsers allow only six HTTP/1.1 connections per host.
import { connect } from "./connection.js";

const ports = new Set();
let last = { kind: "state", state: "connecting" };

onconnect = (event) => {
  const port = event.ports[0];
  ports.add(port);
  port.onmessage = (message) => message.data === "bye" && ports.delete(port);
  port.postMessage(last);
};

connect((message) => {
  if (message.kind === "state") last = message;
  for (const port of ports) port.postMessage(message);
});
