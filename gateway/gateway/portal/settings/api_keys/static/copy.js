// Copies the new key. The clipboard API is missing on pages without encryption, and a browser may refuse it.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy");
    }
    button.querySelector("[data-said]").textContent = button.dataset.done;
  });
}
