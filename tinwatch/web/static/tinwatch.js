// Keys and small conveniences. Every page works without this file.
"use strict";

const rows = () => [...document.querySelectorAll("[data-row]")];

function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(document.activeElement?.closest("[data-row]"));
  const next = all[Math.min(Math.max(at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by, 0), all.length - 1)];
  next.setAttribute("tabindex", "-1");
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "center" });
}

function press(key) {
  const row = document.activeElement?.closest("[data-row]");
  const target =
    row?.querySelector(`[data-key="${key}"]`) ?? document.querySelector(`[data-key="${key}"]:not([data-row] *)`);
  if (!target) return false;
  if (target.type === "checkbox") target.checked = !target.checked;
  else target.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
  else if (!/^[a-z0-9]$/.test(event.key) || !press(event.key)) return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  const action = event.target.closest("[data-action]")?.dataset.action;
  if (action === "print") window.print();
  if (action === "all") {
    const boxes = [...document.querySelectorAll("[data-row] input[type=checkbox]")];
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !all;
  }
});

for (const hidden of document.querySelectorAll("[data-action][hidden], .keys[hidden]")) hidden.hidden = false;
// On a phone the menu scrolls sideways: show where we are.
document.querySelector("nav [aria-current=page]")?.scrollIntoView({ block: "nearest", inline: "center" });

// Figures that take long to count come from the page that has them.
const later = document.querySelector("[data-later]");
if (later) {
  later.setAttribute("aria-busy", "true");
  fetch(later.querySelector("a").href)
    .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)))
    .then((text) => {
      const page = new DOMParser().parseFromString(text, "text/html");
      document.getElementById("figures").replaceWith(page.getElementById("figures"));
      later.remove();
    })
    .catch(() => later.removeAttribute("aria-busy")); // the link leads to the page itself
}
