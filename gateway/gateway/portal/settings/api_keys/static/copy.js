// @ts-check
// Copies the new key. The clipboard API is missing on pages without encryption, and a browser may refuse it.
import { need } from "../../../kit/static/dom.js";

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const field = need(document, `textarea#${button.dataset.copy}`);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy");
    }
    need(button, "[data-said]").textContent = button.dataset.done ?? "";
  });
}
