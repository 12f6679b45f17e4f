// From the mail to the YAML: a card with the file, the line and what stands there.

import * as api from "/static/api.js";
import { make, placeOf, safeAddress } from "/static/elements.js";
import * as findings from "/static/findings.js";
import { putCard } from "/static/stage.js";

let asking = null;
let shown = null;

/** The nearest place that is known: of the loc itself, or of what holds it. */
export function placeFor(places, loc) {
  const steps = loc.split(".").filter(Boolean);
  for (; steps.length; steps.pop()) {
    const place = places[steps.join(".")];
    if (place) return place;
  }
  return places[""] ?? null;
}

/** Opens the card. `finding` for its own exact place, `link` if a link was clicked. */
export async function open(key, places, { loc, link = null, finding = null, close }) {
  const place = finding ? finding.place : placeFor(places, loc);
  const code = make("ol", { class: "lines", hidden: true, tabindex: "0", "aria-label": "Lines of the YAML" });
  const card = make(
    "div", { class: "card", role: "region", "aria-label": "Where this comes from" },
    make("div", { class: "head" },
      placeOf(place) ?? make("span", { class: "hint" }, "No line of the YAML: it comes from the template."),
      loc && make("code", { class: "loc" }, path(loc)),
      place?.editor && make("a", { class: "button small", href: place.editor, id: "open-editor" }, "Open in editor"),
      make("button", { type: "button", class: "button quiet small", "aria-label": "Close", title: "Close (Esc)", on: { click: close } }, "✕")),
    code,
    link && linkWords(link),
    finding ? null : found(loc),
  );
  shown = { key, loc, finding, place };
  putCard(card);
  if (place) await fill(code, place, key, loc, finding);
}

export function shut() {
  asking?.abort();
  shown = null;
  putCard(null);
}

/** The place on the card, for the editor. */
export const place = () => shown?.place ?? null;

async function fill(code, place, key, loc, finding) {
  asking?.abort();
  asking = new AbortController();
  const query = new URLSearchParams({ loc });
  if (finding) query.set("finding", finding.id);
  let answer;
  try {
    answer = await api.lines(key, query.toString(), asking.signal);
  } catch {
    return; // the place alone is worth showing
  }
  const at = answer.place?.line ?? place.line;
  code.replaceChildren(...answer.lines.map((text, index) => {
    const number = answer.start + index;
    return make("li", { value: number, "aria-current": number === at && "true" },
      make("span", { class: "line-number", "aria-hidden": "true" }, String(number)), make("code", {}, text || " "));
  }));
  code.hidden = !answer.lines.length;
}

/** sections.3.title as one writes it: sections[3].title */
function path(loc) {
  return loc.replace(/\.(\d+)(?=\.|$)/g, "[$1]");
}

function linkWords({ address, safe }) {
  const web = safe && /^https?:/i.test(address);
  return make("p", { class: "target" }, "The link goes to ",
    web ? make("a", { href: safeAddress(address), target: "_blank", rel: "noopener noreferrer" }, address) : make("code", {}, address),
    !safe && " (never followed from here)");
}

function found(loc) {
  const here = loc ? findings.at(loc) : [];
  if (!here.length || here.length > 4) return null;
  return make("ul", { class: "found" }, here.map((one) => make("li", { class: one.severity }, one.message)));
}
