// @ts-check
// Finds elements with the types that the checker needs.

/**
 * What a template promises. Without it, the error names what is missing.
 * @template {string} S
 * @param {ParentNode} place
 * @param {S} selector
 */
export function need(place, selector) {
  const found = place.querySelector(selector);
  if (!found) throw new Error(`This page has no ${selector}.`);
  return found;
}

/** @param {Event} event */
export const origin = (event) => /** @type {HTMLElement} */ (event.target);
