// Without a network: two shell pages, one for the doors of events and one for all else, and what they are made of. Everything
// else goes to the network and is never kept.
const CACHE = "fedhub-1";
const SHELL = "/grids/offline/page/";
const DOOR = "/employment/door/page/";
const AT_DOOR = /^\/employment\/sessions\/\d+\/door\/$/;
const FOUND = /(?:href|src)="(\/static\/[^"]+)"|(?:from|import)\s*"(\.{1,2}\/[^"]+)"|url\("?([^")]+\.woff2)"?\)/g;

/** Fetch the shells and all that they name, scripts' own imports too, then put the lot into the cache. */
async function fill() {
  const taken = new Map();
  const take = async (url) => {
    if (taken.has(url)) return;
    taken.set(url, null);
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) throw new Error(`${answer.status} ${url}`);
    taken.set(url, answer.clone());
    if (!/html|javascript|css/.test(answer.headers.get("Content-Type") || "")) return;
    const text = await answer.text();
    const named = [...text.matchAll(FOUND)].map((found) => found[1] || found[2] || found[3]);
    await Promise.all(named.map((name) => take(new URL(name, new URL(url, location.origin)).href)));
  };
  await Promise.all([SHELL, DOOR].map(take));
  const cache = await caches.open(CACHE);
  const old = await cache.keys();
  await Promise.all([...taken].map(([url, answer]) => cache.put(url, answer)));
  const kept = new Set([...taken.keys()].map((url) => new URL(url, location.origin).href));
  await Promise.all(old.filter((request) => !kept.has(request.url)).map((request) => cache.delete(request)));
}

addEventListener("install", (event) => event.waitUntil(fill().then(() => skipWaiting())));

addEventListener("activate", (event) => event.waitUntil(clients.claim()));

// A new version of the program asks for a new shell.
addEventListener("message", (event) => {
  if (event.data === "fill") event.waitUntil(fill().catch(() => {}));
});

// Who logs no visits has a worker for the doors alone.
const WHOLE = new URL(registration.scope).pathname === "/";

addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname } = new URL(request.url);
  // A resident's page at the office's device is no page of the staff, also without a network.
  if (pathname.startsWith("/r/")) return;
  const stored = (what) => caches.match(what, { ignoreVary: true });
  if (request.mode === "navigate") {
    const shell = AT_DOOR.test(pathname) ? DOOR : SHELL;
    if (WHOLE || shell === DOOR) event.respondWith(fetch(request).catch(async (error) => (await stored(shell)) || Promise.reject(error)));
  } else if (request.method === "GET" && pathname.startsWith("/static/")) {
    event.respondWith(fetch(request).catch(async (error) => (await stored(request)) || Promise.reject(error)));
  }
});
