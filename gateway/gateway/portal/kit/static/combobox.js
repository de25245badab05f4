// @ts-check
// A field with a list of options (the combobox pattern of WAI-ARIA). The focus stays in the field.
import { need } from "./dom.js";

const WAIT = 120;

/**
 * @typedef {{field: HTMLInputElement, list: HTMLElement, fetch: () => Promise<Iterable<Node> | null>,
 *   pick: (option: HTMLElement, event: Event) => void, always?: boolean}} Combobox
 */

/** Shows options while somebody types. With `always`, the list never closes. @param {Combobox} combobox */
export function combobox({ field, list, fetch, pick, always = false }) {
  let timer = 0;
  let asked = 0;
  // What is shown belongs to an earlier text until the answer comes. Who presses Enter before gets its first option.
  let pending = false;
  /** @type {Event | null} */
  let entered = null;
  const options = () => [...list.querySelectorAll("[role=option]")];
  const current = () => list.querySelector('[aria-selected="true"]');

  /** @param {Element | undefined} option */
  const select = (option) => {
    current()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", option?.id ?? "");
  };
  const close = () => {
    asked += 1;
    pending = false;
    clearTimeout(timer);
    if (!always) list.hidden = true;
    field.setAttribute("aria-expanded", `${always}`);
    if (!always) select(undefined);
  };
  const show = async () => {
    const mine = ++asked;
    const nodes = await fetch();
    if (mine !== asked) return;
    pending = false;
    if (nodes === null) return;
    list.replaceChildren(...nodes);
    list.hidden = !always && !options().length;
    field.setAttribute("aria-expanded", `${!list.hidden}`);
    select(always ? options()[0] : undefined);
    const first = current();
    if (entered && first) pick(first, entered);
    entered = null;
  };
  const later = () => {
    clearTimeout(timer);
    // An answer that is still on its way belongs to an earlier text.
    asked += 1;
    pending = true;
    entered = null;
    select(undefined);
    timer = setTimeout(show, WAIT);
  };
  /** @param {number} step */
  const move = (step) => {
    const all = options();
    const now = all.indexOf(/** @type {HTMLElement} */ (current()));
    const next = now < 0 && step < 0 ? all.length - 1 : (now + step + all.length) % all.length;
    select(all[next]);
  };
  /** @param {KeyboardEvent} event */
  const press = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const chosen = current();
    if (step) {
      if (list.hidden) show();
      else move(step);
    } else if (event.key === "Enter" && always && pending) {
      entered = event;
    } else if (
      (event.key === "Enter" || (event.key === "Tab" && !always)) &&
      chosen &&
      !list.hidden &&
      !event.ctrlKey
    ) {
      pick(chosen, event);
    } else if (event.key === "Escape" && !always && !list.hidden) {
      close();
      event.stopPropagation();
    } else return;
    event.preventDefault();
  };

  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", `${always}`);
  field.addEventListener("input", later);
  field.addEventListener("keydown", (event) => {
    // An input method has its own list, with the same keys.
    if (!event.isComposing) press(event);
  });
  field.addEventListener("blur", close);
  // A click on an option must not take the focus from the field.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = /** @type {HTMLElement} */ (event.target).closest("[role=option]");
    if (option) pick(/** @type {HTMLElement} */ (option), event);
  });
  return { show, close };
}

/** Returns the options that an address answers with, or null. @param {URL} address */
export async function fetchOptions(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return null;
  return [...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes];
}

/** Completes the words of a query. @param {HTMLInputElement} field */
export function completeQuery(field) {
  const list = need(/** @type {ParentNode} */ (field.parentNode), "ul[role=listbox]");
  const ask = () => {
    const address = new URL(field.dataset.complete ?? "", location.href);
    address.searchParams.set("text", field.value);
    address.searchParams.set("caret", `${field.selectionStart ?? field.value.length}`);
    return fetchOptions(address);
  };
  const { show, close } = combobox({
    field,
    list,
    fetch: ask,
    pick: (option) => {
      field.value = option.dataset.query ?? "";
      const caret = Number(option.dataset.caret);
      field.setSelectionRange(caret, caret);
      field.focus();
      const whole = option.dataset.whole !== undefined;
      close();
      if (whole && field.dataset.apply !== undefined) field.form?.requestSubmit();
      else show();
    },
  });
  field.addEventListener("click", show);
  // A menu opens for its field.
  field.closest("details")?.addEventListener("toggle", (event) => {
    if (!(/** @type {HTMLDetailsElement} */ (event.target).open)) return close();
    field.focus();
    show();
  });
}

for (const field of document.querySelectorAll("input[data-complete]")) completeQuery(field);
