// @ts-check
// A field shows one line, or scrolls. On paper, a copy of all that it holds takes its place, also of what nobody has sent.
const FIELDS = `input:not([type="checkbox"], [type="date"], [type="file"], [type="hidden"], [type="password"], [type="radio"]), textarea, select`;

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Field */

/** @param {Field} field */
function held(field) {
  if (!(field instanceof HTMLSelectElement)) return field.value;
  return [...field.selectedOptions].map((option) => option.text).join(", ");
}

function fieldsToPaper() {
  fieldsToScreen();
  for (const field of /** @type {NodeListOf<Field>} */ (document.querySelectorAll(FIELDS))) {
    if (!held(field).trim() || !field.checkVisibility()) continue;
    const copy = document.createElement("div");
    copy.className = "on-paper field-copy";
    copy.dir = "auto";
    copy.textContent = held(field);
    field.after(copy);
    field.classList.add("off-paper");
  }
}

function fieldsToScreen() {
  for (const copy of document.querySelectorAll(".field-copy")) copy.remove();
  for (const field of document.querySelectorAll(".off-paper")) field.classList.remove("off-paper");
}

addEventListener("beforeprint", fieldsToPaper);
addEventListener("afterprint", fieldsToScreen);
// Previews tell no page that they print.
matchMedia("print").addEventListener("change", ({ matches }) => (matches ? fieldsToPaper() : fieldsToScreen()));
