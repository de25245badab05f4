// A field shows one line, or scrolls. On paper, a copy of all that it holds takes its place, also of what nobody has sent.
const FIELDS = `input:not([type="checkbox"], [type="date"], [type="file"], [type="hidden"], [type="password"], [type="radio"]), textarea, select`;

function held(field) {
  return field.selectedOptions ? [...field.selectedOptions].map((option) => option.text).join(", ") : field.value;
}

function fieldsToPaper() {
  fieldsToScreen();
  for (const field of document.querySelectorAll(FIELDS)) {
    if (!held(field).trim() || !field.checkVisibility()) continue;
    const copy = document.createElement("div");
    copy.className = "on-paper field-copy";
    copy.dir = "auto";
    copy.textContent = held(field);
    field.after(copy);
    field.classList.add("off-paper");
  }
}

function fieldsToScreen() {
  document.querySelectorAll(".field-copy").forEach((copy) => copy.remove());
  document.querySelectorAll(".off-paper").forEach((field) => field.classList.remove("off-paper"));
}

addEventListener("beforeprint", fieldsToPaper);
addEventListener("afterprint", fieldsToScreen);
// Previews tell no page that they print.
matchMedia("print").addEventListener("change", ({ matches }) => (matches ? fieldsToPaper() : fieldsToScreen()));
