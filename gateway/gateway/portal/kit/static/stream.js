// What happens on the server, as ids: `listen(onEvent, onState)`. States: connecting, open, lost.
import { connect } from "./connection.js";

export function listen(onEvent, onState) {
  const deliver = (message) =>
    message.kind === "event" ? onEvent(message.type, JSON.parse(message.data)) : onState(message.state);
  if (!("SharedWorker" in window)) return connect(deliver);
  // One worker for each person: it outlives a change of who is signed in.
  const { worker: address, person } = document.body.dataset;
  const worker = new SharedWorker(address, { name: `trackline-${person}`, type: "module" });
  worker.onerror = () => connect(deliver);
  worker.port.onmessage = (event) => deliver(event.data);
  addEventListener("pagehide", () => worker.port.postMessage("bye"));
}
