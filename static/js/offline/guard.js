// The idle lock of a page that the phone keeps.
import { wipe } from "./drafts.js";
import { told } from "./store.js";

const IDLE = 30 * 60;
const STAMP = "fedhub-used";

export async function guard() {
  const used = Number(localStorage.getItem(STAMP)) || Date.now();
  const idle = (await told("idle")) || IDLE;
  const over = (since) => Date.now() - since > idle * 1000;
  let last = used;
  const use = () => localStorage.setItem(STAMP, String((last = Date.now())));
  const lock = () => wipe(false).then(() => location.reload());
  if (over(used)) await wipe(false);
  ["pointerdown", "keydown", "input", "scroll"].forEach((name) => addEventListener(name, use, { passive: true }));
  use();
  setInterval(() => over(last) && lock(), 5000);
}
