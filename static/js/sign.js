// data-sign (a details element): a name written by hand. What is drawn goes as a PNG into the file input; without script nothing is shown.
import { behave } from "./page.js";

const INK = "#111";
const WIDTH = 6;

/** `canvas` as a PNG file, at once: a form may be sent the moment the finger is lifted. */
function png(canvas) {
  const text = atob(canvas.toDataURL("image/png").split(",")[1]);
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  return new File([bytes], "signature.png", { type: "image/png" });
}

behave("[data-sign]", (box) => {
  const canvas = box.querySelector("canvas");
  const input = box.querySelector("input[type=file]");
  const clear = box.querySelector("[data-sign-clear]");
  const state = box.querySelector("[data-sign-state]");
  const pen = canvas.getContext("2d");
  let last = null;

  // The sheet has a fixed size in pixels; on the screen it is as wide as there is room.
  const place = (event) => {
    const edge = canvas.getBoundingClientRect();
    return [
      ((event.clientX - edge.left) * canvas.width) / edge.width,
      ((event.clientY - edge.top) * canvas.height) / edge.height,
    ];
  };

  const line = (to) => {
    pen.beginPath();
    pen.moveTo(...last);
    pen.lineTo(...to);
    pen.stroke();
    last = to;
  };

  const keep = (file) => {
    const bag = new DataTransfer();
    if (file) bag.items.add(file);
    input.files = bag.files;
    clear.disabled = !file;
    state.textContent = file ? state.dataset.done : state.dataset.none;
  };

  const lift = () => {
    if (!last) return;
    last = null;
    keep(png(canvas));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  Object.assign(pen, { strokeStyle: INK, lineWidth: WIDTH, lineCap: "round", lineJoin: "round" });
  canvas.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    last = place(event);
    line(last);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last || !event.isPrimary) return;
    const steps = event.getCoalescedEvents?.() ?? [];
    (steps.length ? steps : [event]).forEach((step) => line(place(step)));
  });
  ["pointerup", "pointercancel"].forEach((name) => canvas.addEventListener(name, lift));
  clear.addEventListener("click", () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    keep(null);
  });

  // A signature that was kept on the phone is put back as a file: show it.
  input.addEventListener("change", async (event) => {
    if (event.detail !== "refilled") return;
    const image = await createImageBitmap(input.files[0]);
    pen.drawImage(image, 0, 0);
    clear.disabled = false;
    state.textContent = state.dataset.done;
  });

  // The whole sheet in sight, at once: the bar at the foot of a phone would cover half of it, and a sheet that still
  // glides makes a crooked line.
  box.addEventListener("toggle", () => {
    if (box.open) canvas.scrollIntoView({ block: "center", behavior: "instant" });
  });

  keep(null);
  box.hidden = false;
});
