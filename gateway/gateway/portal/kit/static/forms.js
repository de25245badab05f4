// @ts-check
// Sends forms: when a data-submit field changes, by Ctrl+Enter, never twice, and without losing text on failure.
import { need, origin } from "./dom.js";

/** @typedef {import("htmx.org").HtmxRequestCtx} Context */
const bar = need(document, "#progress-bar");
let waiting = 0;
let barTimer = 0;

/** @param {number} change */
function busy(change) {
  waiting = Math.max(0, waiting + change);
  clearTimeout(barTimer);
  if (waiting) barTimer = setTimeout(() => (bar.hidden = false), 300);
  else bar.hidden = true;
}

document.addEventListener("htmx:before:request", ({ detail }) => {
  busy(1);
  freeze(postedForm(detail.ctx), true);
});
document.addEventListener("htmx:finally:request", ({ detail }) => {
  busy(-1);
  freeze(postedForm(detail.ctx), false);
});

// The answer replaces the form, so whatever somebody wrote into it in the meantime would be lost.
/** @param {HTMLFormElement | null} form @param {boolean} frozen */
function freeze(form, frozen) {
  for (const field of form?.querySelectorAll("textarea") || []) field.readOnly = frozen;
}

document.addEventListener("change", (event) => {
  const field = /** @type {HTMLSelectElement | null} */ (origin(event).closest("[data-submit]"));
  if (!field) return;
  if (field.value === "resolved" && field.name === "state") document.dispatchEvent(new Event("trackline:resolve"));
  else {
    field.form?.requestSubmit();
    // The next key would choose in the list again.
    if (field instanceof HTMLSelectElement) focusBeside(field);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && origin(event).matches("[data-line]")) {
    event.preventDefault();
    origin(event).blur();
  } else sendByKey(event);
});

/** @param {KeyboardEvent} event */
function sendByKey(event) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !origin(event).matches("[data-send]")) return;
  const { form } = /** @type {HTMLTextAreaElement} */ (event.target);
  if (!form) return;
  event.preventDefault();
  if (event.shiftKey && form.querySelector("#resolve"))
    return document.dispatchEvent(new Event("trackline:send-resolved"));
  const buttons = [...form.querySelectorAll("button:not([type=button])")].filter((button) => button.offsetParent);
  const resolving = buttons.find((button) => button.value === "resolved" && button.closest(".resolve"));
  form.requestSubmit(resolving || buttons.find((button) => !button.closest(".notice, .menu-items")) || undefined);
}

// After a plain post the browser shows its own progress. The button must not work twice.
document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.matches("[data-guard]:not([hx-post])")) {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
  }
  if (!form.hasAttribute("hx-post") && form.method === "post") busy(1);
});
addEventListener("pageshow", ({ persisted }) => {
  busy(-waiting);
  for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
  // A page that the browser has kept would show the choice that led away from it, above the answer to another one.
  if (persisted) for (const form of document.querySelectorAll('form[method="get"]')) form.reset();
});

// A gateway that was killed, or services that restart, give no answer for a moment. The form is then sent again with its
// key, so that it is carried out once. The values are milliseconds.
const PAUSES = [500, 1000, 2000, 4000];
const NO_ANSWER = [502, 503, 504];

/** @param {Context | undefined} ctx */
function sendAgain(ctx) {
  const form = postedForm(ctx);
  const times = Number(form?.dataset.sentAgain || 0);
  if (!form?.querySelector('input[name="key"]')?.value || times >= PAUSES.length) return false;
  form.dataset.sentAgain = `${times + 1}`;
  form.querySelector("[data-failed]")?.remove();
  form.prepend(need(document, "template#sending-again").content.cloneNode(true));
  const { submitter } = /** @type {SubmitEvent} */ (ctx?.sourceEvent ?? {});
  const button = /** @type {HTMLButtonElement | undefined} */ (submitter);
  const pause = PAUSES[times] * (0.75 + Math.random() / 2);
  setTimeout(() => form.isConnected && form.requestSubmit(button?.form === form ? button : undefined), pause);
  return true;
}

// A field may send requests of its own, such as that for a preview. These must not send the form.
/** @param {Context | undefined} ctx */
function postedForm(ctx) {
  const form = ctx?.sourceElement?.matches?.("form, button") && ctx.sourceElement.closest("form");
  return form && ctx?.request.method.toUpperCase() === "POST" ? form : null;
}

/** @param {HTMLFormElement | null} form */
function endSendingAgain(form) {
  if (!form || !("sentAgain" in form.dataset)) return;
  delete form.dataset.sentAgain;
  form.querySelector("[data-failed]")?.remove();
}

/** @param {HTMLFormElement} form @param {string | null} requestId */
function showFailure(form, requestId) {
  form.querySelector("[data-failed]")?.remove();
  delete form.dataset.sentAgain;
  const notice = /** @type {DocumentFragment} */ (need(document, "template#failed").content.cloneNode(true));
  const number = need(notice, "[data-request-id]");
  if (requestId) number.textContent = `${number.dataset.label}: ${requestId}`;
  form.prepend(notice);
}

// After a server error the form stays as it is, with its key, so that trying again cannot do anything twice.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  const answer = ctx.response?.raw;
  if (!answer) return;
  const signedOut = answer.redirected && new URL(answer.url).pathname === "/sign-in";
  if (answer.status < 500 && !signedOut && !ctx.text?.includes("data-error-page"))
    return endSendingAgain(postedForm(ctx));
  event.preventDefault();
  if (NO_ANSWER.includes(answer.status) && sendAgain(ctx)) return;
  // The draft on this device is still there after signing in.
  if (signedOut) location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
  else showFailureIn(ctx, answer.headers.get("x-request-id"));
});
document.addEventListener("htmx:error", (event) => sendAgain(event.detail.ctx) || showFailureIn(event.detail.ctx, ""));

/** @param {Context | undefined} ctx @param {string | null} requestId */
function showFailureIn(ctx, requestId) {
  const form = postedForm(ctx);
  if (form) showFailure(form, requestId);
}

// After a swap the focus moves beside the field that had it, because single keys do nothing inside a field.
let focused = "";
document.addEventListener("htmx:before:swap", () => (focused = document.activeElement?.id || ""));
document.addEventListener("htmx:after:swap", () => {
  const place = focused && document.getElementById(focused);
  const active = document.activeElement;
  if (place && !place.closest("[data-used]") && (active === document.body || active === place)) focusBeside(place);
  if (location.hash === "#end") history.replaceState(null, "", location.pathname + location.search);
});

/** @param {HTMLElement} place */
function focusBeside(place) {
  const written = place.id === "text" && document.querySelector("#toast form");
  const beside = written ? need(document, "#main") : place.closest(".field-row") || place;
  if (beside !== place) beside.tabIndex = -1;
  beside.focus({ preventScroll: true });
}
