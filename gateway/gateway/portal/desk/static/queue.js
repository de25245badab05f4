// @ts-check
// The queue: moving and selecting by keys, and live changes that do not move the row under the pointer.
import { need } from "../../kit/static/dom.js";
import { key } from "../../kit/static/keys.js";

const rows = () => [...document.querySelectorAll("tbody#rows > tr")];
/** @param {HTMLElement} row */
const link = (row) => need(row, ".cell-title a");
/** @param {ParentNode} row */
const box = (row) => need(row, 'input[name="ticket"]');
const chosen = () => [...document.querySelectorAll('input[name="ticket"]:checked')];
const current = () => document.activeElement?.closest("tbody#rows > tr") ?? null;

/** @param {number} step */
function move(step) {
  const all = rows();
  if (!all.length) return;
  const row = current();
  const now = row ? all.indexOf(row) : -1;
  const next = all[Math.min(all.length - 1, Math.max(0, now + step))];
  link(next).focus();
  next.scrollIntoView({ block: "nearest" });
}

/** @param {HTMLElement | null} row */
function select(row) {
  if (!row) return;
  box(row).checked = !box(row).checked;
  updateCount();
}

// Acts on the selected rows, or on the current one if none is selected.
/** @param {() => void} act */
function withSelected(act) {
  if (!chosen().length) select(current());
  if (chosen().length) act();
}

/** @param {string} id */
function openMenu(id) {
  const menu = need(document, `details#${id}`);
  menu.open = true;
  need(menu, "input, .menu-item").focus();
}

/** @param {HTMLElement} element @param {number} number */
function showCount(element, number) {
  const words = number === 1 ? element.dataset.one : element.dataset.many;
  element.textContent = (words ?? "").replace(/\d+/, `${number}`);
}

function updateCount() {
  const place = document.querySelector(".bulk-count");
  if (place) showCount(place, chosen().length);
}

let at = -1;
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
  for (const row of rows()) {
    const now = fresh.get(row.id);
    row.classList.toggle("gone", !now);
    if (now && now.dataset.version !== row.dataset.version) update(row, now);
    fresh.delete(row.id);
  }
  const pill = need(document, "#new-rows");
  pill.hidden = fresh.size === 0;
  showCount(pill, fresh.size);
}

/** @param {HTMLTableRowElement} row @param {HTMLTableRowElement} now */
function update(row, now) {
  const focused = current() === row;
  const copy = /** @type {HTMLTableRowElement} */ (now.cloneNode(true));
  box(copy).checked = box(row).checked;
  row.replaceWith(copy);
  if (focused) link(copy).focus({ preventScroll: true });
}

function showAll() {
  if (!fetched) return;
  const values = new Set(chosen().map((one) => one.value));
  const fresh = need(fetched, "form#bulk");
  for (const one of fresh.querySelectorAll('input[name="ticket"]')) one.checked = values.has(one.value);
  need(document, "form#bulk").replaceWith(fresh);
  need(document, "#new-rows").hidden = true;
  window.htmx?.process(fresh);
  updateCount();
}

function watch() {
  key("j", () => move(1));
  key("k", () => move(-1));
  key("o", () => {
    const row = current();
    if (row) link(row).click();
  });
  key("x", () => select(current()));
  key("e", () => withSelected(() => need(document, '#bulk [name="assign"]').click()));
  key("s", () => withSelected(() => openMenu("bulk-state")));
  key("p", () => withSelected(() => openMenu("bulk-priority")));
  document.addEventListener("change", updateCount);
  document.addEventListener("reset", () => setTimeout(updateCount, 0));
  need(document, "#new-rows").addEventListener("click", showAll);
  // When the row with the focus leaves the view, the row in its place gets the focus.
  document.addEventListener("focusin", () => {
    const row = current();
    if (row) at = rows().indexOf(row);
  });
  document.addEventListener("htmx:after:swap", () => {
    updateCount();
    const row = rows()[Math.min(at, rows().length - 1)];
    if (row && document.activeElement === document.body) link(row).focus();
  });
  document.addEventListener("trackline:tickets", () => {
    clearTimeout(timer);
    timer = setTimeout(fetchRows, 300);
  });
  updateCount();
}

if (document.getElementById("bulk")) watch();
