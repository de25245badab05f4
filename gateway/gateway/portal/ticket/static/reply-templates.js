// @ts-check
// Reply templates: "/" after a space or at the start of a line opens the list, and so does its button.
// The text after the "/" filters the list. Arrows, Enter and Escape work as in a menu.
import { need, origin } from "../../kit/static/dom.js";

let start = -1; // the position where the template is inserted, or -1 while the list is closed
let chosen = 0;

const findField = () => document.querySelector("#composer textarea#text");
const field = () => need(document, "#composer textarea#text");
const findPlace = () => document.querySelector("[data-reply-templates]");
const place = () => need(document, "[data-reply-templates]");
const options = () => [...place().querySelectorAll('li[role="option"]:not([hidden])')];

function close() {
  if (start < 0) return;
  start = -1;
  place().hidden = true;
  findField()?.removeAttribute("aria-controls");
  findField()?.removeAttribute("aria-activedescendant");
}

/** @param {number} from */
async function open(from) {
  start = from;
  const list = place();
  const address = list.dataset.replyTemplates ?? "";
  if (list.dataset.loaded !== address) {
    const answer = await fetch(address, { headers: { "X-Fragment": "1" } }).catch(() => null);
    if (!answer?.ok || start < 0) return close();
    list.innerHTML = await answer.text();
    list.dataset.loaded = address;
  }
  if (start < 0) return;
  list.hidden = false;
  field().setAttribute("aria-controls", "reply-template-list");
  filter();
}

function filter() {
  const text = field();
  const wanted = text.value.slice(start, text.selectionEnd).replace(/^\//, "").toLowerCase();
  for (const option of place().querySelectorAll('li[role="option"]'))
    option.hidden = !option.textContent.toLowerCase().includes(wanted);
  const none = place().querySelector("[data-no-match]");
  if (none) none.hidden = options().length > 0;
  mark(0);
}

/** @param {number} index */
function mark(index) {
  const found = options();
  chosen = found.length ? (index + found.length) % found.length : 0;
  for (const [at, option] of found.entries()) option.setAttribute("aria-selected", `${at === chosen}`);
  found[chosen]?.scrollIntoView({ block: "nearest" });
  if (found[chosen]) field().setAttribute("aria-activedescendant", found[chosen].id);
  else field().removeAttribute("aria-activedescendant");
}

/** @param {HTMLElement} option */
function insert(option) {
  const text = field();
  text.setRangeText(option.dataset.text ?? "", start, text.selectionEnd, "end");
  close();
  text.focus();
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("input", (event) => {
  const text = findField();
  if (!text || event.target !== text || !findPlace()) return;
  const typed = text.value.slice(0, text.selectionEnd);
  const slash = /(?:^|\s)\/([^\s/]*)$/.exec(typed);
  if (!slash) close();
  else if (start < 0) open(typed.length - slash[1].length - 1);
  else filter();
});

document.addEventListener(
  "keydown",
  (event) => {
    if (start < 0 || event.target !== findField() || event.ctrlKey || event.metaKey) return;
    /** @type {Record<string, number>} */
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) mark(chosen + steps[event.key]);
    else if (event.key === "Enter" && options().length) insert(options()[chosen]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);

document.addEventListener("click", (event) => {
  const option = origin(event).closest('[data-reply-templates] [role="option"]');
  if (option) return insert(option);
  if (origin(event).closest("[data-open-reply-templates]")) {
    const was = start >= 0;
    close();
    const text = field();
    text.focus();
    if (!was) open(text.selectionEnd);
  } else if (!origin(event).closest("[data-reply-templates], #composer #text")) close();
});
