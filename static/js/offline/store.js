// The phone's own store (IndexedDB). meta: settings, keys; drafts; outbox: sealed visits; plan: today's families; door:
// sealed lines; rolls: lists of today's doors. Only numbers, times and states are readable.

const NAMES = ["meta", "drafts", "outbox", "plan", "door", "rolls"];
let opened = null;

/** True where something can be kept: HTTPS (or this very machine), WebCrypto and IndexedDB. */
export const able = () => Boolean(window.isSecureContext && window.crypto && crypto.subtle && window.indexedDB);

const open = () =>
  new Promise((done, failed) => {
    const asked = indexedDB.open("fedhub", 3);
    asked.onupgradeneeded = () => {
      const missing = NAMES.filter((name) => !asked.result.objectStoreNames.contains(name));
      missing.forEach((name) => asked.result.createObjectStore(name, { keyPath: "id" }));
    };
    asked.onerror = () => failed(asked.error);
    asked.onsuccess = () => {
      // Another window that upgrades or deletes the store must not wait for this one.
      asked.result.onversionchange = () => asked.result.close();
      asked.result.onclose = () => (opened = null);
      done(asked.result);
    };
  });

/** Run `work(store)` in one transaction; gives the result of its request. Raises what the store says (full:
 * QuotaExceededError). */
async function within(name, mode, work) {
  opened = opened || open();
  let base;
  try {
    base = await opened;
  } catch (error) {
    opened = null;
    throw error;
  }
  return new Promise((done, failed) => {
    const step = base.transaction(name, mode);
    const request = work(step.objectStore(name));
    step.oncomplete = () => done(request.result);
    step.onerror = step.onabort = () => failed(step.error || request.error);
  });
}

export const get = (name, id) => within(name, "readonly", (store) => store.get(id));
export const all = (name) => within(name, "readonly", (store) => store.getAll());
export const put = (name, row) => within(name, "readwrite", (store) => store.put(row));
export const drop = (name, id) => within(name, "readwrite", (store) => store.delete(id));
export const empty = (name) => within(name, "readwrite", (store) => store.clear());

/** Why something could not be kept, for the person. */
export const why = (error) => (error.name === "QuotaExceededError" ? "本机存储满了，没能存下。" : "没能存在本机。");

/** A value of meta, or undefined. */
export const told = async (id) => ((await get("meta", id)) || {}).value;
export const tell = (id, value) => put("meta", { id, value });
export const untell = (id) => drop("meta", id);
