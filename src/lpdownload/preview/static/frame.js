// The mail in its frame: no script runs in it; the page outside paints, listens, scrolls and outlines.

import { make, safeAddress } from "/static/elements.js";
import { disarmed, morphDocument } from "/static/morph.js";

/** Pixels between what is outlined and the edge of the window. */
const EDGE = 12;
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

export class MailFrame {
  /** `onText(loc, link)` when something in the mail is clicked, `onKey(event)` for keys pressed in it. */
  constructor(holder, { onText, onKey }) {
    this.holder = holder;
    this.onText = onText;
    this.onKey = onKey;
    this.frame = null;
    this.pending = null;
    this.spot = outline("spot");
    this.hover = outline("hover");
  }

  get document() {
    return this.ready ? this.frame.contentDocument : null;
  }

  /** Another mail. A new element, for another address in the old one would be a step of the page's history. */
  load(address, title) {
    this.ready = false;
    this.pending = null;
    this.shown = null;
    this.spot.target = this.hover.target = null;
    const frame = make("iframe", { class: "mail", sandbox: "allow-same-origin", src: address, title });
    this.loaded = new Promise((resolve) => {
      frame.addEventListener("load", () => {
        const inside = frame.contentDocument;
        // Null if the server refused: what the browser shows instead is nobody's.
        if (frame !== this.frame || !inside) return resolve();
        this.ready = true;
        disarmed(inside);
        this.listen(inside);
        if (this.pending !== null) this.paint(this.pending);
        return resolve();
      });
    });
    this.frame = frame;
    this.holder.replaceChildren(frame, this.hover.box, this.spot.box);
    this.follow();
    return this.loaded;
  }

  clear() {
    this.frame = this.pending = this.shown = null;
    this.ready = false;
    this.holder.replaceChildren();
  }

  /** Makes the mail what `html` says; what stays is not touched. */
  paint(html) {
    if (!this.ready) {
      this.pending = html;
      return;
    }
    this.pending = null;
    if (html === this.shown) return;
    this.shown = html;
    const { scrollingElement } = this.document;
    const near = scrollingElement.scrollTop;
    morphDocument(this.document, html);
    if (!near) scrollingElement.scrollTop = 0;
    requestAnimationFrame(() => this.follow());
  }

  /** Scrolls to what shows `loc`, or what holds it, and outlines it. Returns whether there is anything. */
  async show(loc, { scroll = true } = {}) {
    await this.loaded;
    const target = this.document && elementOf(this.document, loc);
    this.spot.target = target ?? null;
    this.spot.loc = loc;
    if (target && scroll) this.scrollTo(target);
    this.follow();
    return Boolean(target);
  }

  forget() {
    this.spot.target = null;
    this.follow();
  }

  /** The locs that are shown, in the order of the mail, each once. */
  locs() {
    if (!this.document) return [];
    return [...new Set([...this.document.querySelectorAll("[data-lp]")].map((one) => one.dataset.lp))];
  }

  listen(inside) {
    inside.addEventListener("click", (event) => this.clicked(event), true);
    inside.addEventListener("auxclick", (event) => this.clicked(event), true);
    inside.addEventListener("submit", (event) => event.preventDefault(), true);
    inside.addEventListener("dragstart", (event) => event.preventDefault(), true);
    inside.addEventListener("keydown", (event) => this.onKey(event));
    inside.addEventListener("mouseover", (event) => this.point(event.target.closest?.("[data-lp]")));
    inside.documentElement.addEventListener("mouseleave", () => this.point(null));
    inside.addEventListener("scroll", () => this.follow(), { passive: true });
    this.frame.contentWindow.addEventListener("resize", () => this.keepInSight());
  }

  /** No click goes anywhere; with Ctrl, Alt or the middle button a link opens in a tab that knows nothing of us. */
  clicked(event) {
    const link = event.target.closest?.("a[href], area[href]");
    event.preventDefault();
    const address = link?.getAttribute("href") ?? null;
    const away = event.ctrlKey || event.metaKey || event.altKey || event.button === 1;
    if (away) {
      if (address && /^https?:/i.test(address)) window.open(address, "_blank", "noopener,noreferrer");
      return;
    }
    if (event.button) return;
    const marked = event.target.closest?.("[data-lp]");
    this.onText(marked?.dataset.lp ?? "", address && { address, safe: safeAddress(address) !== null });
  }

  point(element) {
    this.hover.target = element ?? null;
    this.follow();
  }

  /** To the middle if it fits, else to its beginning. Not scrollIntoView, which would move the page outside too. */
  scrollTo(target) {
    const { top, height } = target.getBoundingClientRect();
    const room = this.frame.contentWindow.innerHeight;
    const above = Math.max(EDGE, (room - height) / 2);
    const { scrollingElement } = this.document;
    scrollingElement.scrollTo({
      top: scrollingElement.scrollTop + top - above, behavior: STILL.matches ? "auto" : "smooth",
    });
  }

  /** A card that opens below must not cover what it is about. */
  keepInSight() {
    const rect = this.spot.target?.getBoundingClientRect();
    const room = this.frame.contentWindow.innerHeight;
    if (rect && (rect.bottom > room - EDGE || rect.top < EDGE)) this.scrollTo(this.spot.target);
    this.follow();
  }

  /** Puts the outlines where their elements are now. */
  follow() {
    for (const one of [this.hover, this.spot]) {
      if (one.target && !one.target.isConnected) {
        one.target = (one.loc !== undefined && this.document && elementOf(this.document, one.loc)) || null;
      }
      place(one, this.frame);
    }
  }
}

/** The element of a loc, or of the nearest one around it. */
export function elementOf(inside, loc) {
  const steps = loc.split(".").filter(Boolean);
  for (; steps.length; steps.pop()) {
    const found = inside.querySelector(`[data-lp="${CSS.escape(steps.join("."))}"]`);
    if (found) return found;
  }
  return null;
}

function outline(kind) {
  return { box: make("div", { class: `outline ${kind}`, hidden: true, "aria-hidden": "true" }), target: null };
}

function place({ box, target }, frame) {
  box.hidden = !target;
  if (!target) return;
  const rect = target.getBoundingClientRect();
  const scale = frame.offsetWidth ? frame.getBoundingClientRect().width / frame.offsetWidth : 1;
  const edge = 4;
  box.style.transform = `translate(${rect.left * scale - edge}px, ${rect.top * scale - edge}px)`;
  box.style.width = `${rect.width * scale + 2 * edge}px`;
  box.style.height = `${rect.height * scale + 2 * edge}px`;
}
