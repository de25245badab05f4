// Uploads files as soon as they are chosen, dropped or pasted. The form then sends their ids only.
const MAX_FILES = 10;
const holder = (element) => element.closest("form")?.querySelector("[data-attach]");

document.addEventListener("change", (event) => {
  const input = event.target.closest("form:has([data-attach]) input[type=file]");
  if (!input) return;
  // The script uploads the files, so the form itself must not send them.
  const files = [...input.files];
  input.value = "";
  for (const file of files) add(holder(input), file, file.name);
});

document.addEventListener("paste", (event) => {
  const place = event.target.matches?.("textarea") && holder(event.target);
  const files = [...(event.clipboardData?.files || [])];
  if (!place || !files.length) return;
  event.preventDefault();
  for (const file of files) add(place, file, file.name === "image.png" ? screenshotName(place) : file.name);
});

const screenshotName = (place) =>
  `${place.dataset.pasted}-${new Date().toISOString().slice(0, 19).replace(/[:T]/g, "-")}.png`;

const carriesFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");

document.addEventListener("dragover", (event) => {
  const place = carriesFiles(event) && holder(event.target);
  for (const form of document.querySelectorAll(".drop-here")) form.classList.remove("drop-here");
  if (!place) return;
  event.preventDefault();
  place.closest("form").classList.add("drop-here");
});
document.addEventListener(
  "dragleave",
  (event) => event.relatedTarget || document.querySelector(".drop-here")?.classList.remove("drop-here"),
);
document.addEventListener("drop", (event) => {
  const place = carriesFiles(event) && holder(event.target);
  document.querySelector(".drop-here")?.classList.remove("drop-here");
  if (!place) return;
  event.preventDefault();
  for (const file of event.dataTransfer.files) add(place, file, file.name);
});

function add(place, file, name) {
  const list = place.querySelector("ul");
  const item = place.querySelector("template").content.firstElementChild.cloneNode(true);
  item.querySelector(".file-name").textContent = name;
  item.querySelector("[data-remove-file]").setAttribute("aria-label", place.dataset.remove.replace("…", name));
  item.querySelector("input").checked = false;
  if (list.children.length >= MAX_FILES) return fail(item, place.dataset.tooMany, list);
  list.append(item);
  upload(place, item, file, name);
}

function fail(item, reason, list) {
  item.classList.add("file-failed");
  item.querySelector("progress").hidden = true;
  item.querySelector(".file-state").textContent = reason;
  list?.append(item);
}

function upload(place, item, file, name) {
  const request = new XMLHttpRequest();
  const progress = item.querySelector("progress");
  progress.hidden = false;
  item.dataset.uploading = "";
  item.abort = () => request.abort();
  request.upload.onprogress = (event) => event.lengthComputable && (progress.value = event.loaded / event.total);
  request.onloadend = () => {
    delete item.dataset.uploading;
    progress.hidden = true;
    const answer = JSON.parse(request.responseText || "{}");
    if (request.status === 201) done(item, answer.id, file.size);
    else fail(item, refusal(place, answer));
    sendIfWaiting(place.closest("form"));
  };
  request.open("POST", `/api/v1/files?name=${encodeURIComponent(name)}`);
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.setRequestHeader("X-CSRF-Token", document.querySelector('meta[name="csrf-token"]').content);
  request.send(file);
}

// The sentence of a problem in the reader's language, with its parameters filled in.
function refusal(place, problem) {
  const sentence = place.getAttribute(`data-refused-${problem.reason}`) || place.dataset.uploadFailed;
  return sentence.replace(/\{(\w+)\}/g, (_, name) => shown(problem.params[name]));
}

const shown = (value) =>
  typeof value === "number" ? new Intl.NumberFormat(document.documentElement.lang).format(value) : value;

function done(item, id, size) {
  const field = item.querySelector("input");
  field.value = id;
  field.checked = true;
  const unit = size < 1e6 ? ["kilobyte", size / 1e3] : ["megabyte", size / 1e6];
  const shown = new Intl.NumberFormat(document.documentElement.lang, {
    style: "unit",
    unit: unit[0],
    maximumFractionDigits: 1,
  });
  item.querySelector(".file-state").textContent = shown.format(Math.max(unit[1], 0.1));
}

// A message that is sent during an upload waits until the upload has finished.
document.addEventListener(
  "submit",
  (event) => {
    if (!event.target.querySelector("[data-uploading]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    event.target.submitter = event.submitter;
    event.target.dataset.waits = "";
  },
  true,
);

function sendIfWaiting(form) {
  if (!form || !("waits" in form.dataset) || form.querySelector("[data-uploading]")) return;
  delete form.dataset.waits;
  if (!form.querySelector(".file-failed")) form.requestSubmit(form.submitter);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-remove-file]");
  if (!button) return;
  const item = button.closest("li");
  const form = item.closest("form");
  item.abort?.();
  item.remove();
  form.querySelector("textarea").focus();
  sendIfWaiting(form);
});

// A click on a picture opens it in a dialog. The link in the dialog saves it.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-picture]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const dialog = document.getElementById("picture");
  dialog.querySelector("img").src = link.href;
  dialog.querySelector("img").alt = link.dataset.picture;
  dialog.querySelector("a").href = link.href;
  dialog.querySelector("figcaption span").textContent = link.dataset.picture;
  dialog.showModal();
});
document.addEventListener("click", (event) => event.target.matches("#picture") && event.target.close());
