// What is looked at, kept in the address: every state has a link, and the back button works.

/** Defaults are left out of the address. */
const DEFAULTS = {
  client: "", mode: "light", images: "on", persona: "", variant: null, remote: "",
  tab: "mail", width: "", against: "", finding: "", clients: "", modes: "", widths: "",
};
/** Of these the server makes the mail. */
export const VIEW = ["client", "mode", "images", "persona", "variant", "remote"];
/** Another of these is another place to go back from; the rest are adjustments. */
const PLACES = ["newsletter", "key", "tab"];

export const TABS = ["mail", "inbox", "text", "mjml", "html", "headers", "matrix", "compare"];
const MODES = ["light", "dark", "forced"];

export let state = read(location);
const listeners = [];

/** Calls `listener(state, changed)` after each change; `changed` is a Set of names. */
export function onChange(listener) {
  listeners.push(listener);
}

function read(place) {
  const [newsletter = "", issue = ""] = place.pathname.split("/").filter(Boolean).map(decoded);
  const query = new URLSearchParams(place.search);
  const found = { newsletter, key: issue ? `${newsletter}/${issue}` : "" };
  for (const [name, value] of Object.entries(DEFAULTS)) found[name] = query.get(name) ?? value;
  if (!TABS.includes(found.tab)) found.tab = "mail";
  if (!MODES.includes(found.mode)) found.mode = "light";
  if (found.images !== "off") found.images = "on";
  if (!(Number(found.width) >= 280 && Number(found.width) <= 1400)) found.width = "";
  return found;
}

function decoded(step) {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

export function pathOf(key) {
  return `/${key.split("/").map(encodeURIComponent).join("/")}`;
}

/** The address of the state with `changes`. Another issue keeps how it is looked at, not what was found in it. */
export function addressOf(changes = {}) {
  const next = withChanges(changes);
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(DEFAULTS)) {
    if (next[name] !== value && next[name] !== null) query.set(name, next[name]);
  }
  const search = query.toString();
  return pathOf(next.key || next.newsletter) + (search ? `?${search}` : "");
}

function withChanges(changes) {
  const other = "key" in changes && changes.key !== state.key;
  const reset = other ? { finding: "", against: "", remote: "" } : {};
  const next = { ...state, ...reset, ...changes };
  if ("key" in changes && changes.key) next.newsletter = changes.key.split("/")[0];
  return next;
}

export function go(changes) {
  const next = withChanges(changes);
  const changed = differences(state, next);
  if (!changed.size) return;
  const address = addressOf(changes);
  state = next;
  const push = PLACES.some((name) => changed.has(name));
  history[push ? "pushState" : "replaceState"](null, "", address);
  tell(changed);
}

function differences(old, next) {
  return new Set(Object.keys(next).filter((name) => next[name] !== old[name]));
}

function tell(changed) {
  for (const listener of listeners) listener(state, changed);
}

/** The query of a request about the mail. */
export function viewQuery(extra = {}) {
  const query = new URLSearchParams();
  for (const name of VIEW) {
    if (state[name] !== DEFAULTS[name] && state[name] !== null) query.set(name, state[name]);
  }
  for (const [name, value] of Object.entries(extra)) query.set(name, value);
  return query.toString();
}

addEventListener("popstate", () => {
  const next = read(location);
  const changed = differences(state, next);
  state = next;
  if (changed.size) tell(changed);
});

// A plain click on a link into the preview changes the state; with a modifier the browser opens it.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-go]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const next = read(new URL(link.href));
  go("keep" in link.dataset ? { newsletter: next.newsletter, key: next.key } : next);
});
