// Begins; and what happens when the state changes.

import { byId } from "/static/elements.js";
import * as findings from "/static/findings.js";
import * as issue from "/static/issue.js";
import * as keys from "/static/keys.js";
import * as list from "/static/list.js";
import * as page from "/static/page.js";
import { close, followFinding, stepText } from "/static/pointing.js";
import { shown } from "/static/shown.js";
import * as stage from "/static/stage.js";
import { go, onChange, state, VIEW } from "/static/state.js";
import * as testSend from "/static/test-send.js";
import * as toolbar from "/static/toolbar.js";
import * as views from "/static/views.js";

onChange((now, changed) => {
  const any = (...names) => names.some((name) => changed.has(name));
  toolbar.follow();
  toolbar.followTabs();
  if (changed.has("width")) stage.fit(stage.widthShown());
  if (any("newsletter", "key")) {
    list.draw();
    page.showPane(now.key || now.newsletter ? "mail" : "issues");
  }
  if (any("newsletter", "key", ...VIEW)) {
    issue.open(changed);
    return;
  }
  if (changed.has("tab")) {
    page.arrange();
    issue.offerPictures();
  }
  if (changed.has("finding")) {
    if (now.finding) page.showPane("mail");
    followFinding();
  }
  if (any("tab", "against", "clients", "modes", "widths")) {
    if (!changed.has("tab")) views.forget();
    issue.drawSheet();
  }
});

const after = (values, value) => values[(values.indexOf(value) + 1) % values.length];
const names = (values) => values.map((one) => one.name);
/** Only where an issue is open; elsewhere the key stays the browser's. */
const ofIssue = (does) => (key) => (state.key ? void does(key) : false);

keys.build([
  { keys: ["?"], words: "Show this", does: () => keys.showHelp() },
  { keys: ["/"], words: "Search issues", does: () => {
    page.showPane("issues");
    byId("search").focus();
  } },
  { keys: ["[", "]"], words: "Issue before, next issue", does: (key) => {
    const next = list.neighbour(key === "]" ? 1 : -1);
    if (next) go({ key: next });
  } },
  { keys: ["j", "k"], words: "Next finding, finding before", does: ofIssue((key) => findings.step(key === "j" ? 1 : -1)) },
  { keys: ["n", "p"], words: "Next text of the mail, text before: shows its line of YAML", does: ofIssue((key) => stepText(key === "n" ? 1 : -1)) },
  { keys: ["e"], words: "Open that line in the editor", does: () => {
    const link = byId("open-editor");
    return link ? link.click() : false;
  } },
  { keys: ["1", "2", "3", "4"], words: "320, 375, 600, 800 pixels wide", does: ofIssue((key) => go({ width: String(stage.WIDTHS[key - 1]) })) },
  { keys: ["d"], words: "Light, dark, forced dark", does: ofIssue(() => go({ mode: after(["light", "dark", "forced"], state.mode) })) },
  { keys: ["i"], words: "Images on or off", does: ofIssue(() => go({ images: state.images === "on" ? "off" : "on" })) },
  { keys: ["c"], words: "Next mail program", does: ofIssue(() => {
    const all = names(shown.library.clients);
    const next = after(all, state.client || all[0]);
    go({ client: next === all[0] ? "" : next });
  }) },
  { keys: ["r"], words: "Next reader", does: ofIssue(() => go({ persona: after(["", ...names(shown.library.personas)], state.persona), variant: null })) },
  { keys: ["m"], words: "Back to the mail", does: ofIssue(() => {
    go({ tab: "mail" });
    page.showPane("mail");
  }) },
  { keys: ["s"], words: "Send a test", does: ofIssue(() => byId("test-send").click()) },
  { keys: ["Escape"], shown: ["Esc"], words: "Close what was opened", does: () => void (toolbar.shutLog() || close()) },
]);

byId("help").addEventListener("click", () => keys.showHelp());
byId("test-send").addEventListener("click", () => shown.view && testSend.open(shown.library.seed_list, shown.view));
page.build();
toolbar.buildTabs();
stage.build();
list.build();
issue.start();
