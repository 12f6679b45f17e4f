// What the checks found, by severity; and how big the mail is.

import { byId, count, kilobytes, make, placeOf } from "/static/elements.js";
import { tally } from "/static/list.js";
import { go, state } from "/static/state.js";

const GROUPS = [["error", "Errors"], ["warning", "Warnings"], ["info", "Good to know"]];

let drawn = "";
let current = [];

/** Findings of the issue (null: not checked yet), and those of the newsroom's own files. */
export function draw(findings, ofNewsroom) {
  const said = JSON.stringify([findings, ofNewsroom]);
  if (said === drawn) return;
  drawn = said;
  const all = findings ?? [];
  current = GROUPS.flatMap(([severity]) => all.filter((one) => one.severity === severity));
  const focused = document.activeElement?.closest?.("[data-finding]")?.dataset.finding;
  byId("findings").replaceChildren(
    make("h2", {}, "Findings ", summary(findings)),
    ...GROUPS.map(([severity, title]) => group(title, severity, current.filter((one) => one.severity === severity))),
    ...(findings && !findings.length ? [make("p", { class: "hint" }, "The checks found nothing to mend.")] : []),
    ...(ofNewsroom.length ? [group("In the newsroom's own files", "newsroom", ofNewsroom)] : []),
  );
  const count = tallyOf(all);
  byId("switch-count").replaceChildren(...count);
  if (focused) byId("findings").querySelector(`[data-finding="${CSS.escape(focused)}"] button`)?.focus({ preventScroll: true });
  mark();
}

function tallyOf(findings) {
  return ["error", "warning"].flatMap((severity) => {
    const number = findings.filter((one) => one.severity === severity).length;
    return number ? [tally(severity, number)] : [];
  });
}

function summary(findings) {
  if (!findings) return make("span", { class: "hint" }, "not checked yet");
  return make("span", { class: "tallies" }, tallyOf(findings));
}

function group(title, severity, findings) {
  if (!findings.length) return "";
  return make(
    "section", { class: `group ${severity}` },
    make("h3", {}, title, make("span", { class: "number" }, String(findings.length))),
    make("ul", {}, findings.map(item)),
  );
}

function item(finding) {
  return make(
    "li", { "data-finding": finding.id, class: finding.severity },
    make("button", {
      type: "button", "aria-pressed": "false", on: { click: () => toggle(finding) },
    }, make("span", { class: "unseen" }, `${finding.severity}: `), finding.message),
    finding.hint && make("p", { class: "hint" }, finding.hint),
    make("p", { class: "where" }, placeOf(finding.place), make("code", {}, finding.rule),
      finding.clients.length ? make("span", { class: "clients" }, finding.clients.join(", ")) : null),
  );
}

function toggle(finding) {
  go(state.finding === finding.id ? { finding: "" } : { finding: finding.id, tab: "mail" });
}

/** The finding that is open, marked in the list. Returns it, or null. */
export function mark() {
  for (const one of byId("findings").querySelectorAll("[data-finding]")) {
    const here = one.dataset.finding === state.finding;
    one.classList.toggle("open", here);
    one.querySelector("button").setAttribute("aria-pressed", String(here));
    if (here) one.scrollIntoView({ block: "nearest" });
  }
  return current.find((one) => one.id === state.finding) ?? null;
}

/** The next finding, or the one before; from none, the first or the last. */
export function step(by) {
  if (!current.length) return;
  const at = current.findIndex((one) => one.id === state.finding);
  const next = at < 0 ? (by > 0 ? 0 : current.length - 1) : (at + by + current.length) % current.length;
  go({ finding: current[next].id, tab: "mail" });
}

export const at = (loc) => current.filter((one) => one.loc === loc || one.loc.startsWith(`${loc}.`));

let weighed = "";

/** A gauge up to where Gmail cuts a mail off, and each section's share. `show(loc)` for a section. */
export function drawSize(size, show) {
  const said = JSON.stringify(size);
  if (said === weighed) return;
  weighed = said;
  if (!size || !size.bytes) return byId("size").replaceChildren();
  const level = size.bytes > size.clip ? "over" : size.bytes > size.warn ? "near" : "fine";
  const percent = Math.round((100 * size.bytes) / size.clip);
  const words = `${kilobytes(size.bytes)} of the ${kilobytes(size.clip)} after which Gmail cuts a mail off (${percent} %)`;
  const biggest = Math.max(...size.sections.map((one) => one.share));
  const focused = document.activeElement?.closest?.("[data-section]")?.dataset.section;
  byId("size").replaceChildren(
    make("h2", {}, "Size ", make("span", { class: "hint" }, `${percent} %`)),
    make("div", { class: `gauge ${level}`, role: "img", "aria-label": words },
      make("span", { style: { width: `${Math.min(100, percent)}%` } })),
    make("p", { class: "hint" }, words),
    make("ol", { class: "shares", "aria-label": "Sections and their share of the size" },
      size.sections.map((one) => share(one, biggest, show))),
  );
  if (focused !== undefined) byId("size").querySelector(`[data-section="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  return undefined;
}

function share(section, biggest, show) {
  const inside = [
    make("span", { class: "name" }, section.title || section.type),
    make("span", { class: "bytes" }, kilobytes(section.bytes)),
    make("span", { class: "bar", "aria-hidden": "true", style: { width: `${(100 * section.share) / biggest}%` } }),
  ];
  const title = `${section.type}, ${count(Math.round(section.share * 100), "percent", "percent")} of the mail`;
  return make("li", {}, section.loc
    ? make("button", { type: "button", title, "data-section": section.loc, on: { click: () => show(section.loc) } }, inside)
    : make("span", { class: "row", title }, inside));
}
