// The newsletters and their issues, each with its state and what was found.

import { byId, count, make } from "/static/elements.js";
import { go, pathOf, state } from "/static/state.js";

const AT_FIRST = 12;

let newsletters = [];
const rows = new Map();
const opened = new Set();

export function setLibrary(library) {
  newsletters = library.newsletters;
  rows.clear();
  for (const newsletter of newsletters) for (const issue of newsletter.issues) rows.set(issue.key, issue);
  draw();
}

/** Whether all was known; if not, the whole list is to be asked for again. */
export function change({ issues = [], gone = [], newsletters: named }) {
  if (named || gone.length || issues.some((issue) => !rows.has(issue.key))) return false;
  for (const issue of issues) {
    Object.assign(rows.get(issue.key), issue);
    for (const old of document.querySelectorAll(`[data-issue="${CSS.escape(issue.key)}"]`)) {
      const focused = old.contains(document.activeElement);
      const next = old.nodeName === "TR" ? tableRow(rows.get(issue.key)) : item(rows.get(issue.key));
      old.replaceWith(next);
      if (focused) next.querySelector("a").focus({ preventScroll: true });
    }
  }
  return true;
}

export const titleOf = (name) => newsletters.find((one) => one.name === name)?.title ?? name;

/** The key of the issue `step` places on in the list, or null. */
export function neighbour(step) {
  const keys = [...byId("list").querySelectorAll("[data-issue]")].map((one) => one.dataset.issue);
  const at = keys.indexOf(state.key);
  return keys[at < 0 ? (step > 0 ? 0 : keys.length - 1) : at + step] ?? null;
}

export function draw() {
  const asked = byId("search").value.trim().toLowerCase();
  const parts = [];
  let found = 0;
  for (const newsletter of newsletters) {
    const matching = newsletter.issues.filter((issue) => matches(newsletter, issue, asked));
    found += matching.length;
    if (asked && !matching.length) continue;
    parts.push(section(newsletter, matching, asked));
  }
  if (!parts.length) parts.push(asked ? nothingFound(asked) : nothingThere());
  byId("list").replaceChildren(...parts);
  byId("search-count").textContent = asked ? count(found, "issue") : "";
}

function matches(newsletter, issue, asked) {
  const text = `${issue.key} ${newsletter.title} ${issue.subject} ${issue.state}`.toLowerCase();
  return asked.split(/\s+/).every((word) => text.includes(word));
}

function section(newsletter, issues, asked) {
  const all = asked || opened.has(newsletter.name) || issues.length <= AT_FIRST + 2;
  const at = issues.findIndex((issue) => issue.key === state.key);
  const shown = all ? issues : issues.slice(0, Math.max(AT_FIRST, at + 1));
  const here = state.newsletter === newsletter.name && !state.key;
  const rest = issues.length - shown.length;
  return make(
    "section", {},
    make("h2", {}, make("a", {
      href: pathOf(newsletter.name), "data-go": true, "data-keep": true, "aria-current": here && "page",
    }, newsletter.title)),
    issues.length
      ? make("ul", {}, shown.map(item))
      : make("p", { class: "hint" }, "No issue yet: ", make("code", {}, `lpdownload new ${newsletter.name}`)),
    rest > 0 && make("button", {
      type: "button", class: "more", on: { click: () => { opened.add(newsletter.name); draw(); } },
    }, `${rest} older`),
  );
}

function item(issue) {
  return make(
    "li", { "data-issue": issue.key },
    make("a", {
      href: pathOf(issue.key), "data-go": true, "data-keep": true,
      "aria-current": issue.key === state.key && "page", title: issue.problem || issue.subject || null,
    }, make("span", { class: "name" }, issue.name), tallies(issue), make("span", { class: "about" }, about(issue))),
  );
}

function about(issue) {
  if (issue.state === "broken") return issue.problem || "Cannot be rendered";
  return issue.state === "waiting" ? "…" : issue.subject;
}

/** Numbers by severity; a check mark where there is nothing to do. */
export function tallies(issue) {
  if (issue.state === "waiting") return make("span", { class: "tallies" });
  const parts = [];
  if (issue.errors) parts.push(tally("error", issue.errors));
  else if (issue.state === "broken") parts.push(tally("error", 1));
  if (issue.warnings) parts.push(tally("warning", issue.warnings));
  if (!parts.length) parts.push(make("span", { class: "fine", role: "img", "aria-label": "nothing found" }, "✓"));
  return make("span", { class: "tallies" }, parts);
}

export function tally(severity, number) {
  return make("span", { class: `tally ${severity}` }, String(number),
    make("span", { class: "unseen" }, ` ${number === 1 ? severity : `${severity}s`}`));
}

function nothingFound(asked) {
  return make("p", { class: "hint" }, `No issue has “${asked}” in its name, newsletter or subject.`);
}

function nothingThere() {
  return make("p", { class: "hint" }, "No newsletter yet. Make one in an empty folder: ", make("code", {}, "lpdownload init"));
}

/** The page without an issue: what there is, and what needs a look. */
export function drawHome(home) {
  const chosen = state.newsletter ? newsletters.filter((one) => one.name === state.newsletter) : newsletters;
  const issues = chosen.flatMap((one) => (state.newsletter ? one.issues : one.issues.slice(0, 3)));
  if (state.newsletter && !chosen.length) {
    home.replaceChildren(make("h2", {}, "There is no such newsletter"),
      make("p", {}, `${state.newsletter} is not a folder of newsletters/ with a newsletter.yaml.`));
  } else if (!issues.length) {
    const name = chosen[0]?.name;
    home.replaceChildren(
      make("h2", {}, name ? "No issue yet" : "No newsletter yet"),
      make("p", {}, name ? "Make the first one, and it opens here by itself:" : "Make a newsroom with one newsletter and one issue, in an empty folder:"),
      make("pre", {}, name ? `lpdownload new ${name}` : "lpdownload init"),
    );
  } else {
    home.replaceChildren(
      make("h2", {}, state.newsletter ? titleOf(state.newsletter) : "Newest issues"),
      make("p", { class: "lead" }, "Open one. The preview follows the files: it repaints when you save."),
      make("div", { class: "scrolling", role: "region", "aria-label": "Issues", tabindex: "0" }, make(
        "table", {},
        make("thead", {}, make("tr", {}, ["Issue", "Subject", "Goes out", "Found"].map((words) => make("th", { scope: "col" }, words)))),
        make("tbody", {}, issues.map(tableRow)),
      )),
    );
  }
}

function tableRow(issue) {
  return make(
    "tr", { "data-issue": issue.key },
    make("th", { scope: "row" }, make("a", { href: pathOf(issue.key), "data-go": true, "data-keep": true }, issue.key)),
    make("td", {}, about(issue)),
    make("td", { class: "date" }, issue.date),
    make("td", {}, tallies(issue)),
  );
}

export function build() {
  const search = byId("search");
  search.addEventListener("input", draw);
  search.addEventListener("keydown", (event) => {
    const first = byId("list").querySelector("[data-issue] a");
    if (event.key === "ArrowDown" && first) {
      event.preventDefault();
      first.focus();
    } else if (event.key === "Enter" && first) {
      go({ key: first.closest("[data-issue]").dataset.issue });
    } else if (event.key === "Escape" && search.value) {
      search.value = "";
      draw();
    }
  });
  byId("list").addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const links = [...byId("list").querySelectorAll("a, button")];
    const next = links[links.indexOf(document.activeElement) + step];
    event.preventDefault();
    (next ?? (step < 0 ? search : links.at(-1))).focus();
  });
}
