// @ts-check
// Single-key shortcuts for elements with data-hotkey, and for actions without an element. None works inside a field.
import { install, uninstall } from "../../static/vendor/hotkey.js";
import { origin } from "./dom.js";

const on = document.body.dataset.singleKeys !== "off";
/** @param {string} keys */
const wanted = (keys) => on || keys.includes("+") || keys === "?";

/** @param {HTMLElement} element @param {Event} event */
function fire(element, event) {
  const menu = element.matches("summary") && element.closest("details");
  if (menu) {
    event.preventDefault();
    menu.open = true;
    menu.querySelector("select, input:not([type=hidden])")?.focus();
  } else if (element instanceof HTMLSelectElement) {
    event.preventDefault();
    element.focus();
    element.showPicker?.();
  }
}

/** @type {Map<HTMLElement, string>} */
let bound = new Map();

// Elements come, change and go at any time. So they are looked up when a key is pressed, before the library hears of it.
// Old elements go after new ones have come, so that the library stays in the middle of a sequence such as `g q`.
function bind() {
  const found = new Map([...document.querySelectorAll("[data-hotkey]")].map((one) => [one, one.dataset.hotkey ?? ""]));
  for (const [element, keys] of found) {
    if (bound.get(element) === keys) continue;
    uninstall(element);
    if (wanted(keys)) install(element);
  }
  for (const element of bound.keys()) if (!found.has(element)) uninstall(element);
  bound = found;
}

/** @type {Map<string, () => void>} */
const registered = new Map();

/** What the keys do on this page: keys → action. */
export function actions() {
  const found = new Map(registered);
  for (const element of document.querySelectorAll("[data-hotkey]")) {
    // A link leads somewhere even while the menu that holds it is closed.
    if (element.matches("a") || element.checkVisibility?.() !== false)
      found.set(element.dataset.hotkey ?? "", () => press(element));
  }
  return found;
}

/** Does what the key of the element does. @param {HTMLElement} element */
function press(element) {
  if (!element.dispatchEvent(new CustomEvent("hotkey-fire", { cancelable: true }))) return;
  if (element.matches("input, textarea, select")) element.focus();
  else element.click();
}

/** @param {string} keys @param {() => void} action */
export function key(keys, action) {
  registered.set(keys, action);
  const element = document.createElement("span");
  element.addEventListener("hotkey-fire", (event) => {
    event.preventDefault();
    action();
  });
  if (wanted(keys)) install(element, keys);
}

document.addEventListener("hotkey-fire", (event) => fire(origin(event), event), true);
document.addEventListener("keydown", bind, true);

// Escape leaves a field, so that the shortcuts work again.
document.addEventListener("keydown", (event) => {
  const element = origin(event);
  if (event.key === "Escape" && element.matches("input, textarea, select") && !element.closest("details[open], dialog"))
    element.blur();
});

key("c", () => location.assign(document.body.classList.contains("desk") ? "/new/call" : "/new"));
key("?", () => document.querySelector("dialog#keys")?.showModal());
key("Shift+?", () => document.querySelector("dialog#keys")?.showModal());
