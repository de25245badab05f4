// @ts-check
// The cursor of the queue: the one row that keys act on. It stays while the focus is elsewhere.
import { need, origin } from "../../kit/static/dom.js";

export const rows = () => [...document.querySelectorAll("tbody#rows > tr")];
/** @param {HTMLElement} row */
export const numberOf = (row) => row.id.slice("row-".length);
/** @param {HTMLElement} row */
export const linkOf = (row) => need(row, ".cell-title a");

// The place is kept for the case that the row leaves the view.
let number = "";
let place = -1;

/** @returns {HTMLTableRowElement | null} */
export const current = () => rows().find((row) => numberOf(row) === number) ?? null;

/** @param {HTMLTableRowElement} row */
export function put(row) {
  const moved = numberOf(row) !== number;
  number = numberOf(row);
  place = rows().indexOf(row);
  for (const other of rows()) other.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  if (moved) document.dispatchEvent(new Event("queue:cursor"));
}

/** @param {number} step */
export function move(step) {
  const all = rows();
  if (!all.length) return;
  const row = current();
  const now = row ? all.indexOf(row) : -1;
  show(all[Math.min(all.length - 1, Math.max(0, now + step))]);
}

/** @param {HTMLTableRowElement} row */
function show(row) {
  put(row);
  focus();
  row.scrollIntoView({ block: "nearest" });
}

/** Gives the focus to the row of the cursor, where Enter opens it. */
export function focus() {
  const row = current();
  if (row) linkOf(row).focus({ preventScroll: true });
}

/** Puts the cursor back after the rows were replaced: on the same ticket, or on the row in its place. */
export function restore() {
  const all = rows();
  const row = current() ?? all[Math.min(place, all.length - 1)];
  if (!row) return;
  put(row);
  if (document.activeElement === document.body) focus();
}

/** Puts the cursor where it was when somebody left the list. @param {string[]} listed @param {string} at */
export function resume(listed, at) {
  number = at;
  place = listed.indexOf(at);
  restore();
  current()?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("focusin", (event) => {
  const row = origin(event).closest("tbody#rows > tr");
  if (row) put(row);
});
