// The outbox on its way: each sealed visit is posted by itself, again and again with growing pauses, until the server
// has it.
import { toast } from "../page.js";
import { sealOld } from "./drafts.js";
import { envelope } from "./seal.js";
import { all, drop, get, put } from "./store.js";
import { ask, headers } from "./where.js";

const FIRST_WAIT = 5e3;
const LONGEST_WAIT = 10 * 60e3;
let timer = 0;

const changed = () => document.dispatchEvent(new Event("offline:changed"));

/**
 * Send what is due; with `again` all of it. `retry(urls)` is called when something is due next. One window at a time
 * where the browser knows locks; elsewhere the server sees to it that a visit is saved once.
 */
export function send(urls, again, retry) {
  const work = () => sendDue(urls, again, retry);
  return navigator.locks ? navigator.locks.request("fedhub-send", work) : work();
}

async function sendDue(urls, again, retry) {
  const open = document.querySelector("form[data-household]");
  const mine = open && open.elements.once_key && open.elements.once_key.value;
  await sealOld(false, mine);
  const arrived = [];
  for (const row of await all("outbox")) {
    const due = again || (row.state === "waiting" && row.next <= Date.now());
    if (!due || (row.id === mine && row.head.unfinished)) continue;
    const said = await sendOne(urls, row);
    if (said && said.state === "saved") arrived.push(said);
    else if (said) toast(said.message, said.url);
  }
  if (arrived.length === 1) toast("走访已上传。", arrived[0].url);
  else if (arrived.length) toast(`${arrived.length} 次走访已上传。`);
  const waiting = (await all("outbox")).filter((row) => row.state === "waiting");
  clearTimeout(timer);
  const next = Math.min(...waiting.map((row) => row.next));
  if (waiting.length) timer = setTimeout(() => retry(urls), Math.max(FIRST_WAIT, next - Date.now()));
  changed();
}

/** Post one visit; gives the server's word once it has it, else null: it stays here. */
async function sendOne(urls, row) {
  const body = envelope({ ...row.head, now: new Date().toISOString() }, row.box);
  let answer, said;
  try {
    const own = await headers(row.user);
    answer = await ask(urls.envelopes, { method: "POST", headers: { ...own, "Content-Type": body.type }, body });
    said = await answer.json();
  } catch {
    said = {};
  }
  if (answer && answer.ok && said.state) {
    await drop("outbox", row.id);
    changed();
    return said;
  }
  const refused = answer && answer.status >= 400 && answer.status < 500 && answer.status !== 429;
  const later = !refused || answer.status === 401 || answer.status === 403;
  const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(row.tries, 10));
  const message = said.message || (refused && answer.status === 401 ? "要重新登录才能上传。" : "");
  const state = later ? "waiting" : "failed";
  // Another window may have sent or removed it meanwhile.
  if (await get("outbox", row.id)) {
    await put("outbox", { ...row, state, tries: row.tries + 1, next: Date.now() + wait, message });
  }
  return null;
}
