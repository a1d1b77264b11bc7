// The parts of the page without a network: one family's form, today's families. All of it comes from the phone's store.
import { copyOf } from "../page.js";
import { fresh, read, sealDraft } from "./drafts.js";
import { unwrapJson } from "./seal.js";
import { get } from "./store.js";

export const part = (name) => document.querySelector(`[data-shell] [data-part="${name}"]`);
export const show = (name) => (part(name).hidden = false);

const day = (iso) => `${Number(iso.slice(5, 7))}月${Number(iso.slice(8, 10))}日`;

const uuid = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};

/** Families of today, or null: none was fetched, it is another's, or the shift is over. */
export async function today(user) {
  try {
    const row = await get("plan", "today");
    return row && row.user === user && row.until > Date.now() ? await unwrapJson(row) : null;
  } catch {
    return null;
  }
}

function showForm({ title, note, form }, key) {
  document.body.classList.add("wf-visiting");
  part("title").textContent = title;
  part("note").textContent = note;
  const box = document.createElement("template");
  box.innerHTML = form;
  const element = box.content.querySelector("form");
  element.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((input) => input.remove());
  const given = element.querySelector("[name=once_key]");
  given.value = key || uuid();
  // Whoever keeps a copy of this form must not keep the number of a visit that was saved with it.
  given.setAttribute("value", given.value);
  part("form").append(element);
  show("form");
  show("back");
  element.dispatchEvent(new Event("htmx:load", { bubbles: true }));
}

// The plan holds each line of its forms once.
const formOf = (plan, family) => family.form.map((place) => plan.lines[place]).join("\n");

export function showPlan(plan) {
  const rows = plan.families.map((family) => {
    const item = copyOf("plan-row");
    item.querySelector("a").href = family.url;
    const { title, place, reason, due, late, last, hint, promise } = family;
    const said = { title, place: [place, reason].filter(Boolean).join(" · "), hint };
    said[late ? "late" : "due"] = late ? `逾期 ${late} 天` : due && day(due);
    said.promise = promise && `上次答应：${promise}`;
    said.last = last ? `上次 ${day(last)}` : "还没走访过";
    for (const element of item.querySelectorAll("[data-plan]")) {
      element.textContent = said[element.dataset.plan] || "";
      element.hidden = !element.textContent;
    }
    return item;
  });
  part("plan").querySelector("ul").replaceChildren(...rows);
  show(rows.length ? "plan" : "none");
}

export async function showFamily(household, user) {
  const own = (await fresh(user)).filter((row) => row.household === household).sort((a, b) => b.at - a.at);
  const sent = own.find((row) => row.sent);
  if (sent) {
    // 保存 was pressed and no answer came.
    await sealDraft(sent);
    document.dispatchEvent(new Event("offline:changed"));
    part("form").append(copyOf("kept"));
    show("form");
    return;
  }
  const draft = own.length ? await read(own[0]) : null;
  const plan = await today(user);
  const family = plan && plan.families.find((one) => String(one.id) === household);
  if (draft) showForm(draft.page, draft.id);
  else if (family) showForm({ title: family.title, note: family.place, form: formOf(plan, family) });
  else {
    show("unknown");
    show("back");
  }
}
