// The agent's ticket: reply or note by key, resolving in place, details as a tab on narrow screens.
import { key } from "./keys.js";

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

document.addEventListener("trackline:resolve", () => {
  const state = document.getElementById("state");
  state.value = state.querySelector("[selected]").value;
  document.getElementById("panel").classList.remove("panel-open");
  resolve(true);
});

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-resolve], [data-unresolve], [data-tab-toggle], [data-back]");
  if (!target) return;
  if (target.matches("[data-back]")) {
    // Back to the very list one came from, with its filters and place.
    if (!document.referrer.includes(`${location.host}/desk`)) return;
    history.back();
  } else if (target.matches("[data-tab-toggle]")) document.getElementById("panel").classList.toggle("panel-open");
  else resolve(target.matches("[data-resolve]"));
  event.preventDefault();
});

// A conversation opens at its end.
const thread = document.querySelector(".thread");
if (thread && !location.hash.startsWith("#c-")) thread.scrollTop = thread.scrollHeight;
