// @ts-check
// Menus and editors are <details> elements. Escape and a click elsewhere close them, arrow keys move inside them.
import { need, origin } from "./dom.js";

const OPEN = "details.menu[open], details.editor[open]";

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(OPEN)) {
    if (!menu.contains(origin(event))) menu.open = false;
  }
  const dialog = document.getElementById(origin(event).closest("[data-open]")?.dataset.open ?? "");
  if (dialog instanceof HTMLDialogElement) dialog.showModal();
});

document.addEventListener("keydown", (event) => {
  const menu = origin(event).closest?.(OPEN);
  if (!menu) return;
  if (event.key === "Escape") {
    menu.open = false;
    need(menu, "summary").focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (origin(event).matches("select, input, textarea")) return;
    const items = [...menu.querySelectorAll("summary, .menu-item")];
    const step = event.key === "ArrowDown" ? 1 : items.length - 1;
    items[(items.indexOf(/** @type {HTMLElement} */ (document.activeElement)) + step) % items.length].focus();
    event.preventDefault();
  }
});
