// What is on the page now; the modules that change it say so.

export const shown = {
  library: { newsletters: [], clients: [], personas: [], seed_list: [], findings: [] },
  /** The last answer about the issue; null until it comes, and if there is none. */
  view: null,
  /** Of the render that is painted; it grows while the server runs. */
  version: 0,
  /** Which run of the server. */
  epoch: "",
  /** Why there is no view: the server's answer. */
  refused: null,
};
