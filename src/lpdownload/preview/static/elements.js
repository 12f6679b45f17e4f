// Makes elements; what is data becomes text or an attribute, never markup.

/** make("a", {class: "place", href: url, on: {click}}, "words", child) */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [event, does] of Object.entries(value)) element.addEventListener(event, does);
    else if (name === "style") for (const [key, set] of Object.entries(value)) element.style.setProperty(key, set);
    else if (name === "href") setAddress(element, value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const byId = (id) => document.getElementById(id);

const UNSAFE = /^(javascript|data|vbscript|blob|file):$/;

/** The address if following it cannot run anything here, else null. */
export function safeAddress(address) {
  try {
    return UNSAFE.test(new URL(address, location.href).protocol) ? null : address;
  } catch {
    return null;
  }
}

function setAddress(element, address) {
  if (safeAddress(address) !== null) element.setAttribute("href", address);
}

/** "1 error", "2 errors" */
export function count(number, one, many = `${one}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

export function kilobytes(bytes) {
  return bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(bytes < 10000 ? 1 : 0)} KB`;
}

/** Tells a screen reader, and nobody else. */
export function say(words) {
  byId("said").textContent = words;
}

/** A place in the YAML, as a link that opens the editor there if one is known. */
export function placeOf(place) {
  if (!place) return null;
  const short = place.file.replace(/^newsletters\//, "");
  const words = `${short}:${place.line}:${place.column}`;
  if (!place.editor) return make("code", { class: "place", title: place.file }, words);
  return make("a", { class: "place", href: place.editor, title: `Open ${place.file} in the editor` }, words);
}
