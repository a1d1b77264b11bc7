// Two kinds of sealing. seal(): to the server's public key, so that the phone itself can never read it again.
// wrap(), unwrap(): with a key of this phone that no script can take out; deleting the key makes all of it unreadable.
import { drop, get, put } from "./store.js";

const CURVE = { name: "ECDH", namedCurve: "P-256" };
const INFO = "fedhub-draft";
const bytesOf = (text) => new TextEncoder().encode(text);

export const toText = (buffer) => {
  let text = "";
  for (const byte of new Uint8Array(buffer)) text += String.fromCharCode(byte);
  return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
};

export const fromText = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

/** Seal `bytes` of draft `id` of `user` to `server` ({kid, key, schema}). Gives {head, box}. */
export async function seal(bytes, user, id, server) {
  const { subtle } = crypto;
  const once = await subtle.generateKey(CURVE, false, ["deriveBits"]);
  const theirs = await subtle.importKey("raw", fromText(server.key), CURVE, false, []);
  const shared = await subtle.deriveBits({ name: "ECDH", public: theirs }, once.privateKey, 256);
  const epk = await subtle.exportKey("raw", once.publicKey);
  const base = await subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: epk, info: bytesOf(INFO) };
  const key = await subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const additionalData = bytesOf(`${user}|${id}|${server.schema}`);
  const box = await subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, bytes);
  const head = { v: 1, schema: server.schema, id, user, kid: server.kid, epk: toText(epk), iv: toText(iv) };
  return { head, box };
}

/** What is posted: length of the head, head, sealed bytes. */
export function envelope(head, box) {
  const text = bytesOf(JSON.stringify(head));
  const size = new DataView(new ArrayBuffer(4));
  size.setUint32(0, text.length);
  return new Blob([size.buffer, text, box], { type: "application/octet-stream" });
}

async function ownKey() {
  const kept = await get("meta", "key");
  if (kept) return kept.value;
  const value = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await put("meta", { id: "key", value });
  return value;
}

/** `bytes` wrapped with the key of this phone: {iv, box}. */
export async function wrap(bytes) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, box: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await ownKey(), bytes) };
}

/** The bytes again. Raises when the key is another one or gone. */
export async function unwrap({ iv, box }) {
  return crypto.subtle.decrypt({ name: "AES-GCM", iv }, await ownKey(), box);
}

export const wrapJson = (value) => wrap(bytesOf(JSON.stringify(value)));
export const unwrapJson = async (wrapped) => JSON.parse(new TextDecoder().decode(await unwrap(wrapped)));

/** After this nothing wrapped can be read. */
export const dropKey = () => drop("meta", "key");
