// @ts-check
// Uploads files as soon as they are chosen, dropped or pasted. The form then sends their ids only.
import { need, origin } from "./dom.js";

const MAX_FILES = 10;
/** @param {Element} element */
const holder = (element) => element.closest("form")?.querySelector("[data-attach]");

document.addEventListener("change", (event) => {
  const input = origin(event).closest("form:has([data-attach]) input[type=file]");
  const place = input && holder(input);
  if (!place) return;
  // The script uploads the files, so the form itself must not send them.
  const files = [...(input.files || [])];
  input.value = "";
  for (const file of files) add(place, file, file.name);
});

document.addEventListener("paste", (event) => {
  const place = origin(event).matches?.("textarea") && holder(origin(event));
  const files = [...(event.clipboardData?.files || [])];
  if (!place || !files.length) return;
  event.preventDefault();
  for (const file of files) add(place, file, file.name === "image.png" ? screenshotName(place) : file.name);
});

/** @param {HTMLElement} place */
const screenshotName = (place) =>
  `${place.dataset.pasted}-${new Date().toISOString().slice(0, 19).replace(/[:T]/g, "-")}.png`;

/** @param {DragEvent} event */
const carriesFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");

document.addEventListener("dragover", (event) => {
  const place = carriesFiles(event) && holder(origin(event));
  for (const form of document.querySelectorAll(".drop-here")) form.classList.remove("drop-here");
  if (!place) return;
  event.preventDefault();
  place.closest("form")?.classList.add("drop-here");
});
document.addEventListener(
  "dragleave",
  (event) => event.relatedTarget || document.querySelector(".drop-here")?.classList.remove("drop-here"),
);
document.addEventListener("drop", (event) => {
  const place = carriesFiles(event) && holder(origin(event));
  document.querySelector(".drop-here")?.classList.remove("drop-here");
  if (!place) return;
  event.preventDefault();
  for (const file of event.dataTransfer?.files || []) add(place, file, file.name);
});

/** @param {HTMLElement} place @param {File} file @param {string} name */
function add(place, file, name) {
  const list = need(place, "ul");
  const item = /** @type {HTMLLIElement} */ (need(need(place, "template").content, "li").cloneNode(true));
  label(place, item, name);
  need(item, "input").checked = false;
  if (list.children.length >= MAX_FILES) return fail(item, place.dataset.tooMany, list);
  list.append(item);
  upload(place, item, file, name);
}

/** @param {HTMLElement} place @param {HTMLElement} item @param {string} name */
function label(place, item, name) {
  need(item, ".file-name").textContent = name;
  need(item, "[data-remove-file]").setAttribute("aria-label", (place.dataset.remove ?? "").replace("…", name));
}

/** @param {HTMLElement} item @param {string | undefined} reason @param {HTMLElement} [list] */
function fail(item, reason, list) {
  item.classList.add("file-failed");
  need(item, "progress").hidden = true;
  need(item, ".file-state").textContent = reason ?? "";
  list?.append(item);
}

/** @param {HTMLElement} place @param {HTMLLIElement} item @param {File} file @param {string} name */
function upload(place, item, file, name) {
  const request = new XMLHttpRequest();
  const progress = need(item, "progress");
  progress.hidden = false;
  item.dataset.uploading = "";
  item.abort = () => request.abort();
  request.upload.onprogress = (event) => {
    if (event.lengthComputable) progress.value = event.loaded / event.total;
  };
  request.onloadend = () => {
    delete item.dataset.uploading;
    progress.hidden = true;
    const answer = JSON.parse(request.responseText || "{}");
    if (request.status === 201) done(place, item, answer, name);
    else fail(item, refusal(place, answer));
    sendIfWaiting(place.closest("form"));
  };
  request.open("POST", `/api/v1/files?name=${encodeURIComponent(name)}`);
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.setRequestHeader("X-CSRF-Token", need(document, 'meta[name="csrf-token"]').content);
  request.send(file);
}

// The sentence of a problem in the reader's language, with its parameters filled in.
/** @param {HTMLElement} place @param {{reason?: string, params: Record<string, unknown>}} problem */
function refusal(place, problem) {
  const sentence = place.getAttribute(`data-refused-${problem.reason}`) || place.dataset.uploadFailed || "";
  return sentence.replace(/\{(\w+)\}/g, (_, name) => shown(problem.params[name]));
}

/** @param {unknown} value */
const shown = (value) =>
  typeof value === "number" ? new Intl.NumberFormat(document.documentElement.lang).format(value) : String(value);

/** @param {HTMLElement} place @param {HTMLElement} item @param {{id: string, name: string, size: number}} kept @param {string} name */
function done(place, item, kept, name) {
  const field = need(item, "input");
  field.value = kept.id;
  field.checked = true;
  label(place, item, kept.name);
  const [unit, number] = kept.size < 1e6 ? ["kilobyte", kept.size / 1e3] : ["megabyte", kept.size / 1e6];
  const shown = new Intl.NumberFormat(document.documentElement.lang, {
    style: "unit",
    unit,
    maximumFractionDigits: 1,
  });
  item.classList.toggle("file-as-text", kept.name.endsWith(".txt") && !/\.txt[. ]*$/i.test(name));
  need(item, ".file-state").textContent = shown.format(Math.max(number, 0.1));
}

// A message that is sent during an upload waits until the upload has finished.
document.addEventListener(
  "submit",
  (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.querySelector("[data-uploading]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    form.submitter = event.submitter;
    form.dataset.waits = "";
  },
  true,
);

/** @param {HTMLFormElement | null} form */
function sendIfWaiting(form) {
  if (!form || !("waits" in form.dataset) || form.querySelector("[data-uploading]")) return;
  delete form.dataset.waits;
  if (!form.querySelector(".file-failed")) form.requestSubmit(form.submitter);
}

document.addEventListener("click", (event) => {
  const item = origin(event).closest("[data-remove-file]")?.closest("li");
  if (!item) return;
  const form = item.closest("form");
  item.abort?.();
  item.remove();
  form?.querySelector("textarea")?.focus();
  sendIfWaiting(form);
});

// A click on a picture opens it in a dialog. The link in the dialog saves it.
document.addEventListener("click", (event) => {
  const link = origin(event).closest("a[data-picture]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const dialog = need(document, "dialog#picture");
  const name = link.dataset.picture ?? "";
  need(dialog, "img").src = link.href;
  need(dialog, "img").alt = name;
  need(dialog, "a").href = link.href;
  need(dialog, "figcaption span").textContent = name;
  dialog.showModal();
});
document.addEventListener("click", ({ target }) => {
  if (target instanceof HTMLDialogElement && target.id === "picture") target.close();
});
