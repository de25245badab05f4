// @ts-check
// A look into the ticket of the cursor, beside the list. It follows the cursor until Space or Escape closes it.
import { need } from "../../kit/static/dom.js";
import { current, numberOf } from "./cursor.js";

// The ticket that is shown, or on its way.
let wanted = "";
const place = () => need(document, "aside#peek");
export const isOpen = () => wanted !== "";

export function close() {
  wanted = "";
  place().hidden = true;
}

export function toggle() {
  if (isOpen()) return close();
  if (current()) show();
}

async function show() {
  const row = current();
  if (!row) return close();
  const number = numberOf(row);
  wanted = number;
  const answer = await fetch(`/desk/peek/${number}`, { headers: { Accept: "text/html", "X-Fragment": "1" } }).catch(
    () => null,
  );
  const html = answer?.ok && !answer.redirected ? await answer.text() : null;
  // The cursor may have moved on, or somebody closed the look, while the answer was on its way.
  if (wanted !== number) return;
  const fetched = new DOMParser().parseFromString(html ?? "", "text/html");
  if (html === null) place().textContent = place().dataset.failed ?? "";
  else place().replaceChildren(...fetched.body.childNodes);
  place().hidden = false;
}

document.addEventListener("queue:cursor", () => {
  if (wanted && current() && numberOf(/** @type {HTMLElement} */ (current())) !== wanted) show();
});
