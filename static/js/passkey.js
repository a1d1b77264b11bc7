// data-passkey: sign in with, confirm by, or add a passkey or security key. The library of allauth codes the keys.
// "login" asks the form's address for options; "get" and "create" find them in the JSON element named by data-options.
import { behave } from "./page.js";

const SAID = {
  NotAllowedError: "没有完成。可能是取消了，或者等得太久，请再试一次。",
  InvalidStateError: "这把钥匙已经添加过了。",
  SecurityError: "这个地址不能用通行密钥，要用 https 打开。",
};

async function options(form, how) {
  if (how !== "login") {
    const data = JSON.parse(document.getElementById(form.dataset.options).textContent);
    return how === "create" ? data.creation_options : data.request_options;
  }
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  return (await answer.json()).request_options;
}

function wish(asked, form) {
  const alone = form.querySelector('[name="passwordless"]')?.checked;
  const selection = asked.publicKey.authenticatorSelection;
  if (alone === undefined || !selection) return asked;
  Object.assign(selection, { residentKey: alone ? "required" : "discouraged", requireResidentKey: alone });
  if (alone) selection.userVerification = "required";
  return asked;
}

behave("form[data-passkey]", (form) => {
  const how = form.dataset.passkey;
  const button = form.querySelector("[data-passkey-button]");
  const told = form.querySelector("[data-passkey-told]");
  if (!window.PublicKeyCredential || !window.webauthnJSON) {
    button.disabled = true;
    told.textContent = "这里用不了通行密钥：要用 https 打开，浏览器也要支持。";
    return;
  }
  button.addEventListener("click", async () => {
    told.textContent = "";
    try {
      const asked = await options(form, how);
      const made = await (how === "create" ? webauthnJSON.create(wish(asked, form)) : webauthnJSON.get(asked));
      form.querySelector('[name="credential"]').value = JSON.stringify(made);
      form.submit();
    } catch (error) {
      told.textContent = SAID[error.name] || "没有成功，请再试一次，或者改用密码、验证码。";
    }
  });
});
