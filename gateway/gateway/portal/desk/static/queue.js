// The queue: moving and selecting by keys, and live changes that do not move the row under the pointer.
import { key } from "../../kit/static/keys.js";

const rows = () => [...document.querySelectorAll("#rows > tr")];
const link = (row) => row.querySelector(".cell-title a");
const current = () => document.activeElement?.closest?.("#rows > tr");

function move(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(current());
  const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
  link(next).focus();
  next.scrollIntoView({ block: "nearest" });
}

function select(row) {
  if (!row) return;
  const box = row.querySelector('[name="ticket"]');
  box.checked = !box.checked;
  updateCount();
}

// Acts on the selected rows, or on the current one if none is selected.
function withSelected(act) {
  const chosen = () => document.querySelector('[name="ticket"]:checked');
  if (!chosen()) select(current());
  if (chosen()) act();
}

function openMenu(id) {
  const menu = document.getElementById(id);
  menu.open = true;
  menu.querySelector("input, .menu-item").focus();
}

function showCount(element, number) {
  element.textContent = (number === 1 ? element.dataset.one : element.dataset.many).replace(/\d+/, number);
}

function updateCount() {
  const place = document.querySelector(".bulk-count");
  if (place) showCount(place, document.querySelectorAll('[name="ticket"]:checked').length);
}

let at = -1;
let fetched = null;
let timer = 0;

async function fetchRows() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html", "X-Fragment": "1" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  fetched = new DOMParser().parseFromString(await answer.text(), "text/html");
  merge();
}

function merge() {
  const fresh = new Map([...fetched.querySelectorAll("#rows > tr")].map((row) => [row.id, row]));
  for (const row of rows()) {
    const now = fresh.get(row.id);
    row.classList.toggle("gone", !now);
    if (now && now.dataset.version !== row.dataset.version) update(row, now);
    fresh.delete(row.id);
  }
  const pill = document.getElementById("new-rows");
  pill.hidden = fresh.size === 0;
  showCount(pill, fresh.size);
}

function update(row, now) {
  const box = row.querySelector('[name="ticket"]');
  const focused = current() === row;
  now.querySelector('[name="ticket"]').checked = box.checked;
  const copy = now.cloneNode(true);
  copy.querySelector('[name="ticket"]').checked = box.checked;
  row.replaceWith(copy);
  if (focused) link(copy).focus({ preventScroll: true });
}

function showAll() {
  const chosen = new Set(
    [...document.querySelectorAll('[name="ticket"]:checked')].map((box) => box.value.split(":")[0]),
  );
  const form = document.getElementById("bulk");
  const fresh = fetched.getElementById("bulk");
  for (const box of fresh.querySelectorAll('[name="ticket"]')) box.checked = chosen.has(box.value.split(":")[0]);
  form.replaceWith(fresh);
  document.getElementById("new-rows").hidden = true;
  window.htmx?.process(fresh);
  updateCount();
}

function watch() {
  key("j", () => move(1));
  key("k", () => move(-1));
  key("o", () => current() && link(current()).click());
  key("x", () => select(current()));
  key("e", () => withSelected(() => document.querySelector('#bulk [name="assign"]').click()));
  key("s", () => withSelected(() => openMenu("bulk-state")));
  key("p", () => withSelected(() => openMenu("bulk-priority")));
  document.addEventListener("change", updateCount);
  document.addEventListener("reset", () => setTimeout(updateCount, 0));
  document.getElementById("new-rows").addEventListener("click", showAll);
  // When the row with the focus leaves the view, the row in its place gets the focus.
  document.addEventListener("focusin", () => (at = current() ? rows().indexOf(current()) : at));
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
