// 签到 on the server's page: what is ticked is sent; on its day the list is kept, so that the page opens again without a network.
import { open } from "./offline/doorpage.js";
import "./offline/leave.js";
import { keepRoll, rollOf } from "./offline/roll.js";
import { able, tell, told } from "./offline/store.js";

const AGAIN = 10e3;
const page = document.querySelector("[data-door]");
const { seconds, session, worker, scope, shell } = page.dataset;
const until = Date.now() + Number(seconds) * 1000;
const isLocked = () => document.body.classList.contains("is-locked");

/** Keep the list as it stands, where something opens it again. */
async function remember() {
  if (!seconds || !navigator.serviceWorker || isLocked()) return;
  await keepRoll(session, Number(page.dataset.user), until, rollOf(page));
}

/** The worker that serves the kept page of a door, and of nothing else. */
async function serve() {
  if (!seconds || !navigator.serviceWorker) return;
  const found = await navigator.serviceWorker.register(worker, { scope });
  // A new version of the program asks for a new shell.
  if (found.active && (await told("door-shell")) !== shell) found.active.postMessage("fill");
  await tell("door-shell", shell);
  const idle = document.querySelector("[data-idle]");
  if (idle) await tell("idle", Number(idle.dataset.idle));
  page.querySelector("[data-reopens]").hidden = false;
  page.querySelector("[data-stays]").hidden = true;
}

async function start() {
  const sendNow = await open(true);
  const again = () => sendNow().then(remember);
  addEventListener("online", again);
  page.addEventListener("submit", () => setTimeout(again, 500));
  setInterval(() => document.hidden || again(), AGAIN);
  await remember();
  await serve();
}

if (able()) start().catch(() => {});
