// @ts-check
// `listen(onEvent, onState)` reports live events, which hold ids only, and the state: connecting, open or lost.
import { connect } from "./connection.js";

/**
 * @param {(type: string, event: {id?: string, unread?: number}) => void} onEvent
 * @param {(state: string) => void} onState
 */
export function listen(onEvent, onState) {
  /** @param {StreamMessage} message */
  const deliver = (message) =>
    message.kind === "event" ? onEvent(message.type, JSON.parse(message.data)) : onState(message.state);
  if (!("SharedWorker" in window)) return connect(deliver);
  // A worker survives a sign-out, so each person gets a worker of their own.
  const { worker: address, person } = document.body.dataset;
  const worker = new SharedWorker(`${address}`, { name: `trackline-${person}`, type: "module" });
  worker.onerror = () => connect(deliver);
  worker.port.onmessage = (event) => deliver(event.data);
  addEventListener("pagehide", () => worker.port.postMessage("bye"));
}
