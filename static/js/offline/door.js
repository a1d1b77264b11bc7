// Lines of a door (a tick, somebody from the street): kept on the phone at once, sealed to the server's key, and sent one
// after the other. What is kept holds nothing that can be read but numbers and times; sent twice it is done once.
import { csrfHeaders } from "../page.js";
import { envelope, seal } from "./seal.js";
import { all, drop, put } from "./store.js";

let sending = Promise.resolve();

/** The lines of `user` that have not arrived. */
export const mine = async (user) => (await all("door")).filter((row) => row.user === user);

/** Keep `line` under `id` for the server {kid, key, schema} of `box` ({user, session, send}); `person`: whom it ticks. */
export async function keep(id, line, box, server, person = "") {
  const bytes = new TextEncoder().encode(JSON.stringify({ ...line, at: new Date().toISOString() }));
  const { head, box: sealed } = await seal(bytes, box.user, id, server);
  head.type = "application/json";
  await put("door", { id, user: box.user, session: box.session, url: box.send, person, head, box: sealed });
}

/** Send what waits; one window at a time. `told(row, refused)` is called for each that the server has decided on. */
export function send(user, told) {
  const work = () => sendAll(user, told).catch(() => {});
  const go = () => (navigator.locks ? navigator.locks.request("fedhub-door", work) : work());
  sending = sending.then(go);
  return sending;
}

async function sendAll(user, told) {
  for (const row of await mine(user)) {
    const body = envelope(row.head, row.box);
    // No network, or somebody has to sign in again: it stays here.
    const answer = await fetch(row.url, { method: "POST", credentials: "same-origin", headers: csrfHeaders(), body });
    const said = await answer.json();
    if (said.state !== "saved" && answer.status !== 422) return;
    await drop("door", row.id);
    told(row, said.state === "saved" ? "" : said.message);
  }
}
