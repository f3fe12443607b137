// The audit's progress as it happens; the page is loaded again when the audit has ended.
const box = document.getElementById("progress");
const doing = box.querySelector(".doing");
const bar = box.querySelector("progress");
const counts = box.querySelector(".counts");
const said = (template, values) => template.replace(/%\((\w+)\)s/g, (_, name) => values[name]);
const number = (value) => value.toLocaleString(document.documentElement.lang);
let first = null; // when fetching was first seen, and how far it was then

function left(progress) {
  const now = performance.now();
  if (first === null || progress.followers < first.followers) first = { now, followers: progress.followers };
  const done = progress.followers - first.followers;
  if (!progress.of || done <= 0 || now - first.now < 2000) return "";
  const minutes = (progress.of - progress.followers) * ((now - first.now) / done) / 60000;
  return minutes < 1 ? box.dataset.soon : said(box.dataset.left, { minutes: number(Math.ceil(minutes)) });
}

function tell(event) {
  const told = JSON.parse(event.data);
  if (!["queued", "running"].includes(told.status)) {
    source.close();
    location.reload();
    return;
  }
  const progress = told.progress ?? { followers: 0, of: null, requests: 0 };
  const all = progress.of && progress.followers >= progress.of;
  doing.textContent = told.status === "queued" ? box.dataset.wait
    : all ? box.dataset.score : progress.followers ? box.dataset.fetch : box.dataset.list;
  if (progress.of) {
    bar.max = progress.of;
    bar.value = progress.followers;
  }
  const values = { followers: number(progress.followers), of: number(progress.of ?? 0), requests: number(progress.requests) };
  counts.textContent = [
    progress.followers ? said(progress.of ? box.dataset.of : box.dataset.fetched, values) : "",
    progress.requests ? said(box.dataset.requests, values) : "",
    left(progress),
  ].filter(Boolean).join(" · ");
}

const source = new EventSource(box.dataset.events);
for (const kind of ["state", "progress", "done"]) source.addEventListener(kind, tell);
