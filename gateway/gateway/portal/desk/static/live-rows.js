// @ts-check
// Live changes of the queue: rows change in place, and new ones wait behind a pill, so that nothing moves by itself.
import { need } from "../../kit/static/dom.js";
import * as cursor from "./cursor.js";
import * as selection from "./selection.js";

/** @type {Document | null} */
let fetched = null;
let timer = 0;

async function fetchRows() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html", "X-Fragment": "1" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  fetched = new DOMParser().parseFromString(await answer.text(), "text/html");
  merge(fetched);
}

/** @param {Document} fetched */
function merge(fetched) {
  const fresh = new Map([...fetched.querySelectorAll("tbody#rows > tr")].map((row) => [row.id, row]));
  for (const row of cursor.rows()) {
    const now = fresh.get(row.id);
    row.classList.toggle("gone", !now);
    if (now && differs(row, now)) update(row, now);
    fresh.delete(row.id);
  }
  announce(fresh.size);
}

/** @param {HTMLTableRowElement} row @param {HTMLTableRowElement} now */
const differs = (row, now) =>
  now.dataset.version !== row.dataset.version || now.classList.contains("unread") !== row.classList.contains("unread");

/** @param {number} count */
function announce(count) {
  const pill = need(document, "#new-rows");
  pill.toggleAttribute("data-waiting", count > 0);
  selection.showCount(pill, count);
}

/** @param {HTMLTableRowElement} row @param {HTMLTableRowElement} now */
function update(row, now) {
  const focused = row.contains(document.activeElement);
  const copy = /** @type {HTMLTableRowElement} */ (now.cloneNode(true));
  selection.carryOver(row, copy);
  row.replaceWith(copy);
  if (cursor.current() === copy) cursor.put(copy);
  if (focused) cursor.linkOf(copy).focus({ preventScroll: true });
  selection.say();
}

function showAll() {
  if (!fetched) return;
  const ticked = new Set(selection.chosen().map(selection.numberIn));
  const fresh = need(fetched, "form#bulk");
  for (const one of fresh.querySelectorAll('#rows input[name="ticket"]'))
    one.checked = ticked.has(selection.numberIn(one));
  need(document, "form#bulk").replaceWith(fresh);
  announce(0);
  window.htmx?.process(fresh);
  cursor.restore();
  selection.say();
}

export function follow() {
  need(document, "#new-rows").addEventListener("click", showAll);
  document.addEventListener("trackline:tickets", () => {
    clearTimeout(timer);
    timer = setTimeout(fetchRows, 300);
  });
}
