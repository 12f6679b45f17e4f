// Shortcuts of one key. They rest while one types, and whoever is disturbed by them turns them off.

import { byId, make } from "/static/elements.js";

const OFF = "lpdownload-preview-keys-off";
const TYPING = "input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select, [contenteditable]";

/** Each: keys, what it does in words, and the function. */
let shortcuts = [];

export function build(found) {
  shortcuts = found;
  document.addEventListener("keydown", pressed);
}

/** Also for keys that are pressed inside the mail. */
export function pressed(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest?.(TYPING)) return;
  if (document.querySelector("dialog[open]")) return;
  if (off() && event.key !== "Escape" && event.key !== "?") return;
  const shortcut = shortcuts.find((one) => one.keys.includes(event.key));
  if (!shortcut) return;
  if (shortcut.does(event.key) !== false) event.preventDefault();
}

function off() {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false;
  }
}

function turn(on) {
  try {
    if (on) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  } catch {
    // a browser that keeps nothing
  }
}

export function showHelp() {
  const dialog = byId("shortcuts");
  dialog.replaceChildren(
    make("h2", { id: "shortcuts-title" }, "Keyboard shortcuts"),
    make("dl", { class: "keys" }, shortcuts.flatMap((one) => [
      make("dt", {}, (one.shown ?? one.keys).map((key) => make("kbd", {}, key))), make("dd", {}, one.words),
    ])),
    make("label", { class: "check" }, make("input", {
      type: "checkbox", checked: !off(), on: { change: ({ target }) => turn(target.checked) },
    }), "Use single-key shortcuts"),
    make("div", { class: "buttons" }, make("button", { type: "button", class: "button main", on: { click: () => dialog.close() } }, "Close")),
  );
  dialog.showModal();
}
