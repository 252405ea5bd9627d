// Plain fields whose text outlives the page: kept in this browser from the first key on, until the
// server says that what was typed is stored.
//
// One line of localStorage per person and place. A place is the container around one field; its
// name says what the text is for. Only an empty field is filled, and only for who typed the text.

const DRAFT = "gainsay:draft:";
const PLACE = /(?:^|\s)st-key-(kept_[\w-]+)/;
const LONGEST_MS = 60 * 24 * 3600 * 1000;
const COMMIT_MS = 50;
const CALM_MS = 100;

const handled = new Set();
const met = new WeakMap();
const filled = new WeakMap();
let owner = "";

function placeOf(field) {
  if (!(field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement)) return null;
  const frame = field.closest('[class*="st-key-kept_"]');
  return frame?.className.match(PLACE)?.[1] ?? null;
}

function keyOf(place) {
  return `${DRAFT}${owner}/${place}`;
}

// Storage may be full, switched off or forbidden: the field then is as plain as any other.
function quietly(act) {
  try {
    return act();
  } catch {
    return null;
  }
}

function read(key) {
  const entry = quietly(() => JSON.parse(localStorage.getItem(key)));
  return entry && typeof entry.text === "string" && entry.at > 0 ? entry : null;
}

function typed(event) {
  const place = placeOf(event.target);
  if (!place || !owner) return;
  const text = event.target.value;
  met.set(event.target, place);
  quietly(() =>
    text
      ? localStorage.setItem(keyOf(place), JSON.stringify({ text, at: Date.now() }))
      : localStorage.removeItem(keyOf(place)),
  );
}

// The page's own script owns the field's value: it hears of the text as if it was typed and left.
function fill(field, text) {
  const kind = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
  Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(field, text);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  setTimeout(() => field.dispatchEvent(new FocusEvent("focusout", { bubbles: true })), COMMIT_MS);
}

function fields() {
  const within = '[class*="st-key-kept_"]';
  return document.querySelectorAll(`${within} textarea, ${within} input`);
}

function look() {
  if (!owner) return;
  for (const field of fields()) {
    const place = placeOf(field);
    if (met.get(field) === place || field.disabled) continue;
    met.set(field, place);
    const entry = field.value ? null : read(keyOf(place));
    if (!entry?.text) continue;
    filled.set(field, entry.text);
    fill(field, entry.text);
  }
}

function forget(gone) {
  for (const { id, place } of gone) {
    if (handled.has(id)) continue;
    handled.add(id);
    for (const field of fields()) {
      // The field that follows was drawn, and filled, before it was known that the text is stored.
      const isOld = placeOf(field) === place && filled.get(field) === field.value;
      if (isOld && field.value) fill(field, "");
    }
    quietly(() => localStorage.removeItem(keyOf(place)));
  }
}

function tidy() {
  for (const key of quietly(() => Object.keys(localStorage)) ?? []) {
    if (!key.startsWith(DRAFT)) continue;
    const entry = read(key);
    if (!entry || Date.now() - entry.at > LONGEST_MS) quietly(() => localStorage.removeItem(key));
  }
}

let waits = false;
function soon() {
  if (waits) return;
  waits = true;
  setTimeout(() => {
    waits = false;
    look();
  }, CALM_MS);
}

let begun = false;
function begin() {
  if (begun) return;
  begun = true;
  tidy();
  document.addEventListener("input", typed, true);
  new MutationObserver(soon).observe(document.body, { childList: true, subtree: true });
}

export default function (component) {
  owner = component.data.owner;
  begin();
  forget(component.data.gone);
  soon();
  return () => {
    // Drawn again at once when somebody still acts here; else nobody's text is kept or shown.
    owner = "";
  };
}
