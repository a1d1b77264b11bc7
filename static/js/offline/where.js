// Addresses, who is at work here, and how to ask the server.
import { told } from "./store.js";

const PATIENCE = 60e3;
const NO_ANSWER = 6e3;

/** data-* of the element that carries the addresses. */
export const urls = () => document.querySelector("[data-offline]").dataset;

/** Number of the user: the page's own word, without a network that of the last answer. */
export const me = async () => Number(urls().user) || ((await told("server")) || {}).user || 0;

/** fetch that gives up: a network that answers nothing is no network. */
export async function ask(url, options = {}, patience = PATIENCE) {
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), patience);
  try {
    return await fetch(url, { credentials: "same-origin", ...options, signal: stop.signal });
  } finally {
    clearTimeout(late);
  }
}

/** Headers with the name that the server gave this phone for `user`. */
export async function headers(user) {
  const token = await told(`device:${user}`);
  return { Accept: "application/json", ...(token && { "X-Device": token }) };
}

/** True when the server answers soon. */
export async function reachable() {
  if (!navigator.onLine) return false;
  return ask(urls().alive, {}, NO_ANSWER).then(
    () => true,
    () => false,
  );
}
