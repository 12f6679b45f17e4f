// The line on which the server says what changed. It is opened anew for each view, and rests in a hidden page.

const REST_AFTER = 60_000;
const EVENTS = ["hello", "mail", "broken", "details", "library", "trouble", "bye"];

let source = null;
let opening = null;
let resting = 0;

/** Listens for `key` seen with `query`; `does[event](data)` for each event, `does.lost()` if the line breaks. */
export function listen(key, query, does) {
  opening = () => {
    source?.close();
    const asked = new URLSearchParams(query);
    if (key) asked.set("key", key);
    const line = new EventSource(`/api/events?${asked}`);
    source = line;
    for (const event of EVENTS) {
      line.addEventListener(event, ({ data }) => {
        if (line === source) does[event]?.(JSON.parse(data));
      });
    }
    line.addEventListener("error", () => {
      if (line !== source) return;
      does.lost();
      // A browser gives up for good when the answer is an error; the server may only be starting again.
      if (line.readyState === EventSource.CLOSED) setTimeout(() => line === source && opening(), 1000);
    });
  };
  opening();
}

// A browser allows six lines to one server: pages that nobody sees give theirs back.
document.addEventListener("visibilitychange", () => {
  clearTimeout(resting);
  if (document.hidden) {
    resting = setTimeout(() => {
      source?.close();
      source = null;
    }, REST_AFTER);
  } else if (!source) {
    opening?.();
  }
});

