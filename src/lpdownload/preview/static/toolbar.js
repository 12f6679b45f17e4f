// How the mail is shown: client, width, light or dark, pictures, and for whom.

import { byId, count, make } from "/static/elements.js";
import { go, state, TABS } from "/static/state.js";
import { WIDTHS, widthShown } from "/static/stage.js";

export const MODES = [["light", "Light"], ["dark", "Dark"], ["forced", "Forced dark"]];
const MODE_TITLES = {
  light: "As a light mail program shows it",
  dark: "With the dark colours that the mail itself brings",
  forced: "As a mail program shows it that turns light colours into dark ones by itself",
};
const TAB_TITLES = {
  mail: "Mail", inbox: "Inbox", text: "Plain text", mjml: "MJML", html: "HTML", headers: "Headers",
  matrix: "Side by side", compare: "Compare",
};
/** Which controls matter to a tab. */
const USED = { mail: "all", inbox: "reader", text: "reader", mjml: "reader", html: "reader", headers: "reader", matrix: "reader images", compare: "reader" };

let library = null;
const parts = {};

export function build(found) {
  library = found;
  parts.client = select("Mail program", library.clients.map((one) => [one.name, one.title]),
    (value) => go({ client: value === library.clients[0].name ? "" : value }));
  parts.client.whole.firstChild.classList.add("unseen");
  parts.width = segments("Width", "width", WIDTHS.map((one) => [String(one), String(one), `${one} px wide`]), (value) => go({ width: value }));
  parts.mode = segments("Colours", "mode", MODES.map(([value, words]) => [value, words, MODE_TITLES[value]]), (value) => go({ mode: value }));
  parts.images = make("input", { type: "checkbox", id: "images", on: { change: ({ target }) => go({ images: target.checked ? "on" : "off" }) } });
  parts.persona = select("Reader", [], (persona) => go({ persona, variant: null }));
  parts.variant = select("Sections", [], (value) => go({ variant: value === "?" ? null : value }));
  parts.language = select("Language", [], (key) => go({ key }));
  parts.taken = make("details", { class: "taken", hidden: true });
  byId("toolbar").replaceChildren(
    group("all", parts.client.whole, parts.taken),
    group("all", parts.width.whole),
    group("all", parts.mode.whole),
    group("images", make("label", { class: "check" }, parts.images, "Images")),
    group("reader", parts.persona.whole, parts.variant.whole, parts.language.whole),
  );
  // Shown when the view says what there is to choose.
  parts.variant.whole.hidden = parts.language.whole.hidden = true;
  personas(library.personas);
  follow();
}

function group(kind, ...inside) {
  return make("div", { class: "group", "data-kind": kind }, inside);
}

let selects = 0;

function select(words, options, does) {
  const id = `choice-${++selects}`;
  const box = make("select", { id, on: { change: () => does(box.value) } });
  const whole = make("span", { class: "select" }, make("label", { for: id }, words), box);
  const one = { box, whole, said: "" };
  choices(one, options);
  return one;
}

function choices(one, options) {
  const said = JSON.stringify(options);
  if (said === one.said) return;
  one.said = said;
  const { value } = one.box;
  one.box.replaceChildren(...options.map(([key, words]) => make("option", { value: key }, words)));
  one.box.value = value;
}

function segments(words, name, options, does) {
  const boxes = options.map(([value, shown, title]) => {
    const box = make("input", { type: "radio", name, value, on: { change: () => does(value) } });
    return { box, label: make("label", { title }, box, make("span", {}, shown)) };
  });
  const whole = make("fieldset", { class: "segments" }, make("legend", { class: "unseen" }, words), boxes.map((one) => one.label));
  return { whole, set: (value) => boxes.forEach(({ box }) => { box.checked = box.value === value; }) };
}

export function personas(found) {
  library.personas = found;
  choices(parts.persona, [["", "Nobody in particular"], ...found.map((one) => [one.name, one.title])]);
  parts.persona.box.value = state.persona;
}

export const clients = () => library.clients;

/** What the state says. */
export function follow() {
  if (!library) return;
  parts.client.box.value = state.client || library.clients[0]?.name;
  parts.width.set(String(widthShown()));
  parts.mode.set(state.mode);
  parts.images.checked = state.images === "on";
  parts.persona.box.value = state.persona;
  const used = USED[state.tab];
  for (const one of byId("toolbar").querySelectorAll(".group")) {
    one.hidden = used !== "all" && !used.split(" ").includes(one.dataset.kind);
  }
  const client = library.clients.find((one) => one.name === parts.client.box.value);
  byId("options-words").textContent =
    `${client?.title ?? ""}, ${widthShown()} px, ${MODES.find(([mode]) => mode === state.mode)[1].toLowerCase()}${state.images === "on" ? "" : ", no images"}`;
}

/** What the view says: its variants and languages, how true the picture is, what the client took away. */
export function show(view) {
  variants(view);
  const languages = [[view.key, view.language], ...view.translations.map((one) => [one.key, one.language])];
  choices(parts.language, languages.map(([key, code]) => [key, languageName(code)]));
  parts.language.box.value = view.key;
  parts.language.whole.hidden = languages.length < 2;
  taken(view);
}

function variants({ segments: asked, variant }) {
  const own = state.persona ? "What this reader gets" : "Everyone's sections";
  const options = [["?", own], ["all", "All sections"]];
  if (state.persona) options.push(["none", "Everyone's sections"]);
  options.push(...asked.map((name) => [name, `Also for ${name}`]));
  if (state.variant && !options.some(([value]) => value === state.variant)) options.push([state.variant, state.variant.replaceAll(",", ", ")]);
  choices(parts.variant, options);
  parts.variant.box.value = state.variant ?? "?";
  parts.variant.box.title = variant.length ? `With sections for ${variant.join(", ")}` : "Sections that everyone gets";
  parts.variant.whole.hidden = !asked.length && !state.variant;
}

/** How close the picture comes, as a label that opens: what the client is, and what it took away. */
function taken({ taken: log, client }) {
  const { open } = parts.taken;
  const total = log.reduce((sum, one) => sum + one.count, 0);
  const note = library.clients.find((one) => one.name === client.name)?.note;
  parts.taken.replaceChildren(
    make("summary", { class: "fidelity", "data-fidelity": client.fidelity },
      make("span", { class: "unseen" }, "How true this is: "), client.fidelity, total ? `, ${total} taken away` : ""),
    make("div", { class: "log" },
      make("p", {}, make("strong", {}, client.title), note && `. ${note}`),
      total
        ? make("ul", {}, log.map((one) => make("li", {}, make("strong", {}, one.what), make("span", { class: "hint" }, one.why))))
        : make("p", { class: "hint" }, "Nothing of this mail was taken away.")),
  );
  parts.taken.open = open;
  parts.taken.hidden = false;
}

// An opened label closes like a menu.
document.addEventListener("pointerdown", ({ target }) => parts.taken?.contains(target) || shutLog());

/** Whether there was something to close. */
export function shutLog() {
  const { open } = parts.taken ?? {};
  if (open) parts.taken.open = false;
  return Boolean(open);
}

function languageName(code) {
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(code);
  } catch {
    return code;
  }
}

export function buildTabs() {
  const list = byId("tablist");
  list.replaceChildren(...TABS.map((name) => make("button", {
    type: "button", role: "tab", id: `tab-${name}`, "data-tab": name,
    "aria-controls": name === "mail" ? "stage" : "sheet", on: { click: () => go({ tab: name }) },
  }, TAB_TITLES[name])));
  list.addEventListener("keydown", (event) => {
    const at = TABS.indexOf(state.tab);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: TABS.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    go({ tab: TABS[(next + TABS.length) % TABS.length] });
    byId(`tab-${state.tab}`).focus();
  });
  followTabs();
}

export function followTabs() {
  for (const tab of byId("tablist").children) {
    const here = tab.dataset.tab === state.tab;
    tab.setAttribute("aria-selected", String(here));
    tab.tabIndex = here ? 0 : -1;
    if (here && tab.scrollIntoView) tab.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  byId("sheet").setAttribute("aria-labelledby", `tab-${state.tab}`);
}
