// Work without a network.
import "./form.js";
import "./leave.js";
import "./outbox.js";
import { count } from "./out.js";
import { begin } from "./shell.js";
import { fetchPlan, sync } from "./talk.js";
import { able, all, get, tell, told } from "./store.js";
import { urls } from "./where.js";

const QUIET = 10 * 60e3;
const PLAN_AGE = 30 * 60e3;
const { kind } = urls();

/** The worker that serves the shell without a network; where there is none (WeChat on iPhones) the open page still keeps. */
async function serve() {
  if (!navigator.serviceWorker) return;
  const worker = await navigator.serviceWorker.register(urls().worker, { scope: "/" });
  if ((await told("shell")) === import.meta.url) return;
  if (worker.active) worker.active.postMessage("fill");
  await tell("shell", import.meta.url);
}

async function plan(user) {
  if (!document.querySelector("[data-plan-here]") || !user) return;
  const row = await get("plan", "today");
  if (row && row.user === user && Date.now() - row.at < PLAN_AGE) return;
  await fetchPlan(urls(), user);
}

async function talk() {
  const waiting = (await all("outbox")).length || (await all("drafts")).length;
  const last = (await told("synced")) || { at: 0 };
  const quiet = Date.now() - last.at < QUIET && String(last.user) === urls().user;
  const state = quiet && !waiting ? { user: last.user } : await sync(urls());
  if (!state || !state.user) return;
  if (!quiet || waiting) await tell("synced", { at: Date.now(), user: state.user });
  await plan(state.user);
}

document.addEventListener("offline:changed", count);
document.addEventListener("offline:lost", (event) => {
  const box = document.querySelector("[data-lost]");
  if (!box) return;
  box.querySelector("b").textContent = String(event.detail);
  box.hidden = false;
});

async function start() {
  await count();
  addEventListener("online", () => sync(urls()));
  addEventListener("visibilitychange", async () => {
    if (!document.hidden && (await all("outbox")).length) sync(urls());
  });
  if (kind === "shell") return begin();
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {});
  serve().catch(() => {});
  const idle = document.querySelector("[data-idle]");
  if (idle) await tell("idle", Number(idle.dataset.idle));
  await talk();
}

if (able()) start().catch(() => {});
else if (kind === "shell") begin();
