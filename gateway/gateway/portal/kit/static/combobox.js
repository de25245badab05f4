// @ts-check
// A field with a list of options (the combobox pattern of WAI-ARIA). The focus stays in the field.
import { need } from "./dom.js";

const WAIT = 120;

/**
 * @typedef {{field: HTMLInputElement, list: HTMLElement, fetch: () => Promise<string | null>,
 *   pick: (option: HTMLElement, event: Event) => void, always?: boolean}} Combobox
 */

/** Shows options while somebody types. With `always`, the list never closes. @param {Combobox} combobox */
export function combobox({ field, list, fetch, pick, always = false }) {
  let timer = 0;
  let asked = 0;
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
    clearTimeout(timer);
    if (!always) list.hidden = true;
    field.setAttribute("aria-expanded", `${always}`);
    if (!always) select(undefined);
  };
  const show = async () => {
    const mine = ++asked;
    const html = await fetch();
    if (html === null || mine !== asked) return;
    const page = new DOMParser().parseFromString(html, "text/html");
    list.replaceChildren(...page.body.childNodes);
    list.hidden = !always && !options().length;
    field.setAttribute("aria-expanded", `${!list.hidden}`);
    select(always ? options()[0] : undefined);
  };
  const later = () => {
    clearTimeout(timer);
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
    } else if ((event.key === "Enter" || (event.key === "Tab" && !always)) && chosen && !list.hidden && !event.ctrlKey) {
      pick(/** @type {HTMLElement} */ (chosen), event);
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
  field.addEventListener("keydown", press);
  field.addEventListener("blur", close);
  // A click on an option must not take the focus from the field.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = /** @type {HTMLElement} */ (event.target).closest("[role=option]");
    if (option) pick(/** @type {HTMLElement} */ (option), event);
  });
  return { show, close };
}

/** Completes the words of a query. @param {HTMLInputElement} field */
export function completeQuery(field) {
  const list = need(/** @type {ParentNode} */ (field.parentNode), "ul[role=listbox]");
  const fetchOptions = async () => {
    const address = new URL(field.dataset.complete ?? "", location.href);
    address.searchParams.set("text", field.value);
    address.searchParams.set("caret", `${field.selectionStart ?? field.value.length}`);
    const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
    return answer?.ok && !answer.redirected ? answer.text() : null;
  };
  const { show, close } = combobox({
    field,
    list,
    fetch: fetchOptions,
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
