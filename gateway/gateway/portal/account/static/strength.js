// Says how strong a new password is while somebody types it. The server judges.
const PAUSE = 400;

for (const place of document.querySelectorAll("[data-strength]"))
  watch(place, document.getElementById(place.dataset.of));

function watch(place, field) {
  let timer = 0;
  let asked = new AbortController();
  field.addEventListener("input", () => {
    clearTimeout(timer);
    asked.abort();
    asked = new AbortController();
    if (field.value) timer = setTimeout(() => ask(place, field, asked.signal), PAUSE);
    else place.replaceChildren();
  });
}

async function ask(place, field, signal) {
  const { csrf_token: token, link } = field.form.elements;
  const body = new URLSearchParams({ csrf_token: token.value, password: field.value });
  if (link) body.set("link", link.value);
  try {
    const answer = await fetch(place.dataset.strength, { method: "POST", body, signal });
    if (answer.ok) place.innerHTML = await answer.text();
  } catch {
    // The form itself says what is wrong when it is sent.
  }
}
