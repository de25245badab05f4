// @ts-check
// Shows the states that no template can write: under the pointer, with the focus, and what scripts do to a part.
import { need } from "../../../kit/static/dom.js";

// The rules count for a class, too, so that several parts can have a state at once, also in a picture.
const CLASSES = { hover: "is-hover", focus: "is-focus" };
// A part that the browser draws itself (::…) cannot have a class.
const HOVER = /(?<!::[\w-]+):hover\b/g;
const FOCUS = /(?<!::[\w-]+):focus(-visible|-within)?\b/g;
const PRESSABLE = "a, button, summary, input, select, textarea, label, tr";

/** @param {CSSStyleSheet | CSSGroupingRule} place */
function addClasses(place) {
  for (let at = place.cssRules.length - 1; at >= 0; at--) {
    const rule = place.cssRules[at];
    if (rule instanceof CSSStyleRule) addRule(place, rule.cssText, at + 1);
    else if (rule instanceof CSSGroupingRule) addClasses(rule);
  }
}

/** @param {CSSStyleSheet | CSSGroupingRule} place @param {string} text @param {number} at */
function addRule(place, text, at) {
  const changed = text.replace(HOVER, `.${CLASSES.hover}`).replace(FOCUS, `.${CLASSES.focus}`);
  if (changed !== text) place.insertRule(changed, at);
}

for (const sheet of document.styleSheets) addClasses(sheet);

for (const place of document.querySelectorAll("[data-state]")) {
  need(place, place.dataset.on || PRESSABLE).classList.add(place.dataset.state ?? "");
}
for (const place of document.querySelectorAll("[data-unhide]")) {
  for (const hidden of place.querySelectorAll(place.dataset.unhide ?? "")) hidden.hidden = false;
}

// What base.html holds for later is shown as it is there.
for (const place of document.querySelectorAll("[data-copy]")) {
  const held = need(document, place.dataset.copy ?? "");
  const copy = held instanceof HTMLTemplateElement ? held.content.cloneNode(true) : held.cloneNode(true);
  if (copy instanceof HTMLElement) {
    copy.hidden = false;
    copy.removeAttribute("id");
  }
  place.append(copy);
}

// A field with a mistake takes the focus, and the page would begin there.
addEventListener("load", () => {
  if (location.hash) return;
  /** @type {HTMLElement | null} */ (document.activeElement)?.blur();
  need(document, "#main").scrollTop = 0;
});
