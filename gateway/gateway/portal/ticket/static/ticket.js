// The agent's ticket: reply or note by key, resolving in place, details as a tab on narrow screens.
import { key } from "../../kit/static/keys.js";

const composer = () => document.getElementById("composer");

function select(visibility) {
  const choice = composer()?.querySelector(`[name="visibility"][value="${visibility}"]`);
  if (choice) choice.checked = true;
}

function write(visibility) {
  select(visibility);
  composer()?.querySelector("textarea")?.focus();
}

// Somebody may choose reply or note for the next comment before the answer to this one replaces the form. A note must not
// become a reply by that.
const chosen = () => composer()?.querySelector('[name="visibility"]:checked')?.value;
let sent = "";
let next = "";

document.addEventListener("htmx:before:request", ({ detail }) => {
  if (detail.ctx.sourceElement.closest("#composer")) sent = chosen();
});
document.addEventListener("htmx:before:swap", () => (next = sent && chosen() !== sent ? chosen() : ""));
document.addEventListener("htmx:after:swap", () => next && select(next));
document.addEventListener("htmx:finally:request", () => (sent = next = ""));

function resolve(wanted) {
  const part = document.getElementById("resolve");
  if (!part) return;
  part.hidden = part.disabled = !wanted;
  for (const menu of composer().querySelectorAll("details[open]")) menu.open = false;
  (wanted ? part.querySelector("select") : composer().querySelector("textarea")).focus();
}

if (document.querySelector("#composer .composer-tabs")) {
  key("r", () => write("public"));
  key("n", () => write("internal"));
}

// Ctrl+Shift+Enter sends the reply as the solution. Without a reply, or with a note, it asks for the solution.
document.addEventListener("trackline:send-resolved", () => {
  const form = composer();
  const reply =
    form.querySelector('[name="visibility"][value="public"]').checked && form.querySelector("textarea").value.trim();
  resolve(true);
  if (reply || document.getElementById("resolution").value.trim())
    form.requestSubmit(document.querySelector("#resolve button"));
  else document.getElementById("resolution").focus();
});

document.addEventListener("trackline:resolve", () => {
  const state = document.getElementById("state");
  state.value = state.querySelector("[selected]").value;
  document.getElementById("main").classList.remove("panel-open");
  resolve(true);
});

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-resolve], [data-unresolve], [data-tab-toggle], [data-back]");
  if (!target) return;
  if (target.matches("[data-back]")) {
    // The browser's history leads back to the list with its filters and scroll position.
    if (!document.referrer.includes(`${location.host}/desk`)) return;
    history.back();
  } else if (target.matches("[data-tab-toggle]")) document.getElementById("main").classList.toggle("panel-open");
  else resolve(target.matches("[data-resolve]"));
  event.preventDefault();
});

// A conversation opens at its end.
const thread = document.querySelector(".thread");
if (thread && !location.hash.startsWith("#c-")) thread.scrollTop = thread.scrollHeight;

// Marks the notifications of a ticket on the screen as read. Inbox events name no ticket, so live.js reports new ones
// when this ticket has just changed.
let reading = false;

async function markRead() {
  const timeline = document.querySelector("#timeline[data-unread]");
  if (!timeline || document.hidden || reading) return;
  reading = true;
  delete timeline.dataset.unread;
  const csrf_token = document.querySelector('meta[name="csrf-token"]').content;
  const body = new URLSearchParams({ csrf_token, ticket_id: timeline.dataset.ticket });
  await fetch("/inbox/read", { method: "POST", body, headers: { "X-Fragment": "1" } }).catch(() => {});
  reading = false;
  markRead();
}

document.addEventListener("visibilitychange", markRead);
document.addEventListener("trackline:unread", () => {
  const timeline = document.getElementById("timeline");
  if (timeline) timeline.dataset.unread = "";
  markRead();
});
markRead();
