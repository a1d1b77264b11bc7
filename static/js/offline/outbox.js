// [data-outbox]: what waits on this phone, each with its state; try again, take one out. The sealed contents cannot be
// shown: which family it is stands in today's plan or nowhere.
import { behave, copyOf, toast } from "../page.js";
import { forget } from "./drafts.js";
import { unwrapJson } from "./seal.js";
import { sync } from "./talk.js";
import { able, all, get } from "./store.js";
import { urls } from "./where.js";

const STATES = {
  waiting: ["等着上传", "info"],
  failed: ["没有传上去", "bad"],
  unfinished: ["没写完", "warn"],
  writing: ["正在写", "info"],
};

const moment = (at) => {
  const day = new Date(at);
  return `${day.getMonth() + 1}月${day.getDate()}日 ${day.toTimeString().slice(0, 5)}`;
};

const sendAll = () => sync(urls(), true).then((state) => state || toast("连不上，先放着，有网自动上传。"));

async function names() {
  try {
    const row = await get("plan", "today");
    const plan = row ? await unwrapJson(row) : { families: [] };
    return new Map(plan.families.map((family) => [family.id, family.title]));
  } catch {
    return new Map();
  }
}

function line(row, name, redo) {
  const item = copyOf("outbox-row");
  const kind = row.state === undefined ? "writing" : row.state === "waiting" && row.head.unfinished ? "unfinished" : row.state;
  const [text, colour] = STATES[kind];
  item.querySelector("[data-name]").textContent = name || "一次走访";
  item.querySelector("[data-when]").textContent = moment(row.at);
  const chip = item.querySelector("[data-state]");
  chip.textContent = text;
  chip.classList.add(`wf-chip-${colour}`);
  item.querySelector("[data-why]").textContent = row.message || "";
  const [again, out] = item.querySelectorAll("button");
  again.hidden = kind === "writing";
  again.addEventListener("click", () => sendAll().then(redo));
  out.addEventListener("click", async () => {
    if (!out.dataset.sure) {
      out.dataset.sure = "yes";
      out.textContent = "确定删掉，这次不要了";
      return;
    }
    await forget(kind === "writing" ? "drafts" : "outbox", row.id);
    document.dispatchEvent(new Event("offline:changed"));
  });
  return item;
}

behave("[data-outbox]", (box) => {
  const list = box.querySelector("[data-outbox-list]");
  const none = box.querySelector("[data-outbox-none]");
  const some = box.querySelector("[data-outbox-some]");
  const show = async () => {
    const known = await names();
    const rows = [...(await all("outbox")), ...(await all("drafts"))].sort((a, b) => b.at - a.at);
    list.replaceChildren(...rows.map((row) => line(row, known.get(Number(row.household || (row.head || {}).household)), show)));
    list.hidden = !rows.length;
    none.hidden = Boolean(rows.length);
    some.hidden = !rows.length;
  };
  if (!able()) {
    box.querySelector("[data-outbox-unable]").hidden = false;
    return;
  }
  document.addEventListener("offline:changed", show);
  box.querySelector("[data-outbox-all]").addEventListener("click", sendAll);
  show();
});
