// From a finding or a click to its place in the mail, and to its line of the YAML.

import * as findings from "/static/findings.js";
import { MailFrame } from "/static/frame.js";
import { pressed } from "/static/keys.js";
import { showPane } from "/static/page.js";
import { shown } from "/static/shown.js";
import * as source from "/static/source.js";
import { glass } from "/static/stage.js";
import { go, state } from "/static/state.js";

export const frame = new MailFrame(glass, { onText: pointTo, onKey: pressed });

/** The loc of the text that was clicked or stepped to; null if none was. */
let text = null;
/** The id and version of the finding that is shown, not to scroll to it at each save. */
let pointed = "";

/** Shows the finding of the state, or nothing if there is none. */
export function followFinding() {
  const finding = findings.mark();
  if (!finding) {
    if (text === null) put();
    return;
  }
  const { view } = shown;
  if (!view || pointed === finding.id) return;
  text = null;
  pointed = finding.id;
  frame.show(finding.loc);
  source.open(state.key, view.places, { loc: finding.loc, finding, close });
}

/** Shows where a text of the mail comes from. `link` if it was a link that was clicked. */
export function pointTo(loc, link = null, { scroll = false } = {}) {
  if (!shown.view) return;
  pointed = "";
  text = loc;
  go({ finding: "", tab: "mail" });
  showPane("mail");
  frame.show(loc, { scroll });
  source.open(state.key, shown.view.places, { loc, link, close });
}

/** The next text of the mail, or the one before: what a mouse does by clicking. */
export function stepText(by) {
  const locs = frame.locs();
  if (!locs.length) return;
  const at = locs.indexOf(text);
  const next = at < 0 ? (by > 0 ? 0 : locs.length - 1) : (at + by + locs.length) % locs.length;
  pointTo(locs[next], null, { scroll: true });
}

export function close() {
  text = null;
  put();
  go({ finding: "" });
}

function put() {
  pointed = "";
  frame.forget();
  source.shut();
}
