// Where the mail hangs: its width, the handle that drags it, and what lies over it.

import { byId, make, placeOf } from "/static/elements.js";
import { go, state } from "/static/state.js";

export const WIDTHS = [320, 375, 600, 800];
const NARROWEST = 280;
const WIDEST = 1400;
const PADDING = 24;

export const glass = make("div", { class: "glass" });
const size = make("output", { class: "px", "aria-hidden": "true" });
const handle = make("div", {
  class: "handle", role: "separator", tabindex: "0", "aria-orientation": "vertical",
  "aria-label": "Width of the mail", "aria-controls": "device",
  "aria-valuemin": NARROWEST, "aria-valuemax": WIDEST,
});
const device = make("div", { class: "device", id: "device" }, glass, handle, size);
const overlay = make("div", { class: "overlay", role: "region", "aria-label": "What is wrong", hidden: true });
const over = make("div", { class: "over" }, overlay);
const empty = make("div", { class: "empty", hidden: true });

let width = 0;
let room = 0;

export function widthShown() {
  return Number(state.width) || (innerWidth < 700 ? 375 : 600);
}

export function build() {
  byId("stage").append(make("div", { class: "wall" }, device, empty), over);
  new ResizeObserver(([entry]) => {
    room = entry.contentRect.width;
    fit(widthShown());
  }).observe(device.parentElement);
  dragging();
}

/** Where a card about a click is put. */
export function putCard(card) {
  over.querySelector(".card")?.remove();
  if (card) over.append(card);
}

/** The mail at that width, made smaller as a whole if there is no room. */
export function fit(pixels) {
  width = Math.min(WIDEST, Math.max(NARROWEST, Math.round(pixels)));
  const scale = Math.min(1, Math.max(0.2, (room - PADDING * (room > 500 ? 2 : 0)) / width));
  device.style.setProperty("--width", `${width}px`);
  device.style.setProperty("--scale", scale);
  size.textContent = scale < 1 ? `${width} px at ${Math.round(scale * 100)} %` : `${width} px`;
  handle.setAttribute("aria-valuenow", width);
  handle.setAttribute("aria-valuetext", `${width} pixels`);
}

function dragging() {
  let from = null;
  handle.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    handle.focus({ preventScroll: true });
    handle.setPointerCapture(event.pointerId);
    from = { x: event.clientX, width };
    document.body.classList.add("dragging");
  });
  // The mail hangs in the middle, so its edge follows the pointer if it grows on both sides.
  handle.addEventListener("pointermove", (event) => from && fit(from.width + 2 * (event.clientX - from.x)));
  const drop = () => {
    if (!from) return;
    from = null;
    document.body.classList.remove("dragging");
    go({ width: String(width) });
  };
  handle.addEventListener("pointerup", drop);
  handle.addEventListener("pointercancel", drop);
  handle.addEventListener("lostpointercapture", drop);
  handle.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? 50 : 10;
    const next = {
      ArrowRight: width + step, ArrowUp: width + step, ArrowLeft: width - step, ArrowDown: width - step,
      Home: WIDTHS[0], End: WIDTHS.at(-1),
    }[event.key];
    if (next === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    go({ width: String(Math.min(WIDEST, Math.max(NARROWEST, next))) });
  });
}

/** Errors over the last good render, or over nothing if there is none; without errors it goes away. */
export function showErrors({ state: standing, stale, errors = [] }) {
  const broken = standing === "broken" || standing === "gone";
  overlay.hidden = !broken;
  glass.classList.toggle("stale", broken && stale);
  const words = broken ? errorWords(standing, stale, errors) : "";
  // Said once: a screen reader repeats what is set again.
  if (byId("alarm").textContent !== words) byId("alarm").textContent = words;
  if (!broken) return overlay.replaceChildren();
  const folded = overlay.querySelector("details")?.open === false;
  const list = make("ul", {}, errors.map((error) => make(
    "li", {},
    make("p", { class: "message" }, error.message),
    error.hint && make("p", { class: "hint" }, error.hint),
    make("p", { class: "where" }, placeOf(error.place), make("code", {}, error.rule)),
  )));
  overlay.replaceChildren(make(
    "details", { open: !folded },
    make("summary", {}, make("strong", {}, heading(standing, errors)), stale && " You still see the last good state."),
    list,
  ));
  return undefined;
}

function heading(standing, errors) {
  if (standing === "gone") return "The file is not there any more.";
  return errors.length > 1 ? `${errors.length} errors keep this from rendering.` : "An error keeps this from rendering.";
}

function errorWords(standing, stale, errors) {
  const [first] = errors;
  const where = first?.place ? `, line ${first.place.line}` : "";
  return `${heading(standing, errors)} ${first ? first.message + where : ""}`;
}

/** Words where there is no mail; null takes them away. */
export function showEmpty(...content) {
  empty.hidden = !content.length;
  device.hidden = Boolean(content.length);
  empty.replaceChildren(...content);
}
