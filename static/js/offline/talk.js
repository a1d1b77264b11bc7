// Talk with the server: how things are, what this phone is called and still holds; then what waits is sent.
import { wipe } from "./drafts.js";
import { wrapJson } from "./seal.js";
import { send } from "./send.js";
import { all, drop, empty, put, tell, told, untell } from "./store.js";
import { ask, headers } from "./where.js";

let running = null;

/** Ask how things are, say what waits here, send it. `urls`: data-* of the page. Gives the server's state, or null. */
export function sync(urls, again = false) {
  if (!running) running = go(urls, again).catch(() => null).finally(() => (running = null));
  return running;
}

async function go(urls, again) {
  const before = (await told("server")) || {};
  const answer = await ask(urls.offline, { headers: await headers(before.user) });
  if (answer.status === 401) {
    // Without a session the phone's name alone still learns that it was ended, and brings closed accounts' visits in.
    await checkIn(urls, { user: before.user });
    await send(urls, again, sync);
    return { state: "signin" };
  }
  if (!answer.ok) return null;
  const state = await answer.json();
  // Somebody else signed in on this phone: what the last one wrote is sealed, her plan and key go.
  if (before.user && before.user !== state.user) await wipe(false);
  const { user, kid, key, schema, minutes } = state;
  await tell("server", { user, kid, key, schema, minutes });
  await checkIn(urls, state);
  await send(urls, again, sync);
  return state;
}

async function checkIn(urls, state) {
  const drafts = await all("drafts");
  const unsent = [...(await all("outbox")), ...drafts].filter((row) => row.user === state.user).map((row) => row.id);
  const removed = (await told("removed")) || [];
  const answer = await ask(urls.device, {
    method: "POST",
    headers: { ...(await headers(state.user)), "Content-Type": "application/json" },
    body: JSON.stringify({ unsent, removed, now: new Date().toISOString() }),
  });
  if (!answer.ok) return;
  const said = await answer.json();
  if (said.token) await tell(`device:${state.user}`, said.token);
  if (said.device === "ended") {
    await wipe(true);
    // Whoever may sign in still may also bring this phone into use again; a closed account's name is needed to send.
    if (state.csrf) await untell(`device:${state.user}`);
    return;
  }
  await untell("removed");
  for (const id of said.saved || []) {
    await drop("outbox", id);
    // A form that was sent and arrived; one that is being written again is not touched.
    if (drafts.some((row) => row.id === id && row.sent)) await drop("drafts", id);
  }
  if (said.lost) document.dispatchEvent(new CustomEvent("offline:lost", { detail: said.lost }));
  document.dispatchEvent(new Event("offline:changed"));
}

/** Fetch today's families and keep them, wrapped, until the shift is over. */
export async function fetchPlan(urls, user) {
  const answer = await ask(urls.plan, { headers: await headers(user) });
  if (!answer.ok) return;
  const plan = await answer.json();
  await empty("plan");
  // This phone's clock may be wrong: what counts is how long the server lets it be kept.
  const at = Date.now();
  const until = at + Date.parse(plan.until) - Date.parse(answer.headers.get("Date"));
  await put("plan", { id: "today", user, at, until, ...(await wrapJson(plan)) });
}
