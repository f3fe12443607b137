// The follow-order chart, interactive: hover tells who, a drag selects, a list tells who is inside, buttons zoom.
// Without this file the page shows the same chart as a picture. The selection is an element of its own above the
// canvas: Vega would draw every dot again for each move of the pointer.
"use strict";
(() => {
  const source = document.getElementById("followers-data");
  const live = document.querySelector(".live");
  if (!source || !live || !globalThis.vega) return;
  const data = JSON.parse(source.textContent);
  const words = data.words;
  const plot = live.querySelector(".plot");
  const tip = live.querySelector(".tip");
  const list = live.querySelector(".inside");
  const box = plot.appendChild(document.createElement("div"));
  box.className = "brush";
  box.hidden = true;
  const canvasAt = plot.insertBefore(document.createElement("div"), box);
  const [from, to] = live.querySelectorAll("input");
  const DAY = 86400000;
  const MOST = 100;
  let view = null;
  let shown = null; // the part of the list that is drawn: {place: [first, last], created: [first, last]}
  let inside = null; // the selection, in the same form
  let width = 0;

  const day = (who) => new Date(data.created[who] * DAY).toISOString().slice(0, 10);
  const said = (template, values) => template.replace(/%\((\w+)\)s/g, (_, name) => values[name]);
  const count = (number) => number.toLocaleString(document.documentElement.lang);
  const score = (number) => number.toFixed(2).replace(/^0/, "");

  function draw() {
    width = plot.clientWidth;
    const ink = getComputedStyle(plot).color;
    const spec = JSON.parse(JSON.stringify(data.spec).replaceAll(data.ink, ink));
    const rows = data.place.map((place, index) => (
      { index, place, created: data.created[index] * DAY, score: data.score[index] }));
    spec.data.find((one) => one.name === "followers").values = rows;
    spec.autosize = { type: "fit-x", contains: "padding" };
    spec.width = width;
    spec.height = width < 500 ? 320 : 420;
    if (shown) {
      for (const [name, domain] of [["x", shown.place], ["y", shown.created]]) {
        if (domain) spec.scales.find((one) => one.name === name).domain = domain;
      }
      for (const mark of spec.marks) mark.clip = mark.type !== "text";
    }
    if (view) view.finalize();
    box.hidden = true;
    view = new vega.View(vega.parse(spec, null, { ast: true }), {
      expr: vega.expressionInterpreter, renderer: "canvas", container: canvasAt, hover: false,
    });
    view.tooltip(hover);
    view.run();
    const canvas = plot.querySelector("canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", words.alt);
  }

  function hover(_, event, item) {
    const who = item && item.datum ? item.datum.index : undefined;
    if (who === undefined || start) { tip.hidden = true; return; }
    tip.textContent = said(words.tip, {
      name: data.names[who], place: count(data.place[who]), created: day(who), score: score(data.score[who]),
    });
    tip.hidden = false;
    const frame = plot.getBoundingClientRect();
    const left = Math.min(event.clientX - frame.left + 12, Math.max(0, frame.width - tip.offsetWidth));
    tip.style.left = `${left}px`;
    tip.style.top = `${plot.offsetTop + event.clientY - frame.top + 14}px`;
  }

  // Where the plot's area lies in the canvas, in CSS pixels.
  function area() {
    const [x, y] = view.origin();
    const pad = view.padding();
    return { left: x + pad.left, top: y + pad.top, width: view.width(), height: view.height() };
  }

  let start = null; // where a drag began, in the area's pixels
  let end = null;
  let waiting = false;

  function at(event) {
    const within = area();
    const canvas = plot.getBoundingClientRect();
    return [
      Math.min(Math.max(event.clientX - canvas.left - within.left, 0), within.width),
      Math.min(Math.max(event.clientY - canvas.top - within.top, 0), within.height),
    ];
  }

  function outline() {
    waiting = false;
    if (!start || !end) return;
    const within = area();
    const [x, y] = [Math.min(start[0], end[0]), Math.min(start[1], end[1])];
    box.hidden = false;
    box.style.transform = `translate(${within.left + x}px, ${within.top + y}px)`;
    box.style.width = `${Math.abs(end[0] - start[0])}px`;
    box.style.height = `${Math.abs(end[1] - start[1])}px`;
    const [place, created] = [view.scale("x"), view.scale("y")];
    const sorted = (scale, one, other) => [scale.invert(one), scale.invert(other)].map(Number).sort((p, q) => p - q);
    inside = { place: sorted(place, start[0], end[0]), created: sorted(created, start[1], end[1]) };
    tell(false);
  }

  plot.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    start = at(event);
    end = null;
    plot.setPointerCapture(event.pointerId);
  });
  plot.addEventListener("pointermove", (event) => {
    if (!start || !plot.hasPointerCapture(event.pointerId)) return;
    tip.hidden = true;
    end = at(event);
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(outline);
  });
  function release(event) {
    if (!start) return;
    const moved = end && Math.abs(end[0] - start[0]) + Math.abs(end[1] - start[1]) > 3;
    if (moved && event.type === "pointerup") outline();
    else clear();
    start = null;
    tell(true);
  }
  plot.addEventListener("pointerup", release);
  plot.addEventListener("pointercancel", release);

  function clear() {
    inside = null;
    box.hidden = true;
  }

  // How many are inside, and, when the selection has come to rest, who.
  function tell(rest) {
    list.hidden = inside === null;
    live.querySelector("[data-do=zoom]").disabled = inside === null;
    if (inside === null) return;
    const [first, last] = inside.place;
    from.value = Math.max(1, Math.ceil(first));
    to.value = Math.floor(last);
    const who = [];
    let high = 0;
    for (let one = 0; one < data.place.length; one += 1) {
      const when = data.created[one] * DAY;
      if (data.place[one] >= first && data.place[one] <= last
        && (!inside.created || (when >= inside.created[0] && when <= inside.created[1]))) {
        who.push(one);
        if (data.score[one] >= 0.5) high += 1;
      }
    }
    list.querySelector("p").textContent = said(words.inside, { count: count(who.length), high: count(high) })
      + (who.length > MOST ? ` ${said(words.first, { count: count(MOST) })}` : "");
    if (!rest) return;
    list.querySelector("tbody").replaceChildren(...who.slice(0, MOST).map(row));
    list.querySelector("table").hidden = who.length === 0;
  }

  function row(who) {
    const line = document.createElement("tr");
    const name = document.createElement("th");
    name.scope = "row";
    const text = document.createElement(data.links[who] ? "a" : "bdi");
    text.textContent = data.names[who];
    if (data.links[who]) {
      text.href = data.links[who];
      text.rel = "noopener noreferrer";
      text.target = "_blank";
    }
    name.append(text);
    line.append(name, ...[count(data.place[who]), day(who), score(data.score[who])].map((value) => {
      const cell = document.createElement("td");
      cell.textContent = value;
      return cell;
    }));
    return line;
  }

  const actions = {
    list() {
      const first = Number(from.value) || 1;
      const last = Number(to.value) || data.length;
      clear();
      inside = { place: [Math.min(first, last) - 0.5, Math.max(first, last) + 0.5], created: null };
      tell(true);
    },
    zoom() { shown = inside; draw(); },
    all() { shown = null; clear(); from.value = ""; to.value = ""; draw(); tell(true); },
  };
  live.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) actions[button.dataset.do]();
  });
  live.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input")) actions.list();
  });
  live.hidden = false;
  live.closest("figure").classList.add("alive");
  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  let later = 0;
  addEventListener("resize", () => {
    clearTimeout(later);
    later = setTimeout(() => { if (plot.clientWidth !== width) draw(); }, 150);
  });
  addEventListener("beforeprint", () => {
    for (const one of document.querySelectorAll("details")) one.open = true;
  });
})();
