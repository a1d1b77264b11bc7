// [data-door-shell]: the page of a door without a network, made of the list that the phone keeps for the day. What is ticked is
// sealed and kept; as soon as the server answers, its own page comes back and sends it.
import { copyOf } from "../page.js";
import { open } from "./doorpage.js";
import { guard } from "./guard.js";
import { readRoll } from "./roll.js";
import { able } from "./store.js";

const AGAIN = 10e3;
const NO_ANSWER = 6e3;
const shell = document.querySelector("[data-door-shell]");
const page = shell.querySelector("[data-door]");
const part = (name) => shell.querySelector(`[data-part="${name}"]`);
const session = (location.pathname.match(/\/sessions\/(\d+)\/door\/$/) || [])[1];

function show(name) {
  part("waiting").hidden = true;
  part(name).hidden = false;
}

function rowOf(one) {
  const row = copyOf("door-row");
  Object.assign(row.dataset, { person: one.id, words: one.words });
  row.querySelector("[data-name]").textContent = one.name;
  row.querySelector("[data-sub]").textContent = one.sub;
  const end = copyOf(one.in ? "door-in" : "door-tick");
  end.querySelector("button")?.setAttribute("aria-label", `${one.name}签到`);
  row.querySelector(".wf-row-end").append(end);
  return row;
}

function fill(roll) {
  shell.querySelector("[data-title]").textContent = roll.title;
  page.querySelector("[data-when]").textContent = roll.when;
  const { user, kid, key, schema, send } = roll.data;
  Object.assign(page.dataset, { user, session, kid, key, schema, send });
  page.querySelector("[data-rows]").replaceChildren(...roll.rows.map(rowOf));
  page.querySelector("[data-came]").textContent = String(roll.rows.filter((one) => one.in).length);
  page.querySelector("[data-size]").textContent = String(roll.rows.length);
  page.querySelector("[data-none]").hidden = roll.rows.length > 0;
}

/** The server's page again, when it answers and nothing is being typed. */
async function back() {
  if (!navigator.onLine || [...page.querySelectorAll("input")].some((input) => input.value)) return;
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), NO_ANSWER);
  await fetch(shell.dataset.alive, { cache: "no-store", signal: stop.signal }).then(
    () => location.reload(),
    () => {},
  );
  clearTimeout(late);
}

async function begin() {
  if (!able() || !session) return show("unable");
  await guard();
  addEventListener("online", back);
  setInterval(() => document.hidden || back(), AGAIN);
  const roll = await readRoll(session);
  if (!roll) return show("none");
  fill(roll);
  await open(false);
  show("door");
}

begin().catch(() => show("none"));
