// Forms being written: wrapped with the phone's key, good for a quarter of an hour after the last keystroke; then, or
// when somebody leaves, sealed into the outbox, where only the server can read them.
import { pack, unpack } from "./pack.js";
import { dropKey, seal, unwrap, unwrapJson, wrap, wrapJson } from "./seal.js";
import { able, all, drop, empty, put, tell, told } from "./store.js";

// Until the server has said its own number.
const MINUTES = 15;

async function wrapParts(parts) {
  const { type, bytes } = await pack(parts);
  return { type, ...(await wrap(bytes)) };
}

const parts = async (wrapped) => (wrapped ? unpack({ type: wrapped.type, bytes: await unwrap(wrapped) }) : []);

/**
 * Keep one form. `draft`: {id, user, household, texts, files, page}; `page` ({title, note, form}) shows the form without
 * a network. Files that did not change since `earlier` (what this function gave) are not wrapped again.
 */
export async function keep(draft, earlier) {
  const { id, user, household, texts, files, page } = draft;
  const same = earlier && earlier.of.length === files.length && files.every(([, file], at) => earlier.of[at] === file);
  const row = {
    id, user, household, at: Date.now(), sent: Boolean(draft.sent),
    texts: await wrapParts(texts),
    files: same ? earlier.files : files.length ? await wrapParts(files) : null,
    page: earlier ? earlier.page : await wrapJson(page),
  };
  await put("drafts", row);
  return { files: row.files, page: row.page, of: files.map(([, file]) => file) };
}

/** The draft opened: {id, at, sent, texts, files, page}, or null when it cannot be read any more. */
export async function read(row) {
  try {
    return { ...row, texts: await parts(row.texts), files: await parts(row.files), page: await unwrapJson(row.page) };
  } catch {
    return null;
  }
}

const isFresh = (row, minutes) => Math.abs(Date.now() - row.at) < minutes * 60e3;
const minutesOf = async () => ((await told("server")) || {}).minutes || MINUTES;

/** Drafts of `user` that are still good for being continued. */
export async function fresh(user) {
  const minutes = await minutesOf();
  return (await all("drafts")).filter((row) => row.user === user && isFresh(row, minutes));
}

/** Put [[name, value]] of draft `id` into the outbox. Raises when the server's key was never heard of. */
export async function post(id, user, household, inside, done, at = Date.now()) {
  const server = await told("server");
  if (!server) throw new Error("no key");
  // What the server may believe stands inside; the head is for this phone.
  const more = [["household", household], ...(done ? [] : [["unfinished", "1"]])];
  const { type, bytes } = await pack([...inside, ...more]);
  const { head, box } = await seal(bytes, user, id, server);
  Object.assign(head, { type, household: Number(household) || null, saved_at: new Date(at).toISOString() });
  if (!done) head.unfinished = true;
  await put("outbox", { id, user, head, box, state: "waiting", tries: 0, next: 0, message: "", at });
}

/** Seal draft `row` into the outbox and forget it here. One that nobody can read any more is dropped. */
export async function sealDraft(row, done = row.sent) {
  const draft = await read(row);
  if (draft) await post(row.id, row.user, row.household, [...draft.texts, ...draft.files], done, row.at);
  await drop("drafts", row.id);
}

/** Seal what nobody continued in time; `everything` also what could be continued still. */
export async function sealOld(everything = false, but = "") {
  const minutes = await minutesOf();
  for (const row of await all("drafts")) {
    if (row.id !== but && (everything || !isFresh(row, minutes))) await sealDraft(row);
  }
}

/** Leave nothing that can be read: drafts sealed, plan, lists of doors and key deleted; `whole`: also what works without a network. */
export async function wipe(whole) {
  if (!able()) return;
  await sealOld(true).catch(() => {});
  await empty("drafts");
  await empty("plan");
  await empty("rolls");
  await dropKey();
  if (!whole) return;
  if (window.caches) for (const name of await caches.keys()) await caches.delete(name);
  if (navigator.serviceWorker) for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
}

/** Drop draft `id` of store `name` because its writer wants it gone; the server is told, so that it is not missed. */
export async function forget(name, id) {
  await drop(name, id);
  await tell("removed", [...((await told("removed")) || []), id].slice(-50));
}
