// Asks the server.

import { pathOf } from "/static/state.js";

/** What the server said instead of an answer; `findings` and `status` as it sent them. */
export class Refused extends Error {
  constructor(message, status, findings = []) {
    super(message);
    this.status = status;
    this.findings = findings;
  }
}

async function answer(response) {
  let body = null;
  try {
    body = await response.json();
  } catch {
    // not JSON: the status says it
  }
  if (response.ok && body !== null) return body;
  throw new Refused(body?.error ?? `The server answered ${response.status}.`, response.status, body?.findings);
}

async function ask(address, options) {
  try {
    return await answer(await fetch(address, options));
  } catch (problem) {
    if (problem instanceof Refused || problem.name === "AbortError") throw problem;
    throw new Refused("The preview does not answer. Is it still running?", 0);
  }
}

const withQuery = (path, query) => (query ? `${path}?${query}` : path);

export const library = () => ask("/api/library");
export const view = (key, query, signal) => ask(withQuery(`/api/view${pathOf(key)}`, query), { signal });
export const tab = (name, key, query, signal) =>
  ask(withQuery(`/api/tab/${name}${pathOf(key)}`, query), { signal });
export const compare = (key, query, signal) =>
  ask(withQuery(`/api/compare${pathOf(key)}`, query), { signal });
export const pixels = (key, query, signal) => ask(withQuery(`/api/pixels${pathOf(key)}`, query), { signal });
export const lines = (key, query, signal) => ask(withQuery(`/api/lines${pathOf(key)}`, query), { signal });
export const mailAddress = (key, query) => withQuery(`/mail${pathOf(key)}`, query);
export const downloadAddress = (key, query) => withQuery(`/download${pathOf(key)}.eml`, query);

export const sendTest = (key, query, to) =>
  ask(withQuery(`/api/test-send${pathOf(key)}`, query), {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Lpdownload": "preview" },
    body: JSON.stringify({ to }),
  });
