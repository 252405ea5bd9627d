// One long text: a textarea that journals, saves itself and says whether it is saved.
//
// `settled` is the text that the server certainly keeps; the text is dirty while it differs, or
// while another text is on its way. The textarea is only written to while it is clean and nobody is
// typing in it.

const QUIET_MS = 800;
const LONGEST_MS = 5000;
const ANSWER_MS = 3000;
const SLOWEST_MS = 6000;
const REFUSED_AGAIN_MS = 15000;
const SEARCH_MS = 4000;
const TICK_MS = 200;
const SUBMIT_WITHIN_MS = 6000;
const MOST_PENDING = 12;

const editors = new Map();
// The editors that went away with unsaved text, by workspace and part.
const left = new Map();
let ticking = false;

function plainBreaks(text) {
  return text.replace(/\r\n?/g, "\n");
}

function clock(moment) {
  const at = new Date(moment);
  const two = (number) => String(number).padStart(2, "0");
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(":");
}

function element(name, className, parent) {
  const made = document.createElement(name);
  made.className = className;
  parent.append(made);
  return made;
}

// Streamlit tells of a lost server in a dialog that takes the focus away from whoever writes.
function dismissed(taker) {
  const dialog = taker?.closest?.('[data-testid="stDialog"]');
  if (!dialog?.querySelector('[data-testid="stErrorCodeBlock"]')) return false;
  queueMicrotask(() => dialog.querySelector('[role="dialog"] > button')?.click());
  return true;
}

class Editor {
  constructor(root) {
    this.pending = new Map();
    this.posted = new Set();
    this.settled = "";
    this.base = { number: 0, hash: "" };
    this.sender = null;
    this.sent = null;
    this.restored = false;
    this.composing = false;
    this.aside = null;
    this.asideAt = 0;
    this.refused = null;
    this.since = 0;
    this.lastKey = 0;
    this.sentAt = 0;
    this.waitingSince = 0;
    this.attempts = 0;
    this.searchedAt = 0;
    this.flushed = 0;
    this.entered = 0;
    this.frame = element("div", "editor", root);
    const head = element("div", "head", this.frame);
    this.label = element("label", "label", head);
    this.count = element("span", "count", head);
    this.badge = element("span", "badge", head);
    this.area = element("textarea", "area", this.frame);
    this.note = element("p", "note", this.frame);
    this.label.htmlFor = this.area.id = "area";
    this.badge.setAttribute("role", "status");
    this.area.spellcheck = false;
    this.area.autocomplete = "off";
    this.area.readOnly = true;
    this.listen();
  }

  listen() {
    const area = this.area;
    area.addEventListener("input", (event) => {
      // An input method that never says that it has ended must not hold back what follows.
      this.composing &&= event.isComposing;
      this.typed();
    });
    area.addEventListener("compositionstart", () => (this.composing = true));
    area.addEventListener("compositionend", () => {
      this.composing = false;
      this.typed();
    });
    area.addEventListener("blur", (event) => {
      this.composing = false;
      if (dismissed(event.relatedTarget)) return this.stay();
      this.flush(true);
      this.adopt();
    });
    for (const name of ["keydown", "keyup", "keypress"]) {
      // The page's own keys are for when nobody is typing.
      area.addEventListener(name, (event) => event.stopPropagation());
    }
    area.addEventListener("keydown", (event) => this.pressed(event));
  }

  pressed(event) {
    if (event.isComposing || this.composing) return;
    // Whoever works without a mouse leaves the text to reach the page's own keys.
    if (event.key === "Escape") return this.area.blur();
    if (!(event.ctrlKey || event.metaKey)) return;
    if (event.key === "Enter") {
      event.preventDefault();
      this.submit();
    } else if (event.key.toLowerCase() === "s" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      for (const editor of editors.values()) editor.flush();
    }
  }

  // Writing goes on where it was; the badge says that nothing is saved.
  stay() {
    const back = () => this.focused || this.area.focus({ preventScroll: true });
    queueMicrotask(back);
    setTimeout(back);
    requestAnimationFrame(back);
  }

  get focused() {
    return this.area.getRootNode().activeElement === this.area;
  }

  get text() {
    return this.area.value;
  }

  get dirty() {
    if (!this.restored) return false;
    return this.text !== this.settled || (this.underway ?? this.text) !== this.text;
  }

  // The newest text that was sent and not answered; typing back to what is settled does not call
  // it back.
  get underway() {
    const own = [...this.pending.values()].filter((sent) => !sent.key);
    return own.length ? own.at(-1).text : null;
  }

  get waiting() {
    const patience = Math.min(ANSWER_MS * 1.5 ** this.attempts, SLOWEST_MS);
    return this.sentAt > 0 && Date.now() - this.sentAt < patience;
  }

  // ---- what the server says -------------------------------------------------------------------

  update(component) {
    const first = !this.data;
    this.data = component.data;
    this.send = component.setTriggerValue;
    this.area.lang = this.data.language;
    this.area.style.minHeight = this.data.rows * 1.6 + 1.3 + "rem";
    this.area.placeholder = this.data.placeholder;
    this.label.textContent = this.data.label;
    this.area.setAttribute("aria-description", this.data.help);
    if (first) this.begin();
    else if (this.restored) this.heed();
    this.paint();
  }

  async begin() {
    this.show(this.data.text, this.data.number);
    await tab.ready;
    this.restored = true;
    const own = journal.entries(this.data).filter((entry) => entry.tab === tab.id);
    for (const entry of own) this.recover(entry);
    await this.search();
    this.heed();
    this.paint();
  }

  heed() {
    this.goOn();
    const answered = new Set();
    for (const answer of this.data.answers) {
      if (answer.outcome !== "refused") answered.add(answer.id);
      if (this.pending.has(answer.id)) this.accept(answer);
    }
    journal.removeAnswered(answered);
    if (this.aside && !this.data.asides.includes(this.aside)) {
      this.aside = null;
      this.adopt(true);
    }
    this.adopt();
    if (this.data.flush !== this.flushed) {
      this.flushed = this.data.flush;
      this.flush();
    }
    if (this.data.focus !== this.entered) {
      this.entered = this.data.focus;
      this.enter();
    }
  }

  // The cursor goes to the end of what stands there; not while somebody writes elsewhere.
  enter() {
    const busy = [...editors.values()].some((editor) => editor !== this && editor.focused);
    if (busy || this.focused || this.data.closed) return;
    this.area.focus();
    this.area.setSelectionRange(this.text.length, this.text.length);
  }

  get place() {
    return `${this.data.workspace}/${this.data.part}`;
  }

  // A save into a copy that was closed elsewhere is answered in the editor of the copy that follows
  // it: that one goes on with what was typed and sent since, and waits for the same answers.
  goOn() {
    const before = left.get(this.place);
    if (!before || this.dirty || before.data.copy === this.data.copy) return;
    if (!this.data.answers.some((answer) => before.posted.has(answer.id))) return;
    left.delete(this.place);
    const { pending, sent, sentAt, waitingSince, attempts, settled, base, since } = before;
    Object.assign(this, { pending, sent, sentAt, waitingSince, attempts, settled, base, since });
    this.area.value = before.text;
    this.record();
    journal.remove(before.ownKey);
    this.grow();
  }

  accept(answer) {
    const sent = this.pending.get(answer.id);
    for (const id of [...this.pending.keys()]) {
      this.pending.delete(id);
      if (id === answer.id) break;
    }
    if (this.pending.size === 0) this.sentAt = this.waitingSince = 0;
    this.attempts = 0;
    if (answer.outcome === "refused") {
      this.refused = { sentence: answer.sentence, text: sent.text, at: Date.now() };
      return;
    }
    if (sent.key) {
      // A text of a tab that is gone, saved beside what is being written here.
      journal.remove(sent.key);
      return;
    }
    this.refused = null;
    this.settled = sent.text;
    this.sender = null;
    if (answer.outcome === "aside") {
      this.aside = answer.aside;
      this.asideAt = sent.at;
    } else this.base = { number: answer.number, hash: hashOf(sent.text) };
    if (this.dirty) {
      this.since = sent.at;
      this.record();
    } else {
      this.since = 0;
      journal.remove(this.ownKey);
    }
  }

  // Takes over what the server has, never under somebody who types.
  adopt(evenInFocus = false) {
    if (!this.restored || this.dirty || this.composing || this.pending.size || this.aside) return;
    if (this.focused && !evenInFocus) return;
    if (plainBreaks(this.data.text) !== this.settled || this.data.number !== this.base.number) {
      this.show(this.data.text, this.data.number);
    }
  }

  show(text, number) {
    if (this.text !== plainBreaks(text)) this.area.value = text;
    this.settled = this.text;
    this.base = { number, hash: hashOf(this.settled) };
    this.grow();
  }

  // ---- what the person types ------------------------------------------------------------------

  typed() {
    const now = Date.now();
    this.lastKey = now;
    if (this.dirty) {
      this.since ||= now;
      this.sender = null;
      this.record();
    } else if (this.restored && this.underway === null) {
      this.since = 0;
      journal.remove(this.ownKey);
    }
    this.grow();
    this.paint();
  }

  get ownKey() {
    return journal.keyOf(this.data, tab.id);
  }

  record(sent = null) {
    const { number, hash } = this.base;
    const entry = { text: this.text, base: number, hash, at: this.since || Date.now(), sent };
    if (this.sender) entry.sender = this.sender;
    journal.write(this.ownKey, entry);
  }

  grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.area.style.height = "auto";
    this.area.style.height = this.area.scrollHeight + 2 + "px";
  }

  // ---- sending --------------------------------------------------------------------------------

  tick(now) {
    if (!this.restored) return;
    if (now - this.searchedAt > SEARCH_MS) this.search();
    const due = now - this.lastKey >= QUIET_MS || now - this.since >= LONGEST_MS;
    if (this.dirty && due) this.flush();
    this.paint();
  }

  // One save is on its way at a time; who leaves sends newer text all the same, in order.
  flush(leaving = false) {
    if (!this.dirty || this.composing) return;
    if (this.waiting && !(leaving && this.text !== this.sent)) return;
    const again = this.refused && this.refused.text === this.text;
    if (again && Date.now() - this.refused.at < REFUSED_AGAIN_MS) return;
    if (this.sentAt) this.attempts += 1;
    const id = this.post({ text: this.text, base: this.base.number, tab: this.sender || tab.id });
    this.sent = this.text;
    this.sentAt = Date.now();
    this.waitingSince ||= this.sentAt;
    this.record(id);
  }

  post({ text, base, tab: sender, key }) {
    const id = fresh();
    this.pending.set(id, { text, key, at: Date.now() });
    this.posted.add(id);
    if (this.pending.size > MOST_PENDING) this.pending.delete(this.pending.keys().next().value);
    this.send("save", { id, text, base, tab: sender });
    return id;
  }

  async submit() {
    const begun = Date.now();
    const unsaved = () => [...editors.values()].some((editor) => editor.dirty);
    while (unsaved() && Date.now() - begun < SUBMIT_WITHIN_MS) {
      for (const editor of editors.values()) editor.flush();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    if (!unsaved()) this.send("submit", { id: fresh() });
  }

  // ---- texts that were left behind ------------------------------------------------------------

  async search() {
    this.searchedAt = Date.now();
    const left = journal.entries(this.data).filter((entry) => entry.tab !== tab.id);
    if (!left.length) return;
    const open = await tab.open();
    for (const entry of left) {
      if (open.has(entry.tab)) continue;
      if (plainBreaks(entry.text) === this.settled) journal.remove(entry.key);
      else if (!this.dirty && !this.aside) this.recover(entry);
      else if (this.text !== entry.text) this.rescue(entry);
      else journal.remove(entry.key);
    }
  }

  recover(entry) {
    if (this.dirty) return this.rescue(entry);
    if (this.focused && Date.now() - this.lastKey < LONGEST_MS) return;
    if (entry.text === this.settled) return journal.remove(entry.key);
    this.area.value = entry.text;
    this.base = { number: this.baseOf(entry), hash: entry.hash };
    this.since = entry.at;
    this.sender = entry.sender || entry.tab;
    this.record();
    if (entry.key !== this.ownKey) journal.remove(entry.key);
    this.grow();
  }

  // Saved on its own base, so that the server sets the two texts side by side.
  rescue(entry) {
    for (const sent of this.pending.values()) if (sent.key === entry.key) return;
    this.post({
      text: entry.text,
      base: this.baseOf(entry),
      tab: entry.sender || entry.tab,
      key: entry.key,
    });
  }

  // A number that the server does not have, or has with another text (a restored backup), is no
  // base: 0 makes it ask the person.
  baseOf(entry) {
    const known = plainBreaks(this.data.text);
    if (entry.base < this.data.number) return entry.base;
    return entry.base === this.data.number && entry.hash === hashOf(known) ? entry.base : 0;
  }

  // ---- what is seen ---------------------------------------------------------------------------

  get state() {
    if (this.aside) return "aside";
    if (!this.dirty) return "saved";
    const now = Date.now();
    const unanswered = this.waitingSince > 0 && now - this.waitingSince > ANSWER_MS;
    const late = this.since > 0 && now - this.since > LONGEST_MS + ANSWER_MS;
    return this.refused || unanswered || late ? "unsaved" : "saving";
  }

  paint() {
    const { words, closed } = this.data;
    const state = this.state;
    const times = { saved: Date.parse(this.data.saved_at), aside: this.asideAt };
    const said = words[state].replace("{time}", clock(times[state] ?? this.since));
    const reason = state === "unsaved" && this.refused ? this.refused.sentence : "";
    const notes = [reason, this.dirty && !journal.works ? words.no_journal : ""];
    const nothing = state === "saved" && (closed || !this.data.saved_at);
    this.frame.dataset.state = nothing ? "closed" : state;
    put(this.badge, said);
    put(this.count, words.characters.replace("{n}", String([...this.text].length)));
    put(this.note, notes.filter(Boolean).join(" "));
    this.area.readOnly = !this.restored || closed || this.aside !== null;
  }

  leave() {
    this.flush(true);
  }

  goAway() {
    this.leave();
    if (this.dirty) left.set(this.place, this);
  }
}

// Unchanged words are left alone: a status that is written again is read out again.
function put(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

function start() {
  if (ticking) return;
  ticking = true;
  setInterval(() => editors.forEach((editor) => editor.tick(Date.now())), TICK_MS);
  const leave = () => editors.forEach((editor) => editor.leave());
  document.addEventListener("visibilitychange", () => document.hidden && leave());
  addEventListener("pagehide", leave);
  addEventListener("beforeunload", (event) => {
    const held = [...editors.values()].some((editor) => editor.dirty);
    if (held && !journal.works) event.preventDefault();
  });
}

export default function (component) {
  const root = component.parentElement;
  start();
  if (!editors.has(root)) editors.set(root, new Editor(root));
  editors.get(root).update(component);
  return () => {
    editors.get(root)?.goAway();
    // A root that is drawn into again at once is not gone: its editor has to go on ticking.
    setTimeout(() => root.isConnected || editors.delete(root));
  };
}
