// The dialog that sends a test of what is shown.

import * as api from "/static/api.js";
import { byId, make, placeOf } from "/static/elements.js";
import { state, viewQuery } from "/static/state.js";

export function open(seeds, view) {
  const dialog = byId("sending");
  const boxes = seeds.map((address) => make("input", { type: "checkbox", name: "to", value: address, checked: true }));
  const result = make("div", { class: "result", role: "status" });
  const send = make("button", { type: "submit", class: "button main", disabled: !seeds.length }, "Send the test");
  const form = make("form", { method: "dialog", on: { submit: (event) => {
    event.preventDefault();
    submit(boxes.filter((box) => box.checked).map((box) => box.value), send, result);
  } } },
    make("p", {}, shownWords(view)),
    seeds.length
      ? make("fieldset", {}, make("legend", {}, "To"), boxes.map((box) => make("label", { class: "check" }, box, box.value)))
      : make("p", { class: "problem" }, "There is nobody to send it to yet: write addresses under ", make("code", {}, "seed_list:"), " in network.yaml."),
    result,
    make("div", { class: "buttons" }, make("button", { type: "button", class: "button", on: { click: () => dialog.close() } }, "Close"), send));
  dialog.replaceChildren(make("h2", { id: "sending-title" }, "Send a test"), form);
  dialog.showModal();
}

function shownWords(view) {
  const whom = view.persona ? `as ${view.persona} gets it` : "as nobody in particular gets it";
  return `${view.key}, ${whom}. It goes to the outbox: the message is written to a file, and no mail leaves this computer.`;
}

async function submit(to, send, result) {
  if (!to.length) return result.replaceChildren(make("p", { class: "problem" }, "Choose an address."));
  send.disabled = true;
  try {
    const { sent } = await api.sendTest(state.key, viewQuery(), to);
    result.replaceChildren(make("ul", {}, sent.map((one) => make(
      "li", {}, make("strong", {}, one.address), ` ${one.outcome}`, one.file && make("code", { class: "file" }, one.file),
    ))));
  } catch (problem) {
    result.replaceChildren(make("p", { class: "problem" }, problem.message),
      make("ul", {}, (problem.findings ?? []).map((one) => make("li", {}, one.message, " ", placeOf(one.place)))));
  }
  send.disabled = false;
  return undefined;
}
