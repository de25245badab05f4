// Single-key shortcuts for elements with data-hotkey, and for actions without an element. None works inside a field.
import { install, uninstall } from "../../static/vendor/hotkey.js";

const on = document.body.dataset.singleKeys !== "off";
const wanted = (keys) => on || keys.includes("+") || keys === "?";

function fire(element, event) {
  if (element.matches("summary")) {
    event.preventDefault();
    element.parentElement.open = true;
    element.parentElement.querySelector("select, input:not([type=hidden])")?.focus();
  } else if (element.matches("select")) {
    event.preventDefault();
    element.focus();
    element.showPicker?.();
  }
}

const installed = new Set();

function bind(root) {
  // An element that was replaced would still react to its key.
  for (const element of installed) {
    if (element.isConnected) continue;
    uninstall(element);
    installed.delete(element);
  }
  for (const element of root.querySelectorAll("[data-hotkey]")) {
    uninstall(element);
    if (!wanted(element.dataset.hotkey)) continue;
    install(element);
    installed.add(element);
  }
}

export function key(keys, action) {
  const element = document.createElement("span");
  element.addEventListener("hotkey-fire", (event) => {
    event.preventDefault();
    action();
  });
  if (wanted(keys)) install(element, keys);
}

document.addEventListener("hotkey-fire", (event) => fire(event.target, event), true);
document.addEventListener("trackline:put", (event) => bind(event.detail));
document.addEventListener("htmx:after:swap", () => bind(document));
bind(document);

// Escape leaves a field, so that the shortcuts work again.
document.addEventListener("keydown", (event) => {
  if (
    event.key === "Escape" &&
    event.target.matches("input, textarea, select") &&
    !event.target.closest("details[open], dialog")
  )
    event.target.blur();
});

key("c", () => location.assign(document.body.classList.contains("desk") ? "/new/call" : "/new"));
key("?", () => document.getElementById("keys")?.showModal());
key("Shift+?", () => document.getElementById("keys")?.showModal());
