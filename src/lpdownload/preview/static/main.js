// The page: what happens when the state changes, and when the server says that something did.

import * as api from "/static/api.js";
import { byId, make, say } from "/static/elements.js";
import * as findings from "/static/findings.js";
import { MailFrame } from "/static/frame.js";
import * as keys from "/static/keys.js";
import * as list from "/static/list.js";
import { listen } from "/static/live.js";
import * as source from "/static/source.js";
import * as stage from "/static/stage.js";
import { addressOf, go, onChange, state, VIEW, viewQuery } from "/static/state.js";
import * as testSend from "/static/test-send.js";
import * as toolbar from "/static/toolbar.js";
import * as views from "/static/views.js";

let library = { newsletters: [], clients: [], personas: [], seed_list: [], findings: [] };
let view = null;
let version = 0;
let epoch = "";
let asking = null;
/** Settled when the library came. */
let known = null;
/** What was last clicked or stepped to in the mail; null if the card is not about a text. */
let text = null;

const frame = new MailFrame(stage.glass, { onText: textClicked, onKey: keys.pressed });

// ---- an issue, seen in one way

async function open(changed) {
  asking?.abort();
  asking = new AbortController();
  const { key } = state;
  const other = !changed || changed.has("key") || changed.has("newsletter");
  parts();
  if (other) {
    closeCard();
    view = null;
    version = 0;
    views.forget();
    if (key) waiting(key);
  }
  const query = viewQuery();
  listen(key, query, does);
  if (!key) {
    frame.clear();
    return;
  }
  // The first document of a frame comes by its address, for the sake of the policy in its head.
  const fresh = other || changed.has("remote") || !frame.frame;
  if (fresh) loadMail();
  await look(fresh ? query : viewQuery({ html: "1" }), !fresh);
}

/** Asks for the view. */
async function look(query, paint) {
  const { signal } = asking;
  try {
    const [found] = await Promise.all([api.view(state.key, query, signal), known]);
    if (signal.aborted || found.version < version) return;
    if (paint && found.html) paintMail(found.html);
    apply(found);
  } catch (problem) {
    if (problem.name === "AbortError" || signal.aborted) return;
    if (!(problem instanceof api.Refused)) throw problem;
    refused(problem);
  }
}

function paintMail(html) {
  if (frame.frame) frame.paint(html);
  else loadMail();
}

function loadMail() {
  frame.load(api.mailAddress(state.key, viewQuery()), `The mail ${state.key}`);
}

function waiting(key) {
  byId("kicker").textContent = list.titleOf(key.split("/")[0]);
  byId("subject").textContent = key;
  document.title = `${key} · preview`;
  stage.showEmpty();
  stage.showErrors({});
  notice();
  findings.draw(null, []);
  findings.drawSize(null);
}

function apply(found) {
  view = { ...found, epoch };
  version = found.version;
  const subject = found.inbox?.subject || found.key;
  byId("kicker").textContent = [found.newsletter, found.date, found.key].filter(Boolean).join(" · ");
  byId("subject").textContent = byId("subject").title = subject;
  byId("subject").lang = found.language || "en";
  byId("test-send").hidden = false;
  byId("download").href = api.downloadAddress(found.key, viewQuery());
  stage.showErrors(found);
  if (found.state === "ready" || found.stale) stage.showEmpty();
  else {
    frame.clear();
    stage.showEmpty(make("h2", {}, "Nothing to show yet"),
      make("p", {}, "There has been no good render of this issue. Mend the error, save, and the mail appears here."));
  }
  toolbar.show(found);
  if (found.findings) {
    const wrong = found.findings.filter((one) => one.severity === "error").length + (found.state === "ready" ? 0 : 1);
    document.title = `${wrong ? "✗ " : ""}${found.key} · preview`;
  }
  findings.draw(found.findings ?? (found.errors.length ? found.errors : null), library.findings);
  findings.drawSize(found.size, (loc) => textClicked(loc, null));
  remotePictures(found);
  sheet();
  showFinding();
}

function refused({ message, status }) {
  frame.clear();
  findings.draw([], library.findings);
  if (status === 404) {
    stage.showEmpty(make("h2", {}, "There is no such issue"),
      make("p", {}, `newsletters/${state.key}.yaml is not there. It may have another name now: see the list of issues.`));
  } else if (status === 400) {
    const plain = Object.fromEntries(VIEW.map((name) => [name, name === "variant" ? null : ""]));
    const address = addressOf({ ...plain, mode: "light", images: "on" });
    stage.showEmpty(make("h2", {}, "This way of looking does not exist"), make("p", {}, message),
      make("p", {}, make("a", { class: "button", href: address, "data-go": true }, "Show it plainly")));
  } else {
    stage.showEmpty(make("h2", {}, "The view did not come"), make("p", {}, message));
  }
}

function remotePictures({ remote_pictures: number, remote }) {
  if (!number || remote || state.tab !== "mail") return notice();
  const words = number === 1 ? "1 picture is on another site and was not loaded. " : `${number} pictures are on other sites and were not loaded. `;
  return notice(words, make("button", { type: "button", class: "button small", on: { click: () => go({ remote: "1" }) } },
    number === 1 ? "Load it" : "Load them"));
}

function notice(...content) {
  const here = byId("notice");
  const said = content.map((one) => one.textContent ?? one).join("");
  if (said === here.textContent) return;
  here.replaceChildren(...content);
  here.hidden = !content.length;
}

// ---- what the server says

const does = {
  hello(said) {
    live("ready", "Live");
    if (epoch && said.epoch !== epoch) {
      version = 0;
      reload();
    }
    epoch = said.epoch;
    if (state.key && view && said.version !== undefined && said.version !== version) look(viewQuery({ html: "1" }), true);
  },
  mail(said) {
    if (said.key !== state.key || said.version < version) return;
    const recovered = view && view.state !== "ready";
    paintMail(said.html);
    version = said.version;
    afterPaint(() => {
      if (frame.frame) frame.frame.dataset.version = said.version;
      document.dispatchEvent(new CustomEvent("painted", { detail: { version: said.version, at: said.at } }));
      const took = Date.now() - said.at;
      live("ready", "Live", took >= 0 && took < 10_000 ? `, painted in ${took} ms` : "");
      if (view) view.state = "ready";
      stage.showErrors({});
      stage.showEmpty();
      if (recovered) say("Mended: the mail is up to date.");
    });
  },
  broken(said) {
    if (said.key !== state.key) return;
    version = said.version;
    if (view) Object.assign(view, { state: said.state, stale: said.stale, errors: said.errors });
    stage.showErrors(said);
    document.title = `✗ ${said.key} · preview`;
    findings.draw(said.errors, library.findings);
    if (state.tab !== "mail") sheet();
  },
  details(said) {
    if (said.key === state.key && said.version >= version) idly(() => known.then(() => said.key === state.key && apply(said)));
  },
  library(said) {
    if (said.findings) library.findings = said.findings;
    if (said.personas) toolbar.personas(said.personas);
    if (said.seed_list) library.seed_list = said.seed_list;
    if (said.newsletters || said.gone || said.issues) idly(() => list.change(said) || reload());
  },
  trouble({ message }) {
    notice(`The preview had trouble with that: ${message}`);
  },
  bye() {
    live("lost", "The preview was stopped");
  },
  lost() {
    live("lost", "No connection: trying again");
  },
};

/** After what was just changed stands on the screen. */
function afterPaint(then) {
  const channel = new MessageChannel();
  channel.port1.onmessage = then;
  requestAnimationFrame(() => channel.port2.postMessage(0));
}

const idly = (then) => (window.requestIdleCallback ? requestIdleCallback(then, { timeout: 150 }) : setTimeout(then, 30));

function live(standing, words, detail = "") {
  const here = byId("live");
  here.dataset.state = standing;
  byId("live-detail").textContent = detail;
  if (byId("live-words").textContent !== words) byId("live-words").textContent = words;
}

async function reload() {
  try {
    library = await api.library();
  } catch (problem) {
    live("lost", problem.message);
    return;
  }
  byId("newsroom").textContent = library.newsroom;
  list.setLibrary(library);
  toolbar.build(library);
  if (view) toolbar.show(view);
  if (!state.key) list.drawHome(byId("home"));
  findings.draw(view ? view.findings : state.key ? null : [], library.findings);
}

// ---- from a finding or a click to the mail and the YAML

function showFinding() {
  const finding = findings.mark();
  if (finding && view) {
    if (finding === showFinding.last && text === null) return;
    showFinding.last = finding;
    text = null;
    frame.show(finding.loc);
    source.open(state.key, view.places, { loc: finding.loc, finding, close: closeCard });
  } else if (text === null) {
    showFinding.last = null;
    frame.forget();
    source.shut();
  }
}

function textClicked(loc, link, scroll = false) {
  if (!view) return;
  text = loc;
  if (state.finding) go({ finding: "" });
  if (state.tab !== "mail") go({ tab: "mail" });
  pane("mail");
  frame.show(loc, { scroll: scroll || document.activeElement?.closest?.("#size") });
  source.open(state.key, view.places, { loc, link, close: closeCard });
}

/** The next text of the mail, or the one before: what a mouse does by clicking. */
function stepText(by) {
  const locs = frame.locs();
  if (!locs.length) return;
  const at = locs.indexOf(text);
  textClicked(locs[at < 0 ? (by > 0 ? 0 : locs.length - 1) : (at + by + locs.length) % locs.length], null, true);
}

function closeCard() {
  text = null;
  showFinding.last = null;
  frame.forget();
  source.shut();
  if (state.finding) go({ finding: "" });
}

// ---- the parts of the page

function parts() {
  const { key, tab } = state;
  for (const id of ["title", "tabs", "options"]) byId(id).hidden = !key;
  byId("home").hidden = Boolean(key);
  byId("stage").hidden = !key || tab !== "mail";
  byId("sheet").hidden = !key || tab === "mail";
  byId("pane-findings").hidden = !key && !library.findings.length;
  byId("test-send").hidden = !key || !view;
  if (!key) {
    list.drawHome(byId("home"));
    findings.draw([], library.findings);
    findings.drawSize(null);
    document.title = state.newsletter ? `${list.titleOf(state.newsletter)} · preview` : "Preview";
  }
  document.body.dataset.seen = key ? "issue" : "home";
}

function sheet() {
  if (state.key && state.tab !== "mail" && view) views.draw(byId("sheet"), view);
}

function pane(name) {
  document.body.dataset.pane = name;
  for (const button of document.querySelectorAll(".switch button")) {
    button.setAttribute("aria-pressed", String(button.dataset.pane === name));
  }
}

onChange((now, changed) => {
  toolbar.follow();
  toolbar.followTabs();
  if (changed.has("width")) stage.fit(stage.widthShown());
  if (["newsletter", "key", ...VIEW].some((name) => changed.has(name))) {
    open(changed);
    if (changed.has("key") || changed.has("newsletter")) {
      list.draw();
      pane(now.key || now.newsletter ? "mail" : "issues");
    }
    return;
  }
  if (changed.has("tab")) {
    parts();
    if (view) {
      toolbar.show(view);
      remotePictures(view);
    }
    if (now.tab === "mail") stage.fit(stage.widthShown());
  }
  if (changed.has("finding")) {
    if (now.finding) {
      pane("mail");
      text = null;
    }
    showFinding();
  }
  if (["tab", "against", "clients", "modes", "widths"].some((name) => changed.has(name))) {
    if (!changed.has("tab")) views.forget();
    sheet();
  }
});

const after = (values, value) => values[(values.indexOf(value) + 1) % values.length];
const withIssue = (does) => () => (state.key ? void does() : false);

keys.build([
  { keys: ["?"], words: "Show this", does: keys.showHelp },
  { keys: ["/"], words: "Search issues", does: () => { pane("issues"); byId("search").focus(); } },
  { keys: ["[", "]"], words: "Issue before, next issue", does: (key) => {
    const next = list.neighbour(key === "]" ? 1 : -1);
    if (next) go({ key: next });
  } },
  { keys: ["j", "k"], words: "Next finding, finding before", does: (key) => findings.step(key === "j" ? 1 : -1) },
  { keys: ["n", "p"], words: "Next text of the mail, text before: shows its line of YAML", does: (key) => stepText(key === "n" ? 1 : -1) },
  { keys: ["e"], words: "Open that line in the editor", does: () => {
    const link = byId("open-editor");
    return link ? link.click() : false;
  } },
  { keys: ["1", "2", "3", "4"], words: "320, 375, 600, 800 pixels wide", does: (key) => go({ width: String(stage.WIDTHS[key - 1]) }) },
  { keys: ["d"], words: "Light, dark, forced dark", does: withIssue(() => go({ mode: after(["light", "dark", "forced"], state.mode) })) },
  { keys: ["i"], words: "Images on or off", does: withIssue(() => go({ images: state.images === "on" ? "off" : "on" })) },
  { keys: ["c"], words: "Next mail program", does: withIssue(() => {
    const names = library.clients.map((one) => one.name);
    const next = after(names, state.client || names[0]);
    go({ client: next === names[0] ? "" : next });
  }) },
  { keys: ["r"], words: "Next reader", does: withIssue(() => go({ persona: after(["", ...library.personas.map((one) => one.name)], state.persona), variant: null })) },
  { keys: ["m"], words: "Back to the mail", does: withIssue(() => { go({ tab: "mail" }); pane("mail"); }) },
  { keys: ["s"], words: "Send a test", does: withIssue(() => byId("test-send").click()) },
  { keys: ["Escape"], shown: ["Esc"], words: "Close what was opened", does: () => void (toolbar.shutLog() || closeCard()) },
]);

byId("help").addEventListener("click", keys.showHelp);
byId("test-send").addEventListener("click", () => view && testSend.open(library.seed_list, view));
for (const button of document.querySelectorAll(".switch button")) {
  button.addEventListener("click", () => pane(button.dataset.pane));
}
const wide = matchMedia("(min-width: 64rem)");
const unfold = () => { byId("options").open = wide.matches; };
wide.addEventListener("change", unfold);
unfold();

toolbar.buildTabs();
stage.build();
list.build();
pane(state.key || state.newsletter ? "mail" : "issues");
known = reload();
open();
