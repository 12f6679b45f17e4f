// Several clients side by side; all scroll together.

import * as api from "/static/api.js";
import { make, safeAddress } from "/static/elements.js";
import { disarmed, morphDocument } from "/static/morph.js";
import { addressOf, go, state, viewQuery } from "/static/state.js";
import { clients, MODES } from "/static/toolbar.js";
import { WIDTHS } from "/static/stage.js";

let cells = new Map();
let leading = null;

export async function drawMatrix(sheet, view, signal) {
  const extra = {};
  for (const name of ["clients", "modes", "widths"]) if (state[name]) extra[name] = state[name];
  const query = new URLSearchParams(viewQuery(extra));
  const found = await api.tab("matrix", state.key, query.toString(), signal);
  if (signal.aborted) return;
  const old = cells;
  cells = new Map();
  const wall = sheet.querySelector(".matrix") ?? make("ul", { class: "matrix" });
  const kept = wall.isConnected;
  for (const cell of found.cells) {
    const name = JSON.stringify([state.key, cell.client, cell.mode, cell.images, cell.width, state.remote]);
    const known = kept && old.get(name);
    cells.set(name, known || made(cell));
    if (known) repaint(known, cell.url, signal);
  }
  const items = [...cells.values()].map((one) => one.item);
  // A frame that is moved loads again: those that stay are left where they are.
  for (const item of [...wall.children]) if (!items.includes(item)) item.remove();
  items.forEach((item, at) => wall.children[at] === item || wall.insertBefore(item, wall.children[at] ?? null));
  const choice = chooser(found.cells);
  if (!kept) {
    sheet.replaceChildren(choice, wall);
    return;
  }
  const focused = document.activeElement?.dataset.choice;
  sheet.querySelector(".chooser").replaceWith(choice);
  choice.querySelector(`[data-choice="${focused}"]`)?.focus();
}

const modeTitle = (name) => MODES.find(([mode]) => mode === name)?.[1].toLowerCase() ?? name;

function made(cell) {
  const frame = make("iframe", {
    sandbox: "allow-same-origin", src: cell.url, loading: "lazy", tabindex: "-1",
    title: `${cell.title}, ${modeTitle(cell.mode)}, ${cell.width} pixels`,
  });
  const one = { frame, loaded: false };
  frame.addEventListener("load", () => {
    one.loaded = true;
    listen(frame);
  });
  const window = make("div", { class: "pane-of-glass", style: { "--width": `${cell.width}px` } }, frame);
  new ResizeObserver(([entry]) => {
    window.style.setProperty("--scale", Math.min(1, entry.contentRect.width / cell.width));
  }).observe(window);
  one.item = make("li", {},
    make("a", {
      class: "cell-title", href: addressOf({ client: cell.client, mode: cell.mode, width: String(cell.width), tab: "mail" }), "data-go": true,
    }, cell.title, make("span", { class: "hint" }, ` ${modeTitle(cell.mode)}, ${cell.width} px`)),
    make("span", { class: "fidelity", "data-fidelity": cell.fidelity.split(/\W/)[0] }, cell.fidelity), window);
  return one;
}

/** A frame that is still to load asks for the newest by itself. */
async function repaint(one, url, signal) {
  if (!one.loaded) return;
  const answer = await fetch(url, { signal }).catch(() => null);
  const { frame } = one;
  if (answer?.ok && frame.isConnected) morphDocument(frame.contentDocument, await answer.text());
}

function listen(frame) {
  const inside = frame.contentDocument;
  if (!inside) return;
  disarmed(inside);
  for (const event of ["click", "auxclick"]) {
    inside.addEventListener(event, (clicked) => {
      clicked.preventDefault();
      const address = clicked.target.closest?.("a[href]")?.getAttribute("href");
      if ((clicked.ctrlKey || clicked.metaKey) && address && safeAddress(address) && /^https?:/i.test(address)) {
        window.open(address, "_blank", "noopener,noreferrer");
      }
    }, true);
  }
  inside.addEventListener("pointerenter", () => { leading = frame; }, true);
  inside.addEventListener("wheel", () => { leading = frame; }, { passive: true });
  inside.addEventListener("touchstart", () => { leading = frame; }, { passive: true });
  inside.addEventListener("scroll", () => frame === leading && together(frame), { passive: true });
}

/** The others at the same part of their way. */
function together(frame) {
  const from = frame.contentDocument.scrollingElement;
  const part = from.scrollTop / Math.max(1, from.scrollHeight - from.clientHeight);
  for (const { frame: other } of cells.values()) {
    const to = other === frame ? null : other.contentDocument?.scrollingElement;
    if (to) to.scrollTop = part * (to.scrollHeight - to.clientHeight);
  }
}

function chooser(shown) {
  const options = [
    ["clients", "Mail programs", clients().map((one) => [one.name, one.title]), (cell) => cell.client],
    ["modes", "Colours", MODES, (cell) => cell.mode],
    ["widths", "Widths", WIDTHS.map((one) => [String(one), `${one}`]), (cell) => String(cell.width)],
  ];
  return make("div", { class: "chooser" }, options.map(([name, title, values, of]) => {
    const on = new Set(shown.map(of));
    const change = () => {
      const chosen = [...boxes].filter((box) => box.checked).map((box) => box.value);
      if (chosen.length) go({ [name]: chosen.join(",") });
    };
    const boxes = values.map(([value]) => make("input", { type: "checkbox", value, checked: on.has(value), "data-choice": `${name}-${value}`, on: { change } }));
    return make("fieldset", {}, make("legend", {}, title),
      boxes.map((box, at) => make("label", { class: "check" }, box, values[at][1])));
  }));
}

