// The tabs beside the mail: inbox rows, plain text, sources, headers.

import * as api from "/static/api.js";
import { count, kilobytes, make } from "/static/elements.js";
import { state, viewQuery } from "/static/state.js";
import { drawCompare } from "/static/compare.js";
import { drawMatrix } from "/static/matrix.js";

const WORDS = {
  text: "What a mail program without HTML shows, and what screen readers and watches often read.",
  mjml: "What the templates made of the YAML.",
  html: "The mail as it is sent.",
  headers: "The head of the message, as it leaves here. A mail service may add its own.",
};

let asking = null;
let drawn = "";

/** Draws the tab of the state into the sheet. Again with the same key, view and version nothing is done. */
export async function draw(sheet, view) {
  const named = JSON.stringify([state.key, state.tab, viewQuery(), state.against, view.version, view.epoch]);
  if (named === drawn) return;
  const again = drawn && JSON.parse(drawn).slice(0, 2).join() === [state.key, state.tab].join();
  drawn = named;
  asking?.abort();
  asking = new AbortController();
  const { scrollTop } = sheet;
  try {
    await DRAW[state.tab](sheet, view, asking.signal);
  } catch (problem) {
    if (problem.name === "AbortError") return;
    sheet.replaceChildren(make("p", { class: "problem" }, problem.message));
  }
  sheet.scrollTop = again ? scrollTop : 0;
}

/** The next `draw` begins anew. */
export function forget() {
  asking?.abort();
  drawn = "";
}

const DRAW = { inbox, text: written, mjml: written, html: written, headers, matrix: drawMatrix, compare: drawCompare };

async function written(sheet, view, signal) {
  const { tab } = state;
  const { text, bytes } = await api.tab(tab, state.key, viewQuery(), signal);
  const lines = text.split("\n").length;
  const copy = make("button", { type: "button", class: "button small", on: { click: async () => {
    await navigator.clipboard.writeText(text);
    copy.textContent = "Copied";
    setTimeout(() => { copy.textContent = "Copy"; }, 1500);
  } } }, "Copy");
  sheet.replaceChildren(
    make("div", { class: "sheet-head" }, make("p", { class: "hint" }, WORDS[tab]),
      make("span", { class: "hint" }, `${count(lines, "line")}${bytes ? `, ${kilobytes(bytes)}` : ""}`), copy),
    make("pre", { class: `written ${tab}` }, text),
  );
}

async function headers(sheet, view, signal) {
  const found = await api.tab("headers", state.key, viewQuery(), signal);
  sheet.replaceChildren(
    make("div", { class: "sheet-head" }, make("p", { class: "hint" }, WORDS.headers)),
    make("table", { class: "headers" }, make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Header"), make("th", { scope: "col" }, "Value"))),
      make("tbody", {}, found.headers.map(([name, value]) => make(
        "tr", {}, make("th", { scope: "row" }, name), make("td", {}, value),
      )))),
  );
}

async function inbox(sheet, { inbox: row }) {
  if (!row) return sheet.replaceChildren(make("p", { class: "problem" }, "There is no good render to show."));
  sheet.replaceChildren(
    make("div", { class: "inboxes" }, phone(row), desktop(row)),
    make("dl", { class: "whole" }, [["From", `${row.sender} <${row.address}>`], ["Subject", row.subject], ["Preheader", row.preheader]]
      .flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value || "—",
        value && name !== "From" ? make("span", { class: "hint" }, ` ${count([...value].length, "character")}`) : null)])),
  );
  return undefined;
}

function cut(words, isCut) {
  return [isCut ? words.replace(/…$/, "") : words, isCut ? make("span", { class: "cut", title: "Cut off here" }, "…") : null];
}

function phone({ sender, date, phone: row, language }) {
  return make("figure", { class: "inbox phone" },
    make("div", { class: "row", lang: language || null },
      make("span", { class: "dot", "aria-hidden": "true" }),
      make("div", { class: "words" },
        make("p", { class: "sender" }, sender, make("span", { class: "date" }, date)),
        make("p", { class: "subject" }, cut(row.subject, row.subject_cut)),
        make("p", { class: "preheader" }, cut(row.preheader, row.preheader_cut)))),
    ghost(), ghost(),
    make("figcaption", {}, "A phone"));
}

function desktop({ sender, date, desktop: row, language }) {
  return make("figure", { class: "inbox desktop" },
    make("div", { class: "row", lang: language || null },
      make("span", { class: "sender" }, sender),
      make("span", { class: "words" }, make("b", {}, cut(row.subject, row.subject_cut)),
        make("span", { class: "preheader" }, row.preheader ? " – " : "", cut(row.preheader, row.preheader_cut))),
      make("span", { class: "date" }, date)),
    ghost(), ghost(), ghost(),
    make("figcaption", {}, "A desktop"));
}

/** Another mail in the row, of which nothing is known. */
function ghost() {
  return make("div", { class: "row ghost", "aria-hidden": "true" }, make("span", {}), make("span", {}));
}
