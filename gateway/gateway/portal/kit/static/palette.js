// @ts-check
// The list of commands: what the keys do on this page, where one can go, and what is found. Ctrl+K opens it anywhere.
import { combobox, fetchOptions } from "./combobox.js";
import { need } from "./dom.js";
import { actions } from "./keys.js";

const palette = document.querySelector("dialog#palette");

/** What the list of keys says about each. Those of this page come before those of every page. */
function meanings() {
  const rows = [...document.querySelectorAll("#keys [data-keys]:not([data-everywhere])")];
  rows.push(...document.querySelectorAll("#keys [data-keys][data-everywhere]"));
  return rows.map((row) => ({ keys: row.dataset.keys ?? "", label: need(row, "dd").textContent ?? "", row }));
}

/** Leaves out case and accents. @param {string} text */
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** The name of the sentence that belongs below what was found. @param {Node[]} found @param {boolean} own */
function noteOf(found, own) {
  const names = found.map((node) => (node instanceof HTMLElement && node.dataset.note) || "");
  return names.find((name) => name && !(own && name === "nothing")) ?? "";
}

/** @param {HTMLDialogElement} palette */
function start(palette) {
  const field = need(palette, "input#palette-field");
  const list = need(palette, "div#palette-list");
  const note = need(palette, "p#palette-note");
  /** @type {ReturnType<typeof actions>} */
  let able = new Map();

  /** @param {string} typed */
  function ownCommands(typed) {
    const words = fold(typed).split(/\s+/);
    const found = meanings().filter(
      ({ keys, label }) => able.has(keys) && words.every((word) => fold(label).includes(word)),
    );
    if (!found.length) return [];
    const group = /** @type {HTMLElement} */ (need(palette, "template#palette-group").content.cloneNode(true));
    const place = need(group, "[role=group]");
    for (const { keys, label, row } of found) {
      const option = document.createElement("div");
      option.id = `palette-key-${keys.replace(/\W+/g, "-")}-${place.children.length}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.run = keys;
      const name = document.createElement("span");
      name.textContent = label;
      const shown = document.createElement("span");
      shown.className = "palette-keys";
      shown.append(...[...row.querySelectorAll("kbd")].map((one) => one.cloneNode(true)));
      option.append(name, shown);
      place.append(option);
    }
    return [place];
  }

  async function fetchAll() {
    const address = new URL("/palette", location.href);
    address.searchParams.set("q", field.value);
    const found = await fetchOptions(address);
    const own = ownCommands(field.value.trim());
    note.textContent = note.dataset[found ? noteOf(found, own.length > 0) : "noAnswer"] ?? "";
    return [...own, ...(found ?? [])];
  }

  const { show } = combobox({
    field,
    list,
    always: true,
    fetch: fetchAll,
    pick: (option) => {
      palette.close();
      // The focus is back where it was, so that the command acts on the row or the ticket that was current.
      if (option.dataset.run) able.get(option.dataset.run)?.();
      else location.assign(option.dataset.address ?? "/");
    },
  });

  function open() {
    if (palette.open) return palette.close();
    able = actions();
    field.value = "";
    list.replaceChildren(...ownCommands(""));
    palette.showModal();
    show();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open();
  });
  for (const link of document.querySelectorAll("[data-palette]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      open();
    });
  }
  palette.addEventListener("click", (event) => {
    if (event.target === palette) palette.close();
  });
}

if (palette) start(palette);
