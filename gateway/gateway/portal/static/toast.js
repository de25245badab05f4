let timer = 0;

export function toast(text) {
  const place = document.getElementById("toast");
  place.textContent = text;
  place.hidden = false;
  hideLater(place);
}

export function hideLater(place) {
  clearTimeout(timer);
  timer = setTimeout(() => (document.getElementById("toast").hidden = true), 5000);
}

if (!document.getElementById("toast")?.hidden) hideLater();
document.addEventListener("htmx:after:swap", () => !document.getElementById("toast").hidden && hideLater());
