// A form as bytes and back: the very body the browser would have posted, so that the server reads it as any other.

const LONGEST = 2048;
const QUALITY = 0.85;
const small = new WeakMap();

/** `file`, at most 2048 pixels long, as JPEG; itself when it is small, no picture, or this browser cannot. */
async function shrunk(file) {
  if (!file.type.startsWith("image/") || file.type === "image/png" || !window.createImageBitmap) return file;
  try {
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    const share = Math.min(1, LONGEST / Math.max(image.width, image.height));
    if (share === 1 && file.size < 1e6) return file;
    const sheet = Object.assign(document.createElement("canvas"), {
      width: Math.round(image.width * share),
      height: Math.round(image.height * share),
    });
    sheet.getContext("2d").drawImage(image, 0, 0, sheet.width, sheet.height);
    image.close();
    const blob = await new Promise((done) => sheet.toBlob(done, "image/jpeg", QUALITY));
    return blob && blob.size < file.size ? new File([blob], "photo.jpg", { type: "image/jpeg" }) : file;
  } catch {
    return file;
  }
}

function lighter(file) {
  if (!small.has(file)) small.set(file, shrunk(file));
  return small.get(file);
}

/** What `form` holds now: {texts: [[name, value]], files: [[name, File]]}; without the token and without empty files. */
export function contents(form) {
  const texts = [];
  const files = [];
  for (const [name, value] of new FormData(form)) {
    if (name === "csrfmiddlewaretoken") continue;
    if (value instanceof File) value.size && files.push([name, value]);
    else texts.push([name, value]);
  }
  return { texts, files };
}

/** Put the lighter pictures into the form itself, before the browser posts it. */
export async function lighten(form) {
  for (const field of form.querySelectorAll("input[type=file]")) {
    if (field.files.length) setFiles(field, await Promise.all([...field.files].map(lighter)));
  }
}

function setFiles(field, files) {
  const bag = new DataTransfer();
  files.forEach((file) => bag.items.add(file));
  field.files = bag.files;
}

/** Bytes of [[name, value or File]] as multipart/form-data: {type, bytes}. */
export async function pack(parts) {
  const data = new FormData();
  for (const [name, value] of parts) data.append(name, value instanceof File ? await lighter(value) : value);
  const body = new Response(data);
  return { type: body.headers.get("Content-Type"), bytes: await body.arrayBuffer() };
}

/** [[name, value or File]] again. */
export async function unpack({ type, bytes }) {
  return [...(await new Response(bytes, { headers: { "Content-Type": type } }).formData())];
}

/** Put texts and files back into `form`, and open what was folded away above them. */
export function refill(form, texts, files) {
  const given = new Map();
  for (const [name, value] of texts) given.set(name, [...(given.get(name) || []), value]);
  for (const field of form.elements) {
    if (!field.name || field.name === "csrfmiddlewaretoken" || field.type === "file") continue;
    const values = given.get(field.name) || [];
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    // Selects that share one name (the hazards): each takes the value that is one of its own.
    else if (field.tagName === "SELECT") field.value = values.find((one) => hasOption(field, one)) || "";
    else field.value = values[0] || "";
    const fold = field.closest("details");
    if (fold && values.some(Boolean) && field.value !== initial(field)) fold.open = true;
  }
  for (const field of form.querySelectorAll("input[type=file]")) {
    const own = files.filter(([name]) => name === field.name).map(([, file]) => file);
    if (!own.length) continue;
    setFiles(field, own);
    const fold = field.closest("details");
    if (fold) fold.open = true;
    field.dispatchEvent(new CustomEvent("change", { bubbles: true, detail: "refilled" }));
  }
}

const hasOption = (select, value) => [...select.options].some((option) => option.value === value);

function initial(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.defaultChecked ? field.value : null;
  if (field.tagName === "SELECT") return ([...field.options].find((one) => one.defaultSelected) || { value: "" }).value;
  return field.defaultValue;
}
