// 签到: find her by the tail of her number, initials or name, tick her; goes on without a network (door.js).
import { copyOf, toast } from "../page.js";
import { keep, mine, send } from "./door.js";
import { able, why } from "./store.js";

const page = document.querySelector("[data-door]");
const words = page.querySelector("[data-find]");
// Told by `open`, when the list is there.
let rows = [], user = 0, session = "", server = null, box = null, sendNow = async () => {};

// --- finding ---
words.addEventListener("input", () => {
  const text = words.value.trim().toLowerCase();
  for (const row of rows) row.hidden = !row.dataset.words.toLowerCase().includes(text);
  page.querySelector("[data-none]").hidden = rows.some((row) => !row.hidden);
});

// --- ticking ---
const personOf = (kept) => kept.session === session && rows.find((row) => row.dataset.person === kept.person);
const mark = (row, template) => row.querySelector(".wf-row-end").replaceChildren(copyOf(template));

function one(more = 1) {
  const came = page.querySelector("[data-came]");
  came.textContent = String(Number(came.textContent) + more);
}

async function tick(form) {
  const row = form.closest("[data-person]");
  const { person } = row.dataset;
  if (row.dataset.done) return;
  row.dataset.done = "yes";
  await keep(crypto.randomUUID(), { signup: Number(person) }, box, server, person);
  mark(row, "door-kept");
  one();
  words.value = "";
  words.dispatchEvent(new Event("input"));
}

async function walk(form) {
  const { name, phone } = form.elements;
  const called = name.value.trim();
  if (!called) return name.focus();
  const id = crypto.randomUUID();
  await keep(id, { name: called, phone: phone.value.trim() }, box, server);
  const said = Object.assign(document.createElement("li"), { textContent: `${called} ` });
  said.dataset.walk = id;
  said.append(copyOf("door-kept"));
  page.querySelector("[data-walked]").prepend(said);
  one();
  form.reset();
  name.focus();
}

// --- what became of it ---
function told(kept, refused) {
  const row = personOf(kept);
  if (refused) toast(refused);
  if (row && !refused) mark(row, "door-in");
  if (row && refused) {
    one(-1);
    Object.assign(row.querySelector("[data-why]"), { textContent: refused, hidden: false });
    row.querySelector(".wf-row-end").replaceChildren();
  }
  const line = page.querySelector(`[data-walk="${kept.id}"]`);
  if (line && refused) one(-1), line.replaceChildren(`${line.firstChild.textContent}${refused}`);
  if (line && !refused) line.querySelector(".wf-chip").replaceWith(copyOf("door-in"));
}

async function count() {
  const waiting = (await mine(user)).length;
  const chip = page.querySelector("[data-waiting]");
  chip.hidden = !waiting;
  chip.textContent = `${waiting} 人存在本机，还没上传`;
}

page.addEventListener("submit", (event) => {
  const work = event.target.matches("[data-tick]") ? tick : event.target.matches("[data-walk]") ? walk : null;
  // Without HTTPS nothing can be kept: the buttons post as plain forms do.
  if (!work || !able()) return;
  event.preventDefault();
  work(event.target).then(sendNow, (error) => {
    delete event.target.closest("[data-person]")?.dataset.done;
    toast(why(error));
  });
});

/** Begin with the rows that the page has. `sends`: what is kept goes to the server at once; gives what sends it. */
export async function open(sends) {
  rows = [...page.querySelectorAll("[data-person]")];
  ({ session } = page.dataset);
  user = Number(page.dataset.user);
  server = { kid: Number(page.dataset.kid), key: page.dataset.key, schema: Number(page.dataset.schema) };
  box = { user, session, send: page.dataset.send };
  // What was ticked before this page was opened again.
  for (const row of (await mine(user)).map(personOf)) if (row && row.querySelector("form")) mark(row, "door-kept"), one();
  sendNow = sends ? () => count().then(() => send(user, told)).then(count) : count;
  await sendNow();
  return sendNow;
}
