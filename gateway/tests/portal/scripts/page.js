// Opens pages without a browser. Each has a window, timers and instances of the scripts of its own.
import assert from "node:assert/strict";
import { registerHooks } from "node:module";
import { afterEach, mock } from "node:test";
import { JSDOM, VirtualConsole } from "jsdom";

const PORTAL = new URL("../../../gateway/portal/", import.meta.url);
const ADDRESS = "http://desk.example/desk/open";
const GLOBALS = [
  ...["window", "document", "location", "history", "localStorage", "sessionStorage", "DOMParser", "addEventListener"],
  ...["Event", "CustomEvent", "SubmitEvent", "KeyboardEvent", "Node"],
  ...["HTMLElement", "HTMLDialogElement", "HTMLInputElement", "HTMLSelectElement", "HTMLTextAreaElement"],
];
let pages = 0;
// What a listener throws would otherwise end with its event.
const errors = [];
const virtualConsole = new VirtualConsole().on("jsdomError", (error) => errors.push(error.cause ?? error));
afterEach(() => assert.deepEqual(errors.splice(0), []));

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    return found.url.startsWith(PORTAL.href) ? { ...found, url: `${found.url}?page=${pages}` } : found;
  },
});

/** Shows `body` and runs `script` of the portal. The next page may share what this one stores, as in a browser. */
export async function open(body, script, { stored = {}, session = {} } = {}) {
  const { window } = new JSDOM(`<main id="main">${body}</main>`, { url: ADDRESS, virtualConsole });
  await new Promise((resolve) => window.addEventListener("pageshow", resolve));
  for (const name of GLOBALS) define(name, window[name]);
  define("addEventListener", window.addEventListener.bind(window));
  // jsdom draws nothing.
  window.HTMLElement.prototype.scrollIntoView = () => {};
  Object.defineProperty(window.HTMLElement.prototype, "innerText", {
    get() {
      return this.textContent;
    },
  });
  for (const [name, text] of Object.entries(stored)) localStorage.setItem(name, text);
  for (const [name, text] of Object.entries(session)) sessionStorage.setItem(name, text);
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  pages += 1;
  await import(new URL(script, PORTAL).href);
}

export function define(name, value) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

/** Answers each fetch with what `answer(address)` returns, and lists the addresses. */
export function serve(answer) {
  const asked = [];
  define("fetch", async (address) => {
    asked.push(`${address}`);
    const found = await answer(`${address}`);
    return typeof found === "string" ? { ok: true, redirected: false, text: async () => found } : found;
  });
  return asked;
}

/** Lets the time pass, and everything that follows from it at once. */
export async function pass(milliseconds) {
  mock.timers.tick(milliseconds);
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  await new Promise(setImmediate);
}

export const find = (selector) => document.querySelector(selector);
export const findAll = (selector) => [...document.querySelectorAll(selector)];

export function press(key, options = {}) {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...options });
  (document.activeElement ?? document.body).dispatchEvent(event);
  return event;
}

export function type(selector, text) {
  find(selector).value = text;
  find(selector).dispatchEvent(new Event("input", { bubbles: true }));
}

export function tell(name, detail) {
  const event = new CustomEvent(name, { detail, bubbles: true, cancelable: true });
  document.dispatchEvent(event);
  return event;
}
