// Keeps the text of forms with data-draft on this device, so that it survives a closed tab, until it is sent.
const FIELDS = "input[name]:not([type=hidden], [type=file], [type=checkbox]), textarea[name], select[name]";
const keyOf = (form) => `draft:${form.dataset.draft}`;

function read(form) {
  try {
    return JSON.parse(localStorage.getItem(keyOf(form))) || {};
  } catch {
    return {};
  }
}

function save(form) {
  const values = {};
  for (const field of form.querySelectorAll(FIELDS)) {
    if (field.type === "radio" ? field.checked : field.value) values[field.name] = field.value;
  }
  const words = form.querySelector("textarea").value || form.querySelector("#title")?.value;
  if (words) localStorage.setItem(keyOf(form), JSON.stringify(values));
  else localStorage.removeItem(keyOf(form));
  note(form, Boolean(words));
}

function note(form, kept) {
  const place = form.querySelector("[data-draft-note]");
  if (place) place.hidden = !kept;
}

function restore(form) {
  const values = read(form);
  if (form.querySelector("textarea").value || !Object.keys(values).length) return;
  for (const field of form.querySelectorAll(FIELDS)) {
    if (!(field.name in values)) continue;
    if (field.type === "radio") field.checked = field.value === values[field.name];
    else if (!field.value || field.tagName === "SELECT") field.value = values[field.name];
  }
  note(form, true);
}

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-draft]");
  if (form) save(form);
});
for (const form of document.querySelectorAll("form[data-draft]")) restore(form);

// After htmx sent the form, the new form is empty. After a plain post, the next page clears the draft.
document.addEventListener("htmx:after:swap", () => {
  const form = document.querySelector("#composer[data-draft]");
  if (form && !form.querySelector("textarea").value) localStorage.removeItem(keyOf(form));
});
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-draft]:not([hx-post])");
  if (form) sessionStorage.setItem("sent", keyOf(form));
});
const sent = sessionStorage.getItem("sent");
if (sent && !document.querySelector("[data-error-page], form[data-draft='new']")) {
  localStorage.removeItem(sent);
  sessionStorage.removeItem("sent");
}
