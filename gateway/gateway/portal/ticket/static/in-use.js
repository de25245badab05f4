// @ts-check
// An answer that morphs the region around a form (hx-swap="outerMorph") leaves the form alone that somebody is using:
// an open list, a text, an editor. All other forms show what the answer says. While the answer is put into the page, the
// used form has the attribute data-used.

/** @type {WeakMap<Element, string>} */
const sent = new WeakMap();
/** @type {HTMLFormElement | null} */
let used = null;
/** @type {HTMLFormElement[]} */
let answered = [];

/** @param {HTMLFormElement} form */
const content = (form) => JSON.stringify([...new FormData(form)]);
// Some browsers do not know this selector.
/** @param {Element} field */
const isOpenList = (field) => CSS.supports("selector(select:open)") && field.matches("select:open");

/**
 * The form that somebody uses. The one whose answer comes is used if it has changed since it was sent.
 * @param {Element | null} source
 */
function formInUse(source) {
  const field = document.activeElement;
  const form = field?.closest("form");
  if (!field?.matches("input, textarea, select") || !form) return null;
  return form.contains(source) && !isOpenList(field) && content(form) === sent.get(form) ? null : form;
}

document.addEventListener("htmx:before:request", ({ detail }) => {
  const form = detail.ctx.sourceElement.closest("form");
  if (form) sent.set(form, content(form));
});
document.addEventListener("htmx:before:swap", ({ detail }) => {
  used = formInUse(detail.ctx.sourceElement);
  if (used) used.dataset.used = "";
  answered = [];
});
document.addEventListener("htmx:finally:request", () => delete used?.dataset.used);
document.addEventListener("htmx:after:swap", () => {
  for (const form of answered) form.reset();
});

/** Whether to change an element to what the answer says. @param {HTMLElement} element */
function morphs(element) {
  const keep = element === used || (element.matches("details[open]") && element.contains(used));
  if (!keep && element instanceof HTMLFormElement) answered.push(element);
  // The used form shows an older version than its region, which is fetched as soon as somebody leaves the form.
  const region = keep ? element.closest("[data-live]") : null;
  if (region) {
    region.dataset.stale = "";
    delete region.dataset.version;
  }
  return !keep;
}
window.htmx?.registerExtension("in-use", { htmx_before_morph_node: morphs });
