// @ts-check
// The way back to the list, and to the tickets before and after this one in it. Without a list there is no neighbour.
import { need, origin } from "../../kit/static/dom.js";
import { key } from "../../kit/static/keys.js";
import { lastList, moveOn } from "../../kit/static/place.js";

const list = lastList();
const number = location.pathname.split("/")[2];
const at = list?.numbers?.indexOf(number) ?? -1;

/** @param {number} step */
const neighbour = (step) => (at < 0 ? undefined : list?.numbers[at + step]);

// The head of the page is replaced when the ticket changes.
function show() {
  const place = document.querySelector("[data-neighbours]");
  if (!place || !list || at < 0) return;
  need(document, "a[data-back]").href = list.url;
  const sentence = (place.dataset.place ?? "").replace("{at}", `${at + 1}`).replace("{all}", `${list.numbers.length}`);
  need(place, "[data-neighbours-place]").textContent = sentence;
  for (const link of place.querySelectorAll("a[data-neighbour]")) {
    const other = neighbour(Number(link.dataset.neighbour));
    if (other) link.href = `/t/${other}`;
    else link.removeAttribute("href");
  }
  place.hidden = false;
}

// Back leads to the list, however many of its tickets somebody has passed.
/** @param {number} step */
function go(step) {
  const other = neighbour(step);
  if (!other) return;
  moveOn(other);
  location.replace(`/t/${other}`);
}

document.addEventListener("click", (event) => {
  const link = origin(event).closest("a[data-neighbour][href]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  go(Number(link.dataset.neighbour));
});
document.addEventListener("trackline:put", show);
document.addEventListener("htmx:after:swap", show);
show();
key("[", () => go(-1));
key("]", () => go(1));
