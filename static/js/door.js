// 签到: whoever is ticked is kept on the phone at once, sealed to the server's key, and sent as soon as there is a network.
// What is kept holds nothing that can be read but numbers and times; sent twice it is done once.
import { copyOf, csrfHeaders, toast } from "./page.js";
import { envelope, seal } from "./offline/seal.js";
import { able, all, drop, get, put, why } from "./offline/store.js";

const AGAIN = 10e3;
const box = document.querySelector("[data-door]");
const user = Number(box.dataset.user);
const server = { kid: Number(box.dataset.kid), key: box.dataset.key, schema: Number(box.dataset.schema) };
let sending = null;

// --- finding ---
const rows = [...box.querySelectorAll("[data-person]")];
const words = box.querySelector("[data-find]");
words.addEventListener("input", () => {
  const text = words.value.trim().toLowerCase();
  for (const row of rows) row.hidden = !row.dataset.words.toLowerCase().includes(text);
  box.querySelector("[data-none]").hidden = rows.some((row) => !row.hidden);
});

// --- keeping ---
const mine = async () => (await all("door")).filter((row) => row.user === user);
const rowOf = (id) => rows.find((row) => row.dataset.person === String(id));

function mark(row, template) {
  row.querySelector(".wf-row-end").replaceChildren(copyOf(template));
}

async function keep(id, line, more) {
  const bytes = new TextEncoder().encode(JSON.stringify({ ...line, at: new Date().toISOString() }));
  const { head, box: sealed } = await seal(bytes, user, id, server);
  Object.assign(head, { type: "application/json" });
  await put("door", { id, user, url: box.dataset.send, head, box: sealed, state: "waiting", message: "", at: Date.now(), ...more });
}

async function count() {
  const waiting = (await mine()).filter((row) => row.state === "waiting");
  const chip = box.querySelector("[data-waiting]");
  chip.hidden = !waiting.length;
  chip.textContent = `${waiting.length} 人存在本机，还没上传`;
}

function one(more = 1) {
  const came = box.querySelector("[data-came]");
  came.textContent = String(Number(came.textContent) + more);
}

async function tick(form) {
  const row = form.closest("[data-person]");
  const { person } = row.dataset;
  if (row.dataset.done) return;
  row.dataset.done = "yes";
  await keep(crypto.randomUUID(), { signup: Number(person) }, { person, session: box.dataset.session });
  mark(row, "door-kept");
  row.querySelector("[data-why]").hidden = true;
  one();
  words.value = "";
  words.dispatchEvent(new Event("input"));
  send();
}

async function walk(form) {
  const name = form.elements.name.value.trim();
  if (!name) return form.elements.name.focus();
  const id = crypto.randomUUID();
  await keep(id, { name, phone: form.elements.phone.value.trim() }, { session: box.dataset.session });
  const said = Object.assign(document.createElement("li"), { textContent: `${name} ` });
  said.dataset.walk = id;
  said.append(copyOf("door-kept"));
  box.querySelector("[data-walked]").prepend(said);
  one();
  form.reset();
  form.elements.name.focus();
  send();
}

// --- sending ---
/** Send what waits, one after the other; one window at a time. */
function send() {
  const work = () => sendAll().catch(() => {});
  sending = (sending || Promise.resolve()).then(() =>
    navigator.locks ? navigator.locks.request("fedhub-door", work) : work(),
  );
  return sending.then(count);
}

async function sendAll() {
  for (const row of await mine()) {
    if (row.state !== "waiting") continue;
    let answer, said;
    try {
      answer = await fetch(row.url, { method: "POST", credentials: "same-origin", headers: csrfHeaders(), body: envelope(row.head, row.box) });
      said = await answer.json();
    } catch {
      return; // no network, or somebody has to sign in again: it stays here
    }
    if (said.state === "saved") {
      await drop("door", row.id);
      show(row, "door-in");
    } else if (answer.status === 422) {
      if (await get("door", row.id)) await drop("door", row.id);
      refuse(row, said.message);
    } else return;
  }
}

function show(row, template) {
  if (row.session !== box.dataset.session) return;
  const person = row.person && rowOf(row.person);
  if (person) mark(person, template);
  const walked = box.querySelector(`[data-walk="${row.id}"] .wf-chip`);
  if (walked) walked.replaceWith(copyOf(template));
}

function refuse(row, message) {
  toast(message);
  const person = row.session === box.dataset.session && row.person && rowOf(row.person);
  if (!person) return;
  one(-1);
  const said = person.querySelector("[data-why]");
  said.textContent = message;
  said.hidden = false;
  person.querySelector(".wf-row-end").replaceChildren();
}

async function start() {
  // What was ticked before this page was opened again.
  for (const row of await mine()) {
    const person = row.session === box.dataset.session && row.person && rowOf(row.person);
    if (!person || person.dataset.done || !person.querySelector("form")) continue;
    person.dataset.done = "yes";
    mark(person, "door-kept");
    one();
  }
  box.addEventListener("submit", (event) => {
    const work = event.target.matches("[data-tick]") ? tick : event.target.matches("[data-walk]") ? walk : null;
    if (!work) return;
    event.preventDefault();
    work(event.target).catch((error) => {
      delete event.target.closest("[data-person]")?.dataset.done;
      toast(why(error));
    });
  });
  addEventListener("online", send);
  setInterval(() => !document.hidden && send(), AGAIN);
  await send();
}

// Without HTTPS nothing can be kept: the buttons post as plain forms do.
if (able()) start().catch(() => {});
