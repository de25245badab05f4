// The list: moving and selecting by key, and changes that arrive without moving what is under the pointer.
import { key } from "./keys.js";

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
  tell();
}

function assign() {
  const row = current();
  if (!document.querySelector('[name="ticket"]:checked') && row) select(row);
  if (document.querySelector('[name="ticket"]:checked')) document.querySelector('#bulk [name="assign"]').click();
}

function counted(element, number) {
  element.textContent = (number === 1 ? element.dataset.one : element.dataset.many).replace(/\d+/, number);
}

function tell() {
  const place = document.querySelector(".bulk-count");
  if (place) counted(place, document.querySelectorAll('[name="ticket"]:checked').length);
}

let waiting = null;
let timer = 0;

async function look() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  waiting = new DOMParser().parseFromString(await answer.text(), "text/html");
  merge();
}

function merge() {
  const fresh = new Map([...waiting.querySelectorAll("#rows > tr")].map((row) => [row.id, row]));
  for (const row of rows()) {
    const now = fresh.get(row.id);
    row.classList.toggle("gone", !now);
    if (now && now.dataset.version !== row.dataset.version) update(row, now);
    fresh.delete(row.id);
  }
  const pill = document.getElementById("new-rows");
  pill.hidden = fresh.size === 0;
  counted(pill, fresh.size);
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
  const chosen = new Set([...document.querySelectorAll('[name="ticket"]:checked')].map((box) => box.value.split(":")[0]));
  const form = document.getElementById("bulk");
  const fresh = waiting.getElementById("bulk");
  for (const box of fresh.querySelectorAll('[name="ticket"]')) box.checked = chosen.has(box.value.split(":")[0]);
  form.replaceWith(fresh);
  document.getElementById("new-rows").hidden = true;
  window.htmx?.process(fresh);
  tell();
}

export function watchQueue() {
  if (!document.getElementById("bulk")) return;
  key("j", () => move(1));
  key("k", () => move(-1));
  key("o", () => current() && link(current()).click());
  key("x", () => select(current()));
  key("e", assign);
  document.addEventListener("change", tell);
  document.addEventListener("reset", () => setTimeout(tell, 0));
  document.getElementById("new-rows").addEventListener("click", showAll);
  document.addEventListener("trackline:tickets", () => {
    clearTimeout(timer);
    timer = setTimeout(look, 300);
  });
  tell();
}
