// The list of a door, so that its page opens again without a network: wrapped with the phone's key, until the day is over;
// lock, sign-out and the next sign-in delete it (drafts.js).
import { unwrapJson, wrapJson } from "./seal.js";
import { all, drop, get, put } from "./store.js";

// A clock that went back so far was set wrong once.
const HOUR = 3600e3;
const isOver = (row) => Date.now() >= row.until || Date.now() < row.at - HOUR;

/** Keep `roll` of a session for `user` until the moment `until`; what is over, or somebody else's, goes. */
export async function keepRoll(session, user, until, roll) {
  for (const row of await all("rolls")) if (isOver(row) || row.user !== user) await drop("rolls", row.id);
  if (Date.now() < until) await put("rolls", { id: session, user, at: Date.now(), until, ...(await wrapJson(roll)) });
}

/** The roll of a session with its `user`, or null when there is none that may be read. */
export async function readRoll(session) {
  const row = await get("rolls", session);
  if (!row) return null;
  const roll = isOver(row) ? null : await unwrapJson(row).catch(() => null);
  if (!roll) await drop("rolls", session);
  return roll && { ...roll, user: row.user };
}

/** The list as the page of a door shows it: {title, when, data, rows: [{id, words, name, sub, in}]}. */
export const rollOf = (page) => ({
  title: page.dataset.title,
  when: page.querySelector("[data-when]").textContent,
  data: { ...page.dataset },
  rows: [...page.querySelectorAll("[data-person]")].map((row) => ({
    id: row.dataset.person,
    words: row.dataset.words,
    name: row.querySelector("[data-name]").textContent,
    sub: row.querySelector("[data-sub]").textContent,
    in: Boolean(row.querySelector(".wf-chip-ok")),
  })),
});
