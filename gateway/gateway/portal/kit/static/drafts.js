// @ts-check
// Keeps the text of forms with data-draft on this device, so that it survives a closed tab, until it is sent.
import { need, origin } from "./dom.js";

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Field */
const FIELDS = "input[name]:not([type=hidden], [type=file], [type=checkbox]), textarea[name], select[name]";
/** @param {HTMLFormElement} form */
const keyOf = (form) => `draft:${form.dataset.draft}`;

/** @param {HTMLFormElement} form @returns {Iterable<Field>} */
const fieldsOf = (form) => form.querySelectorAll(FIELDS);

/** @param {HTMLFormElement} form @returns {Record<string, string>} */
function read(form) {
  try {
    return JSON.parse(localStorage.getItem(keyOf(form)) ?? "{}") || {};
  } catch {
    return {};
  }
}

/** @param {HTMLFormElement} form */
function save(form) {
  /** @type {Record<string, string>} */
  const values = {};
  for (const field of fieldsOf(form)) {
    if (isRadio(field) ? field.checked : field.value) values[field.name] = field.value;
  }
  const words = need(form, "textarea").value || form.querySelector("input#title")?.value;
  if (words) localStorage.setItem(keyOf(form), JSON.stringify(values));
  else localStorage.removeItem(keyOf(form));
  note(form, Boolean(words));
}

/** @param {Field} field @returns {field is HTMLInputElement} */
const isRadio = (field) => field.type === "radio";

/** @param {HTMLFormElement} form @param {boolean} kept */
function note(form, kept) {
  const place = form.querySelector("[data-draft-note]");
  if (place) place.hidden = !kept;
}

/** @param {HTMLFormElement} form */
function restore(form) {
  const values = read(form);
  if (need(form, "textarea").value || !Object.keys(values).length) return;
  for (const field of fieldsOf(form)) {
    if (!(field.name in values)) continue;
    if (isRadio(field)) field.checked = field.value === values[field.name];
    else if (!field.value || field.tagName === "SELECT") field.value = values[field.name];
  }
  note(form, true);
}

document.addEventListener("input", (event) => {
  const form = origin(event).closest?.("form[data-draft]");
  if (form) save(form);
});
for (const form of document.querySelectorAll("form[data-draft]")) restore(form);

// After htmx sent the form, the new form is empty. After a plain post, the next page clears the draft.
document.addEventListener("htmx:after:swap", () => {
  const form = document.querySelector("form#composer[data-draft]");
  if (form && !need(form, "textarea").value) localStorage.removeItem(keyOf(form));
});
document.addEventListener("submit", (event) => {
  const form = origin(event).closest("form[data-draft]:not([hx-post])");
  if (form) sessionStorage.setItem("sent", keyOf(form));
});
const sent = sessionStorage.getItem("sent");
if (sent && !document.querySelector("[data-error-page], form[data-draft='new']")) {
  localStorage.removeItem(sent);
  sessionStorage.removeItem("sent");
}
