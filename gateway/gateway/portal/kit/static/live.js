// @ts-check
// Updates the regions marked data-live="topic …" after live events. Topics: ticket:<id>, tickets, inbox.
// Regions are fetched from the address of the page, those of the frame (data-frame) from an address of their own.
import { need } from "./dom.js";
import { isAtEnd, showNewest } from "./newest.js";
import { listen } from "./stream.js";
import { toast } from "./toast.js";

// Milliseconds to wait, so that a burst of events leads to one request.
const SOON = 100;
const LATER = 1200;
// Characters of a live comment that are announced.
const MAX_NEWS = 90;
const page = source(() => location.href);
const frame = source(() => `${document.body.dataset.frame}`);
let changed = false;
let wasLost = false;
let lostTimer = 0;

export function follow() {
  listen(onEvent, onState);
  addEventListener("online", refreshAll);
  document.addEventListener("focusout", () =>
    setTimeout(() => document.querySelector("[data-stale]") && page.plan(0), 0),
  );
}

function refreshAll() {
  page.plan(SOON);
  frame.plan(SOON);
  document.dispatchEvent(new Event("trackline:tickets"));
  document.dispatchEvent(new Event("trackline:unread"));
}

/** @param {string} type @param {{id?: string, unread?: number}} event */
function onEvent(type, event) {
  if (type === "resync") return refreshAll();
  const topics = topicsOf(type, event);
  if (topics.has("tickets")) document.dispatchEvent(new Event("trackline:tickets"));
  if (topics.has(`ticket:${document.getElementById("timeline")?.dataset.ticket}`)) changed = true;
  if (event.unread && changed) {
    changed = false;
    document.dispatchEvent(new Event("trackline:unread"));
  }
  for (const region of document.querySelectorAll("[data-live]")) {
    const own = `${region.dataset.live}`.split(" ");
    if (!own.some((topic) => topics.has(topic))) continue;
    if ("frame" in region.dataset) frame.plan(LATER);
    else page.plan(own[0].startsWith("ticket:") ? SOON : LATER);
  }
}

/** @param {string} type @param {{id?: string}} event */
function topicsOf(type, event) {
  if (type.startsWith("ticket")) return new Set(["tickets", `ticket:${event.id}`]);
  return new Set([type]);
}

// Sends one request at a time. Events during a request lead to one more request after it.
/** @param {() => string} address */
function source(address) {
  let timer = 0;
  let due = Infinity;
  let running = false;

  async function refresh() {
    if (running) return plan(SOON);
    running = true;
    try {
      const answer = await fetch(address(), { headers: { Accept: "text/html", "X-Fragment": "1" } });
      if (answer.ok && !answer.redirected) replace(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      // Without a connection nothing is fetched. When the stream is back, everything is.
    } finally {
      running = false;
    }
  }

  /** @param {number} delay */
  function plan(delay) {
    const at = Date.now() + delay;
    if (at >= due) return;
    clearTimeout(timer);
    due = at;
    timer = setTimeout(() => {
      due = Infinity;
      refresh();
    }, delay);
  }

  return { plan };
}

/** @param {Document} fetched */
function replace(fetched) {
  const atEnd = isAtEnd();
  for (const region of document.querySelectorAll("[data-live]")) {
    const fresh = fetched.getElementById(region.id);
    if (!fresh || unchanged(region, fresh)) continue;
    if (busy(region)) region.dataset.stale = "";
    else put(region, fresh);
  }
  advance(fetched);
  if (atEnd) showNewest();
}

/** @param {HTMLElement} region @param {HTMLElement} fresh */
function unchanged(region, fresh) {
  const version = fresh.dataset.version;
  return version ? version === region.dataset.version : region.innerHTML === fresh.innerHTML;
}

/** @param {HTMLElement} region */
function busy(region) {
  const active = document.activeElement;
  return active && region.contains(active) && active.matches("input, textarea, select, details[open] *");
}

/** @param {HTMLElement} region @param {HTMLElement} fresh */
function put(region, fresh) {
  const opened = [...region.querySelectorAll("details[open][id]")].map((details) => details.id);
  const focused = region.contains(document.activeElement) ? document.activeElement?.id : "";
  const known = new Set(comments(region).map((comment) => comment.id));
  const scroll = region.scrollTop;
  region.replaceWith(fresh);
  fresh.scrollTop = scroll;
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  window.htmx?.process(fresh);
  document.dispatchEvent(new CustomEvent("trackline:put", { detail: fresh }));
  // A page of a long conversation may have as many comments as before: the oldest one leaves it.
  const newest = comments(fresh).at(-1);
  if (fresh.id === "timeline" && newest && !known.has(newest.id)) announce(newest);
}

/** @param {HTMLElement} region @returns {HTMLElement[]} */
const comments = (region) => [...region.querySelectorAll(".comment")];

/** Returns the beginning of a text in one line. @param {string} text */
function beginning(text) {
  const letters = [...text.trim().replace(/\s+/g, " ")];
  return letters.length > MAX_NEWS ? `${letters.slice(0, MAX_NEWS - 1).join("")}…` : letters.join("");
}

/** @param {HTMLElement} comment */
function announce(comment) {
  if (comment.classList.contains("comment-own")) return;
  toast(`${comment.dataset.news ?? ""} ${beginning(comment.querySelector(".prose, .prose-rich")?.textContent ?? "")}`);
}

// The viewer's next change is based on the version that the page shows now.
/** @param {Document} fetched */
function advance(fetched) {
  const version = fetched.getElementById("status")?.dataset.version;
  if (!version) return;
  for (const input of document.querySelectorAll("#composer input[data-base-version]")) input.value = version;
}
// An answer to the viewer's own change replaces the state, too, before the live event of it comes.
document.addEventListener("htmx:after:swap", () => advance(document));

/** @param {string} state */
function onState(state) {
  document.documentElement.dataset.live = state;
  // Each attempt to reconnect reports the lost state again.
  if (state === "lost" && wasLost) return;
  clearTimeout(lostTimer);
  signedOut().hidden = state !== "signed-out";
  if (state === "signed-out") strip().hidden = true;
  if (state === "lost") {
    wasLost = true;
    lostTimer = setTimeout(() => (strip().hidden = false), 2500);
  } else if (state === "open") {
    if (!strip().hidden) toast(strip().dataset.back ?? "");
    strip().hidden = true;
    if (wasLost) refreshAll();
    wasLost = false;
  }
}

const strip = () => need(document, "#offline");
const signedOut = () => need(document, "#signed-out");
