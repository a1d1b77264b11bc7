// [data-shell]: the page that stands in for every other without a network: one family's form, or today's families.
import { part, show, showFamily, showPlan, today } from "./family.js";
import { guard } from "./guard.js";
import { able } from "./store.js";
import { me, urls } from "./where.js";

const VISIT = /\/visits\/new\/(\d+)\/$/;

export async function begin() {
  if (!able()) {
    show("unable");
    return;
  }
  await guard();
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
