// Shows two messages side by side: what the viewer did, with Undo, and what others did.
const SHORT = 5000;
const WITH_UNDO = 9000;
const timers = {};

export function toast(text) {
  const place = document.getElementById("news");
  place.textContent = text;
  place.hidden = false;
  hideLater("news");
}

function hideLater(id) {
  const time = document.querySelector(`#${id} form`) ? WITH_UNDO : SHORT;
  clearTimeout(timers[id]);
  timers[id] = setTimeout(() => {
    const place = document.getElementById(id);
    if (place.matches(":hover, :focus-within")) hideLater(id);
    else place.hidden = true;
  }, time);
}

const hideShownLater = () => !document.getElementById("toast").hidden && hideLater("toast");
document.addEventListener("htmx:after:swap", hideShownLater);
hideShownLater();
