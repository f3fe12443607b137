// How far a training is, as it goes on; the page is loaded again when that changes more than its step.
const box = document.querySelector("[data-training]");
const step = box?.querySelector("[role=status]");

async function look() {
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (answer.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.querySelector("[data-training]");
    if (!now) {
      location.reload();
      return;
    }
    const text = now.querySelector("[role=status]")?.textContent;
    if (step && text && text !== step.textContent) step.textContent = text;
  }
  setTimeout(look, Number(box.dataset.training));
}

if (box) setTimeout(look, Number(box.dataset.training));
