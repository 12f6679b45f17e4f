// An issue, seen in one way: asks for it, paints it, and follows what the server says of it.

import * as api from "/static/api.js";
import { byId, make, say } from "/static/elements.js";
import * as findings from "/static/findings.js";
import * as list from "/static/list.js";
import { listen } from "/static/live.js";
import { arrange, notice, showLive } from "/static/page.js";
import { close, followFinding, frame, pointTo } from "/static/pointing.js";
import { shown } from "/static/shown.js";
import * as stage from "/static/stage.js";
import { addressOf, go, state, VIEW, viewQuery } from "/static/state.js";
import * as toolbar from "/static/toolbar.js";
import * as views from "/static/views.js";

let asking = null;
/** Settled when the list of issues came for the first time. */
let listed = null;

export function start() {
  listed = loadLibrary();
  open(null);
}

/** What the state says; `changed` are the names that did, null at first. */
export async function open(changed) {
  asking?.abort();
  asking = new AbortController();
  const { key } = state;
  const other = !changed || changed.has("key") || changed.has("newsletter") || shown.refused;
  shown.refused = null;
  if (other) {
    shown.view = null;
    shown.version = 0;
    if (changed?.has("key")) close();
    views.forget();
    if (key) wait(key);
  }
  arrange();
  const query = viewQuery();
  listen(key, query, does);
  if (!key) return frame.clear();
  // The first document of a frame comes by its address, for the sake of the policy in its head.
  const fresh = other || changed.has("remote") || !frame.frame;
  if (fresh) loadMail();
  return look(fresh ? query : viewQuery({ html: "1" }), !fresh);
}

function loadMail() {
  frame.load(api.mailAddress(state.key, viewQuery()), `The mail ${state.key}`);
}

function paint(html) {
  if (frame.frame) frame.paint(html);
  else loadMail();
}

/** Asks for the view, and paints what it brings if `painting`. */
async function look(query, painting) {
  const { signal } = asking;
  try {
    const [view] = await Promise.all([api.view(state.key, query, signal), listed]);
    if (signal.aborted || view.version < shown.version) return;
    if (painting && view.html) paint(view.html);
    apply(view);
  } catch (problem) {
    if (problem.name === "AbortError" || signal.aborted) return;
    if (!(problem instanceof api.Refused)) throw problem;
    refuse(problem);
  }
}

function wait(key) {
  byId("kicker").textContent = list.titleOf(key.split("/")[0]);
  byId("subject").textContent = byId("subject").title = key;
  document.title = `${key} · preview`;
  stage.showEmpty();
  stage.showErrors({});
  notice();
  findings.draw(null, []);
  findings.drawSize(null);
}

function apply(view) {
  shown.view = view;
  shown.version = view.version;
  byId("kicker").textContent = [view.newsletter, view.date, view.key].filter(Boolean).join(" · ");
  byId("subject").textContent = byId("subject").title = view.inbox?.subject || view.key;
  byId("subject").lang = view.language || "en";
  byId("test-send").hidden = false;
  byId("download").href = api.downloadAddress(view.key, viewQuery());
  const broken = view.state !== "ready";
  document.title = `${broken || view.findings?.some((one) => one.severity === "error") ? "✗ " : ""}${view.key} · preview`;
  stage.showErrors(view);
  if (!broken || view.stale) stage.showEmpty();
  else {
    frame.clear();
    stage.showEmpty(make("h2", {}, "Nothing to show yet"),
      make("p", {}, "There has been no good render of this issue. Mend the error, save, and the mail appears here."));
  }
  toolbar.show(view);
  findings.draw(view.findings ?? (view.errors.length ? view.errors : null), shown.library.findings);
  findings.drawSize(view.size, (loc) => pointTo(loc, null, { scroll: true }));
  offerPictures();
  drawSheet();
  followFinding();
}

/** The tab beside the mail, if one is open. */
export function drawSheet() {
  if (state.key && state.tab !== "mail" && shown.view) views.draw(byId("sheet"), shown.view);
}

/** Pictures of other sites are not asked for by themselves. */
export function offerPictures() {
  const { remote_pictures: number = 0, remote } = shown.view ?? {};
  if (!number || remote || state.tab !== "mail") return notice();
  const one = number === 1;
  return notice(one ? "1 picture is on another site and was not loaded. " : `${number} pictures are on other sites and were not loaded. `,
    make("button", { type: "button", class: "button small", on: { click: () => go({ remote: "1" }) } }, one ? "Load it" : "Load them"));
}

function refuse(problem) {
  shown.refused = problem;
  shown.view = null;
  frame.clear();
  arrange();
  // An issue that is not there may come: the list tells.
  listen("", "", does);
  if (problem.status === 404) {
    stage.showEmpty(make("h2", {}, "There is no such issue"),
      make("p", {}, `newsletters/${state.key}.yaml is not there. It may have another name now: see the list of issues.`));
  } else if (problem.status === 400) {
    const plain = Object.fromEntries(VIEW.map((name) => [name, name === "variant" ? null : ""]));
    stage.showEmpty(make("h2", {}, "This way of looking does not exist"), make("p", {}, problem.message), make("p", {}, make(
      "a", { class: "button", href: addressOf({ ...plain, mode: "light", images: "on" }), "data-go": true }, "Show it plainly",
    )));
  } else {
    stage.showEmpty(make("h2", {}, "The view did not come"), make("p", {}, problem.message));
  }
}

async function loadLibrary() {
  try {
    shown.library = await api.library();
  } catch (problem) {
    showLive("lost", problem.message);
    return;
  }
  byId("newsroom").textContent = shown.library.newsroom;
  list.setLibrary(shown.library);
  toolbar.build(shown.library);
  if (shown.view) {
    toolbar.show(shown.view);
    findings.draw(shown.view.findings, shown.library.findings);
  }
  if (!state.key) arrange();
}

const does = {
  hello({ epoch, version }) {
    showLive("ready", "Live");
    const restarted = shown.epoch && epoch !== shown.epoch;
    shown.epoch = epoch;
    if (restarted) {
      shown.version = 0;
      views.forget();
      loadLibrary();
    }
    if (shown.view && (restarted || (version !== undefined && version !== shown.version))) look(viewQuery({ html: "1" }), true);
  },
  mail(said) {
    if (said.key !== state.key || said.version < shown.version) return;
    paint(said.html);
    shown.version = said.version;
    afterPaint(() => painted(said));
  },
  broken(said) {
    if (said.key !== state.key) return;
    shown.version = said.version;
    if (shown.view) Object.assign(shown.view, { state: said.state, stale: said.stale, errors: said.errors });
    stage.showErrors(said);
    document.title = `✗ ${said.key} · preview`;
    findings.draw(said.errors, shown.library.findings);
  },
  details(said) {
    if (said.key === state.key && said.version >= shown.version) idly(() => listed.then(() => said.key === state.key && apply(said)));
  },
  library(said) {
    const { library } = shown;
    if (said.findings) library.findings = said.findings;
    if (said.personas) toolbar.personas(said.personas);
    if (said.seed_list) library.seed_list = said.seed_list;
    if (said.newsletters || said.gone || said.issues) idly(() => list.change(said) || loadLibrary());
    else if (said.findings && !state.key) arrange();
    if (shown.refused && said.issues?.some((one) => one.key === state.key)) open(null);
  },
  trouble({ message }) {
    notice(`The preview had trouble with that: ${message}`);
  },
  bye() {
    showLive("lost", "The preview was stopped");
  },
  lost() {
    showLive("lost", "No connection: trying again");
  },
};

function painted({ version, at }) {
  if (frame.frame) frame.frame.dataset.version = version;
  document.dispatchEvent(new CustomEvent("painted", { detail: { version, at } }));
  const took = Date.now() - at;
  showLive("ready", "Live", took >= 0 && took < 10_000 ? `, painted in ${took} ms` : "");
  if (shown.view && shown.view.state !== "ready") {
    Object.assign(shown.view, { state: "ready", stale: false, errors: [] });
    say("Mended: the mail is up to date.");
  }
  stage.showErrors({});
  stage.showEmpty();
}

/** After what was just changed stands on the screen. */
function afterPaint(then) {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    channel.port1.close();
    then();
  };
  requestAnimationFrame(() => channel.port2.postMessage(0));
}

const idly = (then) => (window.requestIdleCallback ? requestIdleCallback(then, { timeout: 150 }) : setTimeout(then, 30));
