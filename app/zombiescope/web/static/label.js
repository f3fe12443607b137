// Keys press the buttons and links that show them; without this file the page works by mouse and tab.
"use strict";
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const key = event.key.toLowerCase();
  if (!/^[a-z]$/.test(key)) return;
  const target = document.querySelector(`[data-key="${key}"]`);
  if (!target) return;
  event.preventDefault();
  target.click();
});
document.documentElement.dataset.keys = "ready"; // before this no key is heard
