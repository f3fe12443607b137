// How far a training or a table's audits are, as they go on: the page is asked again every so many milliseconds, and
// loaded again when there is nothing left to wait for.
const box = document.querySelector("[data-waiting]");
const step = box?.querySelector("[role=status]");

async function look() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (answer.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.querySelector("[data-waiting]");
    if (!now) {
      location.reload();
      return;
    }
    const text = now.querySelector("[role=status]")?.textContent;
    if (step && text && text !== step.textContent) step.textContent = text;
    const value = now.querySelector("progress")?.getAttribute("value");
    if (value) box.querySelector("progress").value = value;
  }
  setTimeout(look, Number(box.dataset.waiting));
}

if (box) setTimeout(look, Number(box.dataset.waiting));
