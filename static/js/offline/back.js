// A form as it stands, and what was being written when it was left, put back into it.
import { copyOf } from "../page.js";
import { forget, fresh, read } from "./drafts.js";
import { contents, refill } from "./pack.js";
import { get, put } from "./store.js";
import { me } from "./where.js";

export const clock = (at) => new Date(at).toTimeString().slice(0, 5);

/** The page as it can be shown again without a network; the token of this session does not belong to it. */
export function pageOf(form) {
  const copy = form.cloneNode(true);
  copy.querySelectorAll("[name=csrfmiddlewaretoken], [data-draft-back], [role=alert]").forEach((element) => element.remove());
  const text = (selector) => (document.querySelector(selector) || {}).textContent || "";
  return { title: text("h1").trim(), note: text(".wf-field-head p").trim(), form: copy.outerHTML };
}

/** Put back what was being written about this family. Gives what keep() needs, or null. */
export async function restore(form) {
  const key = form.elements.once_key;
  const { household } = form.dataset;
  const rows = await fresh(await me());
  const same = rows.find((row) => row.id === key.value);
  const row = same || rows.filter((one) => one.household === household && !one.sent).sort((a, b) => b.at - a.at)[0];
  const draft = row && (await read(row));
  if (!draft) return null;
  // After a refusal the server shows the texts itself; only pictures are missing.
  const refused = same && form.querySelector("[role=alert]");
  key.value = draft.id;
  refill(form, refused ? contents(form).texts : draft.texts, draft.files);
  if (row.sent) await put("drafts", { ...(await get("drafts", row.id)), sent: false });
  form.dataset.kept = "yes";
  if (!refused) showBack(form, draft);
  return { files: row.files, page: row.page, of: draft.files.map(([, file]) => file) };
}

function showBack(form, draft) {
  const box = copyOf("draft-back");
  box.querySelector("[data-when]").textContent = clock(draft.at);
  box.querySelector("button").addEventListener("click", async () => {
    delete form.dataset.kept;
    await forget("drafts", draft.id);
    form.removeAttribute("data-unsaved");
    location.reload();
  });
  form.prepend(box);
}

/** 不记了: what was kept of `form` goes too. `stop()` ends what is being kept and gives a promise. */
export function onLeave(form, stop) {
  form.addEventListener("click", async (event) => {
    const leave = event.target.closest(".wf-submit [data-leave]");
    if (!leave) return;
    event.preventDefault();
    form.dataset.done = "yes";
    await stop();
    await forget("drafts", form.elements.once_key.value).catch(() => {});
    location.assign(leave.href);
  });
}
