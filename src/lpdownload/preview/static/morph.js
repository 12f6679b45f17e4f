// Makes one document like another, touching only what differs: scroll, focus and loaded pictures stay.

const ELEMENT = Node.ELEMENT_NODE;
const DANGEROUS = "script, base, iframe, frame, object, embed, portal, meta[http-equiv=refresh i]";
const ADDRESSES = ["href", "src", "action", "formaction", "xlink:href", "data"];
const RUNS = /^[\u0000-\u0020]*(javascript|vbscript)[\u0000-\u0020]*:/i;

/** Makes `old` the document that `html` says. Returns whether the body had to be replaced as a whole. */
export function morphDocument(old, html) {
  // The frame's own parser: ours would put the page's policy on the mail, which forbids styles.
  const next = disarmed(new old.defaultView.DOMParser().parseFromString(html, "text/html"));
  attributes(old.documentElement, next.documentElement);
  children(old.head, next.head);
  if (alike(old.body.firstElementChild, next.body.firstElementChild)) {
    morph(old.body, next.body);
    return false;
  }
  const { scrollTop } = old.scrollingElement;
  attributes(old.body, next.body);
  old.body.replaceChildren(...next.body.childNodes);
  old.scrollingElement.scrollTop = scrollTop;
  return true;
}

/** Takes out what could run or load a page. The frame's sandbox and policy forbid it too; this is a second lock. */
export function disarmed(page) {
  for (const element of page.querySelectorAll(DANGEROUS)) element.remove();
  for (const element of page.querySelectorAll("*")) {
    for (const name of element.getAttributeNames()) if (name.startsWith("on")) element.removeAttribute(name);
    for (const name of ADDRESSES) {
      const address = element.getAttribute(name);
      if (address && RUNS.test(address.replace(/[\t\n\r]/g, ""))) element.removeAttribute(name);
    }
  }
  return page;
}

function morph(old, next) {
  if (old.nodeType !== ELEMENT) {
    if (old.nodeValue !== next.nodeValue) old.nodeValue = next.nodeValue;
    return;
  }
  if (old.isEqualNode(next)) return;
  attributes(old, next);
  children(old, next);
}

function attributes(old, next) {
  for (const attribute of next.attributes) {
    // By node, for setAttribute refuses names that a parser takes.
    if (old.getAttribute(attribute.name) !== attribute.value) old.setAttributeNode(attribute.cloneNode());
  }
  if (old.attributes.length === next.attributes.length) return;
  for (const name of old.getAttributeNames()) if (!next.hasAttribute(name)) old.removeAttribute(name);
}

/** Children that say the same are paired from both ends; of the rest, as many as there are on both sides. */
function children(old, next) {
  const from = [...old.childNodes];
  const to = [...next.childNodes];
  let start = 0;
  const ends = [from.length, to.length];
  if (from.length !== to.length) {
    while (start < Math.min(...ends) && same(from[start], to[start])) morph(from[start], to[start++]);
    while (Math.min(...ends) > start && same(from[ends[0] - 1], to[ends[1] - 1])) {
      morph(from[--ends[0]], to[--ends[1]]);
    }
  }
  const after = from[ends[0]] ?? null;
  const paired = Math.min(...ends);
  for (let at = start; at < paired; at++) {
    if (from[at].nodeName === to[at].nodeName) morph(from[at], to[at]);
    else from[at].replaceWith(to[at]);
  }
  for (let at = paired; at < ends[0]; at++) from[at].remove();
  for (let at = paired; at < ends[1]; at++) old.insertBefore(to[at], after);
}

const same = (old, next) => old.nodeName === next.nodeName && old.textContent === next.textContent;

function alike(old, next) {
  return Boolean(old && next) && old.nodeName === next.nodeName;
}
