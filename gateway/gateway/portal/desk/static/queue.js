// @ts-check
// The queue: what keys do, and where somebody returns to.
import { need, origin } from "../../kit/static/dom.js";
import { key } from "../../kit/static/keys.js";
import * as place from "../../kit/static/place.js";
import * as cursor from "./cursor.js";
import { follow } from "./live-rows.js";
import * as peek from "./peek.js";
import * as selection from "./selection.js";

const main = () => need(document, "#main");
const singleKeys = document.body.dataset.singleKeys !== "off";

/** @param {string} id */
function openMenu(id) {
  const menu = need(document, `details#${id}`);
  // What was said before would cover the choices.
  need(document, "#news").hidden = true;
  menu.open = true;
  need(menu, "input, .menu-item").focus();
}

function open() {
  const row = cursor.current();
  if (row) cursor.linkOf(row).click();
}

/** @param {string} keys @param {string} menu */
const menuKey = (keys, menu) => key(keys, () => selection.aim(() => openMenu(menu)));

function bindKeys() {
  key("j", () => cursor.move(1));
  key("k", () => cursor.move(-1));
  key("o", open);
  key("x", selection.toggle);
  key("e", () => selection.aim(() => need(document, '#bulk [name="assign"]').click()));
  menuKey("a", "bulk-assignee");
  menuKey("t", "bulk-team");
  menuKey("s", "bulk-state");
  menuKey("p", "bulk-priority");
  document.addEventListener("keydown", onKey, true);
}

// Space and Enter press whatever has the focus, so that they mean the cursor only where nothing can be pressed.
/** @param {KeyboardEvent} event */
function onKey(event) {
  const element = origin(event);
  if (element.matches("#bulk-assignee input")) return chooseByKey(event);
  if (document.querySelector("details[open].menu, dialog[open]")) return;
  const onRow = element.matches("body, #main, .cell-title a");
  if (event.key === "Escape") leave();
  else if (event.key === " " && onRow && singleKeys && cursor.current()) {
    event.preventDefault();
    peek.toggle();
  } else if (event.key === "Enter" && element.matches("body, #main")) open();
}

function leave() {
  if (peek.isOpen()) peek.close();
  else if (!document.activeElement?.matches("input, textarea, select")) selection.clear();
}

// The first match is chosen by Enter, and the others are below it.
/** @param {KeyboardEvent} event */
function chooseByKey(event) {
  const first = document.querySelector("#assignees button");
  if (event.key === "Enter") event.preventDefault();
  if (event.key === "Enter") first?.click();
  else if (event.key === "ArrowDown") first?.focus();
}

// A menu that was closed without a choice leaves nothing behind.
/** @param {Event} event */
function onToggle(event) {
  const menu = origin(event).closest("#bulk-bar details");
  if (!menu || menu.open || document.querySelector("#bulk-bar details[open]")) return;
  selection.release();
  if (menu.contains(document.activeElement) || document.activeElement === document.body) cursor.focus();
}

function remember() {
  const row = cursor.current();
  const at = row ? cursor.numberOf(row) : "";
  place.remember({ numbers: cursor.rows().map(cursor.numberOf), at, scroll: main().scrollTop });
}

// Somebody who comes back, by the browser or from a ticket, finds the row that they left.
function resume() {
  const known = place.recall();
  if (!known) return;
  main().scrollTop = known.scroll;
  if (known.at) cursor.resume(known.numbers, known.at);
}

function comesBack() {
  const [entry] = performance.getEntriesByType("navigation");
  const kind = /** @type {PerformanceNavigationTiming | undefined} */ (entry)?.type;
  return kind === "back_forward" || kind === "reload" || new URL(referrer()).pathname.startsWith("/t/");
}

const referrer = () => document.referrer || location.href;

// A browser that kept the whole page shows what was typed into the filter last, and not the filter of this page.
/** @param {PageTransitionEvent} event */
function onShow(event) {
  if (!event.persisted) return;
  document.querySelector("form.filters")?.reset();
  for (const menu of document.querySelectorAll("details.menu")) /** @type {HTMLDetailsElement} */ (menu).open = false;
  resume();
  document.dispatchEvent(new Event("trackline:tickets"));
}

function watch() {
  bindKeys();
  follow();
  if (comesBack()) resume();
  document.addEventListener("change", selection.say);
  document.addEventListener("toggle", onToggle, true);
  document.addEventListener("click", (event) => origin(event).closest("[data-clear]") && selection.clear());
  document.addEventListener("queue:cursor", () => {
    selection.release();
    remember();
  });
  document.addEventListener("htmx:after:swap", () => {
    selection.restore();
    cursor.restore();
  });
  addEventListener("pagehide", remember);
  addEventListener("pageshow", onShow);
  selection.say();
  remember();
}

if (document.getElementById("bulk")) watch();
