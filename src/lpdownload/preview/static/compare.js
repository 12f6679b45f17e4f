// What differs: from the last save, the previous issue, another variant or language.

import * as api from "/static/api.js";
import { count, kilobytes, make } from "/static/elements.js";
import { go, state, viewQuery } from "/static/state.js";
import { widthShown } from "/static/stage.js";

const CONTEXT = 2;

export async function drawCompare(sheet, view, signal) {
  let found = await api.compare(state.key, viewQuery({ against: state.against || "saved" }), signal);
  const possible = found.choices.filter((one) => one.possible);
  // Nobody asked for this one: rather show something than say that there is nothing.
  if (!state.against && found.problem && possible.length) {
    found = await api.compare(state.key, viewQuery({ against: possible[0].value }), signal);
  }
  if (signal.aborted) return;
  const box = make("select", { id: "against", on: { change: () => go({ against: box.value }) } },
    found.choices.map((one) => make("option", { value: one.value, disabled: !one.possible }, one.title)));
  box.value = found.against;
  const focused = document.activeElement?.id === "against";
  sheet.replaceChildren(
    make("div", { class: "sheet-head" }, make("span", { class: "select" }, make("label", { for: "against" }, "Compare with"), box), summary(found)),
    ...(found.problem ? [make("p", { class: "problem" }, found.problem)] : results(found)),
  );
  if (focused) box.focus();
}

function summary({ same, problem, sizes }) {
  if (problem) return null;
  const by = sizes.new - sizes.old;
  const words = by ? `${kilobytes(Math.abs(by))} ${by > 0 ? "bigger" : "smaller"}` : "same size";
  return make("span", { class: "hint" }, same ? "Both are the same." : words);
}

function results(found) {
  return [
    found.subject.old !== found.subject.new && part("Subject", pair(found.subject.old, found.subject.new)),
    part("Words", lines(found.text)),
    part("Links", links(found.links)),
    part("Picture", pixels(found.against)),
  ].filter(Boolean);
}

const part = (title, ...inside) => make("section", { class: "difference" }, make("h2", {}, title), inside);

function pair(old, next) {
  return make("div", { class: "diff" }, line("gone", old), line("new", next));
}

const MARKS = { gone: ["−", "Taken out"], new: ["+", "Added"], same: [" ", ""] };

function line(kind, words) {
  const [mark, title] = MARKS[kind];
  const tag = { gone: "del", new: "ins", same: "span" }[kind];
  return make(tag, { class: `line ${kind}` }, make("span", { class: "mark", "aria-hidden": "true" }, mark),
    title && make("span", { class: "unseen" }, `${title}: `), words || " ");
}

function lines(text) {
  if (text.every((run) => run.kind === "same")) return make("p", { class: "hint" }, "The words are the same.");
  const out = [];
  text.forEach((run, at) => {
    if (run.kind !== "same") return out.push(...run.lines.map((words) => line(run.kind, words)));
    const before = at ? CONTEXT : 0;
    const after = at < text.length - 1 ? CONTEXT : 0;
    const hidden = run.lines.slice(before, run.lines.length - after);
    if (hidden.length < 3) return out.push(...run.lines.map((words) => line("same", words)));
    out.push(...run.lines.slice(0, before).map((words) => line("same", words)));
    out.push(make("details", { class: "skipped" }, make("summary", {}, `${count(hidden.length, "line")} the same`), hidden.map((words) => line("same", words))));
    return out.push(...run.lines.slice(run.lines.length - after).map((words) => line("same", words)));
  });
  return make("div", { class: "diff" }, out);
}

function links({ added, removed, changed }) {
  if (!added.length && !removed.length && !changed.length) return make("p", { class: "hint" }, "The links are the same.");
  const words = (one) => [one.words, " → ", one.url].join("");
  return make("div", { class: "diff" }, [
    ...changed.flatMap((one) => [line("gone", `${one.words} → ${one.old}`), line("new", `${one.words} → ${one.new}`)]),
    ...removed.map((one) => line("gone", words(one))), ...added.map((one) => line("new", words(one))),
  ]);
}

/** Pictures are taken when somebody asks: that starts a browser. */
function pixels(against) {
  const place = make("div", { class: "pictures" });
  const status = make("p", { class: "hint", role: "status" });
  const button = make("button", { type: "button", class: "button", on: { click: async () => {
    button.disabled = true;
    status.textContent = "Taking two pictures …";
    try {
      const found = await api.pixels(state.key, viewQuery({ against, width: widthShown() }));
      const share = 100 * found.share;
      const percent = share && share < 0.1 ? "less than 0.1" : share.toFixed(share < 10 ? 1 : 0);
      status.textContent = share ? `${percent} % of the picture differs.` : "Not a single pixel differs.";
      place.replaceChildren(...[["Before", found.old], ["Now", found.new], ["Difference", found.diff]].map(([title, picture]) =>
        make("figure", {}, make("figcaption", {}, title), make("img", { src: picture, alt: `${title}, the whole mail`, width: found.width, height: found.height }))));
    } catch (problem) {
      status.textContent = problem.message;
    }
    button.disabled = false;
  } } }, "Compare the pictures");
  return make("div", {}, button, status, place);
}
