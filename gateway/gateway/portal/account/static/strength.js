// @ts-check
// Says how strong a new password is while somebody types it. The server judges.
import { need } from "../../kit/static/dom.js";

const PAUSE = 400;

for (const place of document.querySelectorAll("[data-strength]"))
  watch(place, need(document, `input#${place.dataset.of}`));

/** @param {HTMLElement} place @param {HTMLInputElement} field */
function watch(place, field) {
  let timer = 0;
  let asked = new AbortController();
  field.addEventListener("input", () => {
    clearTimeout(timer);
    asked.abort();
    asked = new AbortController();
    if (field.value) timer = setTimeout(() => ask(place, field, asked.signal), PAUSE);
    else place.replaceChildren();
  });
}

/** @param {HTMLElement} place @param {HTMLInputElement} field @param {AbortSignal} signal */
async function ask(place, field, signal) {
  const given = new FormData(field.form ?? undefined);
  const body = new URLSearchParams({ csrf_token: `${given.get("csrf_token")}`, password: field.value });
  if (given.has("link")) body.set("link", `${given.get("link")}`);
  try {
    const answer = await fetch(`${place.dataset.strength}`, { method: "POST", body, signal });
    if (answer.ok) place.innerHTML = await answer.text();
  } catch {
    // The form itself says what is wrong when it is sent.
  }
}
