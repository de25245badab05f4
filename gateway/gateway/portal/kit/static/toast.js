// @ts-check
// Shows two messages side by side: what the viewer did, with Undo, and what others did.
import { need } from "./dom.js";

const SHORT = 5000;
const WITH_UNDO = 9000;
/** @type {Record<string, number>} */
const timers = {};

/** @param {string} text */
export function toast(text) {
  const place = need(document, "#news");
  place.textContent = text;
  place.hidden = false;
  hideLater("news");
}

/** @param {string} id */
function hideLater(id) {
  const time = document.querySelector(`#${id} form`) ? WITH_UNDO : SHORT;
  clearTimeout(timers[id]);
  timers[id] = setTimeout(() => {
    const place = need(document, `#${id}`);
    if (place.matches(":hover, :focus-within")) hideLater(id);
    else place.hidden = true;
  }, time);
}

const hideShownLater = () => !need(document, "#toast").hidden && hideLater("toast");
document.addEventListener("htmx:after:swap", hideShownLater);
hideShownLater();
