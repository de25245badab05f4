// @ts-check
// The agent's ticket: reply or note by key, resolving in place, details as a tab on narrow screens.
import { need, origin } from "../../kit/static/dom.js";
import { key } from "../../kit/static/keys.js";
import { showNewest } from "../../kit/static/newest.js";
import "./in-use.js";

// A closed ticket has a sentence in the place of the form.
const composer = () => document.querySelector("form#composer");

/** @param {string} visibility */
function select(visibility) {
  const choice = composer()?.querySelector(`input[name="visibility"][value="${visibility}"]`);
  if (choice) choice.checked = true;
  describe();
}

// The empty field says for whom the text will be, and which key leads here.
function describe() {
  const field = composer()?.querySelector("textarea#text");
  if (!field?.dataset.reply) return;
  const note = chosen() === "internal";
  const resolving = composer()?.querySelector("fieldset#resolve")?.hidden === false;
  // A reply is the solution itself. What was written beside a note must not become it unseen.
  const solution = composer()?.querySelector(".if-note textarea#resolution");
  if (solution) solution.disabled = !note;
  if (resolving && !note) {
    field.placeholder = field.dataset.solution ?? "";
    return;
  }
  const key = document.body.dataset.singleKeys === "off" || matchMedia("(pointer: coarse)").matches ? "" : " · ";
  field.placeholder = `${note ? field.dataset.note : field.dataset.reply}${key && key + (note ? "n" : "r")}`;
}

/** @param {string} visibility */
function write(visibility) {
  select(visibility);
  composer()?.querySelector("textarea")?.focus();
}

// Somebody may choose reply or note for the next comment before the answer to this one replaces the form. A note must not
// become a reply by that.
const chosen = () => composer()?.querySelector('input[name="visibility"]:checked')?.value ?? "";
let sent = "";
let next = "";

document.addEventListener("htmx:before:request", ({ detail }) => {
  if (detail.ctx.sourceElement.closest("#composer")) sent = chosen();
});
document.addEventListener("htmx:before:swap", () => {
  next = sent && chosen() !== sent ? chosen() : "";
});
document.addEventListener("htmx:after:swap", () => next && select(next));
document.addEventListener("htmx:finally:request", () => {
  sent = "";
  next = "";
});

document.addEventListener("change", (event) => origin(event).matches('[name="visibility"]') && describe());
document.addEventListener("htmx:after:swap", describe);
describe();

/** @param {boolean} wanted */
function resolve(wanted) {
  const form = composer();
  const part = form?.querySelector("fieldset#resolve");
  if (!form || !part) return;
  part.hidden = !wanted;
  part.disabled = !wanted;
  for (const menu of form.querySelectorAll("details[open]")) menu.open = false;
  describe();
  need(form, "textarea").focus();
}

if (document.querySelector("#composer .composer-tabs")) {
  key("r", () => write("public"));
  key("n", () => write("internal"));
}

// Ctrl+Shift+Enter sends the reply as the solution. Without a reply, or with a note, it asks for the solution.
document.addEventListener("trackline:send-resolved", () => {
  const form = need(document, "form#composer");
  const solution = need(form, chosen() === "public" ? "textarea#text" : "textarea#resolution");
  resolve(true);
  if (solution.value.trim()) form.requestSubmit(need(form, "#resolve button"));
  else solution.focus();
});

document.addEventListener("trackline:resolve", () => {
  const state = need(document, "select#state");
  state.value = need(state, "option[selected]").value;
  need(document, "#main").classList.remove("panel-open");
  resolve(true);
});

document.addEventListener("click", (event) => {
  const target = origin(event).closest("[data-resolve], [data-unresolve], [data-tab-toggle]");
  if (!target) return;
  if (target.matches("[data-tab-toggle]")) need(document, "#main").classList.toggle("panel-open");
  else resolve(target.matches("[data-resolve]"));
  event.preventDefault();
});

// A link to a comment of another part of the conversation leads to the part that begins with it.
function findLinked() {
  const [, sequence] = /^#c-.*:(\d+)$/.exec(decodeURIComponent(location.hash)) ?? [];
  if (!sequence || document.getElementById(decodeURIComponent(location.hash).slice(1))) return;
  const after = `?after=${Number(sequence) - 1}`;
  if (location.search !== after) location.replace(after + location.hash);
}
addEventListener("hashchange", findLinked);
findLinked();

// A conversation opens at its newest message, for requesters if they have not seen it: above it is how far their request is.
const mark = document.querySelector(".first-unread");
const marked = mark?.nextElementSibling?.id ?? "";
const [visit] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
const cameByLink = !["back_forward", "reload"].includes(visit?.type);
if (["", "#end"].includes(location.hash) && (mark ? cameByLink : document.querySelector(".thread"))) showNewest();

// The news are marked as read at once. Their mark stays while the ticket is on the screen.
document.addEventListener("trackline:put", () => {
  if (mark && marked && !document.querySelector(".first-unread")) document.getElementById(marked)?.before(mark);
});

document.addEventListener("htmx:after:swap", () => {
  if (sent && !composer()?.querySelector("textarea")?.value) showNewest();
});

// Marks the notifications of a ticket on the screen as read. Inbox events name no ticket, so live.js reports new ones
// when this ticket has just changed.
let reading = false;

async function markRead() {
  // While an older part is on the screen, nobody has seen what is new.
  const timeline = document.querySelector("#timeline[data-unread]:not(:has(#newer))");
  if (!timeline || document.hidden || reading) return;
  reading = true;
  delete timeline.dataset.unread;
  const csrf_token = need(document, 'meta[name="csrf-token"]').content;
  const body = new URLSearchParams({ csrf_token, ticket_id: timeline.dataset.ticket ?? "" });
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
