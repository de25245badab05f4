// The agent's ticket: reply or note by key, resolving in place, details as a tab on narrow screens.
import { key } from "../kit/keys.js";

const composer = () => document.getElementById("composer");

function write(visibility) {
  const form = composer();
  const choice = form?.querySelector(`[name="visibility"][value="${visibility}"]`);
  if (choice) choice.checked = true;
  form?.querySelector("textarea")?.focus();
}

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

// Ctrl+Shift+Enter: the reply is the solution. Without one, or with a note, the solution is asked for.
document.addEventListener("trackline:send-resolved", () => {
  const form = composer();
  const reply = form.querySelector('[name="visibility"][value="public"]').checked && form.querySelector("textarea").value.trim();
  resolve(true);
  if (reply || document.getElementById("resolution").value.trim()) form.requestSubmit(document.querySelector("#resolve button"));
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
    // Back to the very list one came from, with its filters and place.
    if (!document.referrer.includes(`${location.host}/desk`)) return;
    history.back();
  } else if (target.matches("[data-tab-toggle]")) document.getElementById("main").classList.toggle("panel-open");
  else resolve(target.matches("[data-resolve]"));
  event.preventDefault();
});

// A conversation opens at its end.
const thread = document.querySelector(".thread");
if (thread && !location.hash.startsWith("#c-")) thread.scrollTop = thread.scrollHeight;

// What is on the screen is read. An inbox tells only that something is unread: of this ticket, if that changed just now.
let reading = false;

async function seen() {
  const timeline = document.querySelector("#timeline[data-unread]");
  if (!timeline || document.hidden || reading) return;
  reading = true;
  delete timeline.dataset.unread;
  const csrf_token = document.querySelector('meta[name="csrf-token"]').content;
  const body = new URLSearchParams({ csrf_token, ticket_id: timeline.dataset.ticket });
  await fetch("/inbox/read", { method: "POST", body, headers: { "X-Fragment": "1" } }).catch(() => {});
  reading = false;
  seen();
}

document.addEventListener("visibilitychange", seen);
document.addEventListener("trackline:unread", () => {
  const timeline = document.getElementById("timeline");
  if (timeline) timeline.dataset.unread = "";
  seen();
});
seen();
