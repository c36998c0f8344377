// Never needed, only smoother: whoever changes language half-way through a page keeps what has been typed.
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
