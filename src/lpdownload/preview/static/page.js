// The parts of the page: which are there, and which is shown where there is room for one.

import { byId } from "/static/elements.js";
import * as findings from "/static/findings.js";
import * as list from "/static/list.js";
import { shown } from "/static/shown.js";
import { state } from "/static/state.js";

/** Shows what belongs to the state. */
export function arrange() {
  const { key, tab } = state;
  const refused = Boolean(key && shown.refused);
  byId("title").hidden = !key;
  byId("tabs").hidden = byId("options").hidden = !key || refused;
  byId("home").hidden = Boolean(key);
  byId("stage").hidden = !key || (tab !== "mail" && !refused);
  byId("sheet").hidden = !key || tab === "mail" || refused;
  byId("pane-findings").hidden = refused || (!key && !shown.library.findings.length);
  byId("test-send").hidden = !key || !shown.view;
  if (!key) {
    list.drawHome(byId("home"));
    findings.draw([], shown.library.findings);
    findings.drawSize(null);
    document.title = state.newsletter ? `${list.titleOf(state.newsletter)} · preview` : "Preview";
  }
}

export function showPane(name) {
  document.body.dataset.pane = name;
  for (const button of document.querySelectorAll(".switch button")) {
    button.setAttribute("aria-pressed", String(button.dataset.pane === name));
  }
}

export function notice(...content) {
  const here = byId("notice");
  const said = content.map((one) => one.textContent ?? one).join("");
  if (said === here.textContent) return;
  here.replaceChildren(...content);
  here.hidden = !content.length;
}

/** Whether the page hears from the server. */
export function showLive(standing, words, detail = "") {
  byId("live").dataset.state = standing;
  byId("live-detail").textContent = detail;
  // Said once: a screen reader repeats what is set again.
  if (byId("live-words").textContent !== words) byId("live-words").textContent = words;
}

export function build() {
  for (const button of document.querySelectorAll(".switch button")) {
    button.addEventListener("click", () => showPane(button.dataset.pane));
  }
  const wide = matchMedia("(min-width: 64rem)");
  const unfold = () => { byId("options").open = wide.matches; };
  wide.addEventListener("change", unfold);
  unfold();
  showPane(state.key || state.newsletter ? "mail" : "issues");
}
