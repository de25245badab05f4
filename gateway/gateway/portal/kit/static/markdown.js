// @ts-check
// Writing Markdown: the toolbar, its two common keys, the preview, and tables that are pasted from a sheet or a page.
import "../../static/vendor/markdown-toolbar.js";
import { need, origin } from "./dom.js";
import { clipboardTable } from "./tables.js";

/** @param {Event} event */
function fieldOf(event) {
  const field = origin(event);
  return field instanceof HTMLTextAreaElement && toolbarOf(field) ? field : null;
}

/** @param {HTMLTextAreaElement} field */
const toolbarOf = (field) => document.querySelector(`markdown-toolbar[for="${field.id}"]`);

/** @type {Record<string, string>} */
const KEYS = { b: "md-bold", i: "md-italic" };

document.addEventListener("keydown", (event) => {
  const field = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && fieldOf(event);
  const button = field && event.key in KEYS && toolbarOf(field)?.querySelector(KEYS[event.key]);
  if (!button) return;
  event.preventDefault();
  button.click();
});

// It comes before attach.js, because a sheet is copied with a picture of its cells.
document.addEventListener(
  "paste",
  (event) => {
    const field = fieldOf(event);
    const table = field && event.clipboardData && clipboardTable(event.clipboardData);
    if (!field || !table) return;
    event.preventDefault();
    event.stopPropagation();
    insertBlock(field, table);
  },
  true,
);

/** @param {HTMLTextAreaElement} field @param {string} block */
function insertBlock(field, block) {
  const before = field.value.slice(0, field.selectionStart);
  const gap = before && !before.endsWith("\n\n") ? "\n".repeat(before.endsWith("\n") ? 1 : 2) : "";
  field.focus();
  // Unlike setRangeText, it can be undone by Ctrl+Z.
  if (document.execCommand("insertText", false, `${gap}${block}\n`)) return;
  field.setRangeText(`${gap}${block}\n`, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const button = origin(event).closest("button[data-preview]");
  if (!button) return;
  const field = need(document, `textarea#${button.dataset.preview}`);
  const place = need(document, `#${button.dataset.preview}-preview`);
  if (button.getAttribute("aria-pressed") === "true") write(button, field, place);
  else show(button, field, place);
});

/** @param {HTMLButtonElement} button @param {HTMLTextAreaElement} field @param {HTMLElement} place */
function write(button, field, place) {
  button.setAttribute("aria-pressed", "false");
  place.hidden = true;
  field.hidden = false;
  field.focus();
}

/** @param {HTMLButtonElement} button @param {HTMLTextAreaElement} field @param {HTMLElement} place */
async function show(button, field, place) {
  const body = new URLSearchParams({
    csrf_token: need(document, 'meta[name="csrf-token"]').content,
    text: field.value,
  });
  const answer = await fetch("/markdown", { method: "POST", body, headers: { "X-Fragment": "1" } }).catch(() => null);
  if (!answer?.ok || !field.isConnected) return;
  place.innerHTML = await answer.text();
  place.hidden = false;
  field.hidden = true;
  button.setAttribute("aria-pressed", "true");
}
