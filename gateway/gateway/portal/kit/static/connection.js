// @ts-check
// Connects to the live stream, for the shared worker and for browsers without one.
const TYPES = ["ticket", "ticket.hidden", "inbox", "category", "resync"];
const SILENCE = 45_000;
const STABLE = 500;
let pause = 2000;

/** @param {(message: StreamMessage) => void} deliver */
export function connect(deliver) {
  const source = new EventSource("/api/v1/stream");
  let watchdog = 0;
  let steady = 0;

  // A connection can be dead without the browser knowing. The server sends heartbeats, and without one we reconnect.
  const alive = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => reconnect(0), SILENCE);
  };
  /** @param {number} delay */
  const reconnect = (delay) => {
    source.close();
    clearTimeout(watchdog);
    clearTimeout(steady);
    setTimeout(() => connect(deliver), delay);
  };

  source.onopen = () => {
    alive();
    // A gateway without its broker accepts the connection and closes it at once.
    steady = setTimeout(() => {
      pause = 2000;
      deliver({ kind: "state", state: "open" });
    }, STABLE);
  };
  source.onerror = () => {
    clearTimeout(steady);
    deliver({ kind: "state", state: "lost" });
    // The browser reconnects by itself, except after an answer that is no stream: signed out, or a proxy's error.
    if (source.readyState !== EventSource.CLOSED) return;
    reconnect(pause);
    pause = Math.min(pause * 2, 60_000);
    isSignedOut().then((out) => out && deliver({ kind: "state", state: "signed-out" }));
  };
  source.addEventListener("heartbeat", alive);
  for (const type of TYPES) {
    source.addEventListener(type, (event) => {
      alive();
      deliver({ kind: "event", type, data: event.data });
    });
  }
}

async function isSignedOut() {
  try {
    return (
      (await fetch("/api/v1/users/me", { headers: { Accept: "application/json", "X-Fragment": "1" } })).status === 401
    );
  } catch {
    return false;
  }
}
