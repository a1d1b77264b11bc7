// On the pages before sign-in: nothing of the last user may stay readable; what is sealed is sent as far as that goes.
import { wipe } from "./drafts.js";
import { sync } from "./talk.js";
import { able, all } from "./store.js";
import { urls } from "./where.js";

/** Show on every [data-unsent] how many sealed visits wait on this phone. */
export async function count() {
  const number = (await all("outbox")).length;
  document.querySelectorAll("[data-unsent]").forEach((element) => {
    element.hidden = !number;
    element.querySelector("b").textContent = String(number);
  });
}

async function out() {
  await wipe(false);
  await count();
  if (!(await all("outbox")).length) return;
  await sync(urls());
  await count();
}

if (able() && urls().kind === "out") out().catch(() => {});
