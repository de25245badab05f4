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

/** @type {Set<HTMLElement>} */
const installed = new Set();

/** @param {ParentNode} root */
function bind(root) {
  // An element that was replaced would still react to its key.
  for (const element of installed) {
    if (element.isConnected) continue;
    uninstall(element);
    installed.delete(element);
  }
  for (const element of root.querySelectorAll("[data-hotkey]")) {
    uninstall(element);
    if (!wanted(element.dataset.hotkey ?? "")) continue;
    install(element);
    installed.add(element);
  }
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
document.addEventListener("trackline:put", (event) => bind(event.detail));
document.addEventListener("htmx:after:swap", () => bind(document));
bind(document);

// Escape leaves a field, so that the shortcuts work again.
document.addEventListener("keydown", (event) => {
  const element = origin(event);
  if (event.key === "Escape" && element.matches("input, textarea, select") && !element.closest("details[open], dialog"))
    element.blur();
});

key("c", () => location.assign(document.body.classList.contains("desk") ? "/new/call" : "/new"));
key("?", () => document.querySelector("dialog#keys")?.showModal());
key("Shift+?", () => document.querySelector("dialog#keys")?.showModal());
