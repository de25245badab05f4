// @ts-check
// What a change is about: the selected rows, or the row that a key aimed at. The bar at the bottom names them always.
import { need } from "../../kit/static/dom.js";
import { toast } from "../../kit/static/toast.js";
import { current, numberOf } from "./cursor.js";

const MAX_NAMED = 3;
const form = () => need(document, "form#bulk");
const aimed = () => need(document, "input#aimed");
/** @param {ParentNode} row */
const boxOf = (row) => row.querySelector('input[name="ticket"]');
export const chosen = () => [...document.querySelectorAll('#rows input[name="ticket"]:checked')];
/** @param {HTMLInputElement} box */
export const numberIn = (box) => box.value.split(":")[0];

/** @param {HTMLElement} element @param {number} number */
export function showCount(element, number) {
  const words = number === 1 ? element.dataset.one : element.dataset.many;
  element.textContent = (words ?? "").replace(/\d+/, `${number}`);
}

export function say() {
  const place = document.querySelector(".bulk-count");
  if (!place) return;
  const numbers = aimed().disabled ? chosen().map(numberIn) : [numberIn(aimed())];
  showCount(place, numbers.length);
  const more = numbers.length > MAX_NAMED ? " …" : "";
  need(document, ".bulk-numbers").textContent = numbers.slice(0, MAX_NAMED).join(", ") + more;
}

export function toggle() {
  if (busy()) return;
  const row = unlocked();
  const box = row && boxOf(row);
  if (!box) return;
  release();
  box.checked = !box.checked;
  say();
}

export function clear() {
  for (const box of chosen()) box.checked = false;
  release();
}

/** The row of the cursor. If there is none, or it may not be changed, a message says so. */
function unlocked() {
  const row = current();
  const why = row ? row.dataset.locked : form().dataset.noRow;
  if (why) toast(why);
  return why ? null : row;
}

/** Acts on the selected rows if one of them is in view, or else on the row of the cursor. @param {() => void} act */
export function aim(act) {
  if (busy()) return;
  release();
  if (!chosen().some(inView)) {
    const row = unlocked();
    const box = row && boxOf(row);
    if (!box) return;
    aimAt(box);
  }
  act();
}

/** @param {HTMLInputElement} box */
function aimAt(box) {
  // The rows that are selected somewhere else keep their ticks, and are not sent.
  for (const other of chosen()) other.disabled = true;
  aimed().value = box.value;
  aimed().disabled = false;
  form().dataset.aimed = "";
  say();
}

export function release() {
  if (!("aimed" in form().dataset) || isSending()) return say();
  delete form().dataset.aimed;
  aimed().disabled = true;
  for (const box of chosen()) box.disabled = false;
  say();
}

// The form may be sent again, and must then be about the same tickets (kit/static/forms.js).
const isSending = () => "sending" in form().dataset || "sentAgain" in form().dataset;

function busy() {
  if (isSending()) toast(form().dataset.busy ?? "");
  return isSending();
}

/** @param {boolean} sending */
const note = (sending) => (/** @type {CustomEvent} */ event) => {
  if (event.detail.ctx.sourceElement?.closest("#bulk")) form().toggleAttribute("data-sending", sending);
};
document.addEventListener("htmx:before:request", note(true));
document.addEventListener("htmx:finally:request", note(false));

// The bar and the heads of the columns stay above the rows.
const HEAD = 84;

/** @param {HTMLElement} box */
function inView(box) {
  const row = /** @type {HTMLElement} */ (box.closest("tr")).getBoundingClientRect();
  const view = need(document, "#main").getBoundingClientRect();
  return row.bottom >= Math.min(view.top + HEAD, view.bottom) && row.top <= view.bottom;
}

// A change of the selection ends it. Any other leaves it as it was.
/** @type {string[]} */
let kept = [];
document.addEventListener("htmx:before:swap", ({ detail }) => {
  const ends = detail.ctx.sourceElement?.closest("#bulk") && aimed().disabled;
  kept = ends ? [] : chosen().map(numberIn);
});

export function restore() {
  for (const number of kept.splice(0)) {
    const row = document.querySelector(`tr#row-${number}`);
    const box = row && boxOf(row);
    if (box) box.checked = true;
  }
  say();
}

/** @param {HTMLTableRowElement} row @param {HTMLTableRowElement} copy with what has changed since */
export function carryOver(row, copy) {
  const [before, after] = [boxOf(row), boxOf(copy)];
  if (!before || !after) return;
  after.checked = before.checked;
  after.disabled = before.disabled;
  if (!aimed().disabled && numberIn(aimed()) === numberOf(row)) aimed().value = after.value;
}
