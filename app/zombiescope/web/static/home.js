// The account field says what it understood; a dropped file is shown as it was understood, corrected, and audited.
const account = document.getElementById("account");
const reading = document.getElementById("reading");
const picker = document.getElementById("file");
const choose = document.getElementById("choose");
const preview = document.getElementById("preview");
const token = document.querySelector(".ask input[name=csrf]")?.value;
let file = null;

let waiting = 0;
account.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const text = account.value;
    const answer = await fetch(`/understand?${new URLSearchParams({ text })}`);
    if (answer.ok && account.value === text) reading.textContent = (await answer.json()).text;
  }, 150);
});
if (account.value) account.dispatchEvent(new Event("input")); // what was typed before this script was there

for (const chip of document.querySelectorAll("[data-example]")) {
  chip.addEventListener("click", () => {
    account.value = chip.dataset.example;
    account.dispatchEvent(new Event("input"));
    account.focus();
    account.select();
  });
}

function query() {
  const asked = new URLSearchParams({ name: file.name });
  for (const name of ["claim", "sample"]) asked.set(name, document.getElementById(name).value);
  const form = document.getElementById("file-form");
  if (form) {
    for (const field of form.querySelectorAll("[name]")) asked.set(field.name, field.value);
    for (const one of form.querySelectorAll("select[data-column]")) {
      if (one.value && (one.value !== one.dataset.was || one.dataset.hand)) asked.append("map", `${one.value}:${one.dataset.column}`);
    }
  }
  return asked;
}

const send = (path, asked) => fetch(`${path}?${asked}`, {
  method: "POST",
  body: file,
  headers: { "Content-Type": "application/octet-stream", ...(token ? { "X-CSRF-Token": token } : {}) },
});

async function show() {
  const asked = query();
  preview.setAttribute("aria-busy", "true");
  const answer = await send("/files/preview", asked);
  preview.innerHTML = await answer.text(); // our own template, with the file's texts escaped
  preview.removeAttribute("aria-busy");
  const form = document.getElementById("file-form");
  if (!form) return;
  const byHand = new Set(asked.getAll("map"));
  for (const one of form.querySelectorAll("select[data-column]")) {
    if (byHand.has(`${one.value}:${one.dataset.column}`)) one.dataset.hand = "1";
    one.addEventListener("change", show);
  }
  for (const one of form.querySelectorAll("[data-read]")) one.addEventListener("change", show);
  form.addEventListener("submit", audit);
}

async function audit(event) {
  event.preventDefault();
  const form = event.target;
  const button = form.querySelector("button");
  button.disabled = true;
  const answer = await send("/files", query());
  const told = await answer.json();
  if (answer.ok) {
    location.assign(told.address);
    return;
  }
  const error = form.querySelector(".error[hidden], .error[role=alert]");
  error.textContent = [told.title, told.detail].filter(Boolean).join(" ");
  error.hidden = false;
  button.disabled = false;
}

function take(given) {
  if (!given) return;
  file = given;
  preview.replaceChildren();
  show().then(() => preview.scrollIntoView({ block: "start" }));
}

choose.hidden = false;
choose.addEventListener("click", () => picker.click());
picker.addEventListener("change", () => take(picker.files[0]));
const over = (on) => document.body.classList.toggle("dropping", on);
addEventListener("dragover", (event) => { event.preventDefault(); over(true); });
addEventListener("dragleave", (event) => { if (!event.relatedTarget) over(false); });
addEventListener("drop", (event) => { event.preventDefault(); over(false); take(event.dataTransfer.files[0]); });
