// The browser's journal of unsaved text, and which tabs of this browser are still open.
//
// A journal entry is one line of localStorage per workspace, working copy, part and tab. It is
// written before anything is sent and removed when the server has answered for exactly that text.

const JOURNAL = "gainsay:journal:";
const TAB = "gainsay:tab";
const ALIVE = "gainsay:alive:";
const BEAT_MS = 2000;
const DEAD_AFTER_MS = 6 * BEAT_MS;

const journal = {
  works: true,

  keyOf(place, tab) {
    return JOURNAL + [place.workspace, place.copy, place.part, tab].map(encodeURIComponent).join("/");
  },

  // Storage may be full, switched off or forbidden: the badge then says so.
  write(key, entry) {
    try {
      localStorage.setItem(key, JSON.stringify(entry));
      this.works = true;
    } catch {
      this.works = false;
    }
  },

  remove(key) {
    try {
      localStorage.removeItem(key);
    } catch {
      this.works = false;
    }
  },

  // Oldest first.
  entries(place) {
    const start = this.keyOf(place, "");
    const found = [];
    for (const key of this.keys()) {
      if (!key.startsWith(start)) continue;
      const entry = this.read(key);
      if (entry) found.push({ key, tab: decodeURIComponent(key.slice(start.length)), ...entry });
    }
    return found.sort((one, other) => one.at - other.at);
  },

  // A save into a closed copy is answered under another copy: its entry is known by the save's id.
  removeAnswered(ids) {
    for (const key of this.keys()) {
      if (key.startsWith(JOURNAL) && ids.has(this.read(key)?.sent)) this.remove(key);
    }
  },

  keys() {
    try {
      return Object.keys(localStorage);
    } catch {
      this.works = false;
      return [];
    }
  },

  read(key) {
    try {
      const entry = JSON.parse(localStorage.getItem(key));
      const whole =
        entry && typeof entry.text === "string" && Number.isInteger(entry.base) && entry.at > 0;
      return whole ? entry : null;
    } catch {
      return null;
    }
  },
};

function fresh() {
  const numbers = crypto.getRandomValues(new Uint32Array(3));
  return Array.from(numbers, (one) => one.toString(36)).join("");
}

// FNV-1a over UTF-16 units: it tells texts apart, it protects nothing.
function hashOf(text) {
  let hash = 0x811c9dc5;
  for (let place = 0; place < text.length; place++) {
    hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193) >>> 0;
  }
  return hash.toString(16) + "-" + text.length;
}

// A reload keeps the tab's id; a duplicated tab starts with a copy of it and takes a new one,
// because the lock on the id is held by the first.
const tab = {
  id: "",
  ready: null,

  start() {
    try {
      this.id = sessionStorage.getItem(TAB) || fresh();
    } catch {
      this.id = fresh();
    }
    this.keep();
    this.ready = navigator.locks ? this.claim() : this.beat();
  },

  keep() {
    try {
      sessionStorage.setItem(TAB, this.id);
    } catch {
      // The id then lasts as long as the page.
    }
  },

  async claim() {
    for (let attempt = 0; attempt < 3; attempt++) {
      if (await this.hold()) return;
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    this.id = fresh();
    this.keep();
    await this.hold();
  },

  hold() {
    return new Promise((resolve) => {
      navigator.locks
        .request(TAB + ":" + this.id, { ifAvailable: true }, (lock) => {
          resolve(lock !== null);
          // Held until the page is gone.
          return lock === null ? undefined : new Promise(() => {});
        })
        .catch(() => resolve(false));
    });
  },

  // Without locks (plain HTTP from another machine) an open tab is one that wrote lately.
  async beat() {
    const write = () => {
      try {
        localStorage.setItem(ALIVE + this.id, String(Date.now()));
      } catch {
        // Then every other tab counts as gone, and equal texts are saved once anyway.
      }
    };
    write();
    setInterval(write, BEAT_MS);
    addEventListener("pagehide", () => journal.remove(ALIVE + this.id));
  },

  async open() {
    if (navigator.locks) {
      const { held } = await navigator.locks.query();
      return new Set(held.map((lock) => lock.name.slice(TAB.length + 1)));
    }
    const open = new Set([this.id]);
    for (const key of journal.keys()) {
      if (!key.startsWith(ALIVE)) continue;
      if (Date.now() - Number(localStorage.getItem(key)) < DEAD_AFTER_MS) {
        open.add(key.slice(ALIVE.length));
      } else {
        journal.remove(key);
      }
    }
    return open;
  },
};
tab.start();
