// [data-shell]: the page that stands in for every other without a network: one family's form, or today's families.
import { wipe } from "./drafts.js";
import { part, show, showFamily, showPlan, today } from "./family.js";
import { able, told } from "./store.js";
import { me, urls } from "./where.js";

const IDLE = 30 * 60;
const STAMP = "fedhub-used";
const VISIT = /\/visits\/new\/(\d+)\/$/;

export async function begin() {
  if (!able()) {
    show("unable");
    return;
  }
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

  const user = await me();
  const visit = location.pathname.match(VISIT);
  if (location.pathname === new URL(urls().box, location.href).pathname) {
    part("title").textContent = "未上传的走访";
    show("outbox");
    show("back");
  } else if (visit) await showFamily(visit[1], user);
  else {
    const plan = await today(user);
    if (plan) showPlan(plan);
    else show("none");
  }
  part("waiting").hidden = true;
}
