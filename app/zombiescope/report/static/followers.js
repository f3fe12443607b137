// The follow-order chart, alive: hover tells who, a drag selects, a list tells who is inside, buttons zoom.
// Without this file the page shows the same chart as a picture.
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
  const [from, to] = live.querySelectorAll("input");
  const DAY = 86400000;
  const MOST = 100;
  let view = null;
  let shown = null; // the part of the list that is drawn: {place: [first, last], created: [first, last]}
  let inside = null; // the selection, in the same form
  let width = 0;

  const day = (at) => new Date(data.created[at] * DAY).toISOString().slice(0, 10);
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
    view = new vega.View(vega.parse(spec, null, { ast: true }), {
      expr: vega.expressionInterpreter, renderer: "canvas", container: plot, hover: false,
    });
    view.tooltip(hover);
    view.addSignalListener("brush", (_, value) => choose(value && value.place ? value : null));
    view.run();
    const canvas = plot.querySelector("canvas");
    canvas.style.touchAction = "pan-y";
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", words.alt);
  }

  function hover(_, event, item) {
    const at = item && item.datum ? item.datum.index : undefined;
    if (at === undefined) { tip.hidden = true; return; }
    tip.textContent = said(words.tip, {
      name: data.names[at], place: count(data.place[at]), created: day(at), score: score(data.score[at]),
    });
    tip.hidden = false;
    const box = plot.getBoundingClientRect();
    const left = Math.min(event.clientX - box.left + 12, Math.max(0, box.width - tip.offsetWidth));
    tip.style.left = `${left}px`;
    tip.style.top = `${event.clientY - box.top + 14}px`;
  }

  let waiting = false;
  function choose(selection) {
    inside = selection && {
      place: [Math.min(...selection.place), Math.max(...selection.place)],
      created: selection.created && [Math.min(...selection.created.map(Number)), Math.max(...selection.created.map(Number))],
    };
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; tell(); });
  }

  function tell() {
    list.hidden = inside === null;
    live.querySelector("[data-do=zoom]").disabled = inside === null;
    if (inside === null) return;
    const [first, last] = inside.place;
    from.value = Math.max(1, Math.ceil(first));
    to.value = Math.floor(last);
    const who = [];
    for (let at = 0; at < data.place.length; at += 1) {
      const when = data.created[at] * DAY;
      if (data.place[at] >= first && data.place[at] <= last
        && (!inside.created || (when >= inside.created[0] && when <= inside.created[1]))) who.push(at);
    }
    const high = who.filter((at) => data.score[at] >= 0.5).length;
    list.querySelector("p").textContent = said(words.inside, { count: count(who.length), high: count(high) })
      + (who.length > MOST ? ` ${said(words.first, { count: count(MOST) })}` : "");
    const body = list.querySelector("tbody");
    body.replaceChildren(...who.slice(0, MOST).map(row));
    list.querySelector("table").hidden = who.length === 0;
  }

  function row(at) {
    const line = document.createElement("tr");
    const name = document.createElement("th");
    name.scope = "row";
    const text = document.createElement(data.links[at] ? "a" : "bdi");
    text.textContent = data.names[at];
    if (data.links[at]) {
      text.href = data.links[at];
      text.rel = "noopener noreferrer";
      text.target = "_blank";
    }
    name.append(text);
    line.append(name, ...[count(data.place[at]), day(at), score(data.score[at])].map((value) => {
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
      choose({ place: [Math.min(first, last) - 0.5, Math.max(first, last) + 0.5], created: null });
    },
    zoom() { shown = inside; draw(); },
    all() { shown = null; inside = null; from.value = ""; to.value = ""; draw(); tell(); },
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
