// Never needed, only smoother: whoever changes language half-way through a page keeps what has been typed, and a
// telephone that knows where it is fills in the coordinates when asked to.
"use strict";
const form = document.querySelector("form[data-keep]");
let typed = false;
if (form) form.addEventListener("input", () => { typed = true; });
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[hreflang]");
  if (!form || !typed || !link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const go = document.createElement("input");
  go.type = "hidden";
  go.name = "go";
  go.value = "language:" + new URL(link.href).pathname.split("/")[1];
  form.append(go);
  form.submit();
});
for (const button of document.querySelectorAll("button[data-locate]")) {
  if (!navigator.geolocation || !isSecureContext) break;
  const { locate, wait, done, failed } = button.dataset, status = button.nextElementSibling;
  button.hidden = false;
  button.addEventListener("click", () => {
    status.textContent = wait;
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      document.getElementById(locate).value = coords.latitude.toFixed(5) + ", " + coords.longitude.toFixed(5);
      status.textContent = done;
      typed = true;
    }, () => { status.textContent = failed; }, { enableHighAccuracy: true, timeout: 15000 });
  });
}
