// <door-post>: a door on a phone. Its list and everything it notes stay on the phone; what is noted is sent when a
// network is there, again and again until the server says that it has it. Nothing is lost by closing the page.

const SIGNS = /[^23456789ABCDEFGHJKMNPQRSTUVWXYZ]/g;
const EVERY = 15000;

class DoorPost extends HTMLElement {
  connectedCallback() {
    this.words = JSON.parse(this.dataset.words);
    const fresh = JSON.parse(this.dataset.state);
    this.key = `door:${fresh.session}`;
    const kept = JSON.parse(localStorage.getItem(this.key) || "null");
    this.store = kept || { device: this.device(), log: [] };
    if (!kept || !kept.state || kept.state.at < fresh.at) this.store.state = fresh;
    this.post = this.querySelector("[data-post]");
    this.piece = (name) => this.querySelector(`[data-part=${name}]`);
    this.piece("find").addEventListener("submit", (event) => {
      event.preventDefault();
      const field = this.piece("find").elements.q;
      this.typed(field.value);
      field.select(); // the next one is typed over it
    });
    this.piece("try").addEventListener("click", () => this.sync());
    this.piece("padkey").addEventListener("click", () => this.showPad(this.piece("pad").hidden));
    this.piece("pad").addEventListener("click", (event) => this.press(event.target.closest("[data-sign]")));
    this.camera();
    addEventListener("online", () => this.sync());
    addEventListener("offline", () => this.draw());
    this.timer = setInterval(() => this.sync(), EVERY);
    this.others = fresh.others || {};
    this.keepPage();
    this.keep();
    this.sync();
  }

  // The lot's time, also on a phone whose clock is wrong: the last answer of the server says by how much.
  now() {
    return new Date(Date.now() + (this.store.skew || 0));
  }

  clock(instant) {
    return new Date(instant).toLocaleTimeString([], {
      hour: "2-digit",
      minute: "2-digit",
      timeZone: this.store.state.zone,
    });
  }

  // Puts this page and its files on the phone at the first load, and says whether they are there.
  async keepPage() {
    if (!("serviceWorker" in navigator)) {
      this.piece("ready").textContent = this.words.cannot;
      return;
    }
    this.piece("ready").textContent = this.words.not_ready;
    try {
      await navigator.serviceWorker.register(this.dataset.worker, { scope: this.dataset.scope });
      const { active } = await navigator.serviceWorker.ready;
      const files = performance.getEntriesByType("resource").map((entry) => entry.name);
      const ours = files.filter((name) => new URL(name).origin === location.origin && name.includes("/static/"));
      const channel = new MessageChannel();
      channel.port1.onmessage = ({ data }) => {
        if (data.kept) this.piece("ready").textContent = this.words.ready;
      };
      active.postMessage({ keep: [location.href.split("#")[0], ...new Set(ours)] }, [channel.port2]);
    } catch {
      this.piece("ready").textContent = this.words.cannot;
    }
  }

  showPad(open) {
    this.piece("pad").hidden = !open;
    this.piece("padkey").setAttribute("aria-expanded", String(open));
  }

  press(key) {
    if (!key) return;
    const field = this.piece("find").elements.q;
    const signs = field.value.toUpperCase().replace(SIGNS, "");
    field.value =
      key.dataset.sign === "back" ? signs.slice(0, -1) : (signs.length >= 6 ? "" : signs) + key.dataset.sign;
    if (field.value.length === 6 && key.dataset.sign !== "back") this.typed(field.value);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  device() {
    const known = localStorage.getItem("door:device");
    if (known) return known;
    const made = `${this.dataset.device}-${Math.random().toString(36).slice(2, 6)}`;
    localStorage.setItem("door:device", made);
    return made;
  }

  keep() {
    localStorage.setItem(this.key, JSON.stringify(this.store));
    this.draw();
  }

  waiting() {
    return this.store.log.filter((entry) => !entry.sent && !entry.refused);
  }

  inside(person) {
    const noted = this.store.log.filter((entry) => entry.code === person.code && !entry.counted && !entry.refused);
    return Math.max(0, Math.min(person.seats, person.entered + noted.reduce((sum, entry) => sum + entry.people, 0)));
  }

  // What was scanned: GYCQ.<session>.<code>.<proof>; anything else is looked up as typed.
  read(text) {
    const parts = text.trim().split(".");
    if (parts[0] !== "GYCQ" || parts.length !== 4) return this.typed(text);
    if (Number(parts[1]) !== this.store.state.session) return this.elsewhere(parts[2], this.others[parts[1]]);
    const person = this.store.state.people.find((one) => one.code === parts[2]);
    if (!person) return this.answer("never", this.words.unknown);
    if (person.proof !== parts[3]) return this.answer("never", this.words.forged);
    return this.arrive(person);
  }

  typed(text) {
    const people = this.store.state.people;
    const plain = text.normalize("NFKC");
    const code = plain.toUpperCase().replace(SIGNS, "");
    const exact = people.find((one) => one.code === code);
    if (exact) return this.arrive(exact);
    const name = plain.toLowerCase().trim().replace(/\s+/g, " ");
    const packed = name.replaceAll(" ", "");
    const fits = (key) => key.includes(name) || key.replaceAll(" ", "").includes(packed);
    const named = packed ? people.filter((one) => one.find.some(fits)) : [];
    if (named.length) return this.choose(named.slice(0, 12));
    if (code.length === 6) return this.elsewhere(code, "");
    return this.answer("never", this.words.unknown);
  }

  // A code that is not on this list: the phone says where it belongs if it knows, else it asks while there is a
  // network.
  elsewhere(code, place) {
    this.piece("choose").replaceChildren();
    this.answer("never", place ? this.words.other : this.words.unknown, null, 0, place);
    if (!place) {
      this.look = code.replace(SIGNS, "").length === 6 ? code : "";
      this.sync();
    }
  }

  // Somebody found by name is let in only when the doorkeeper has asked and pressed the name.
  choose(people) {
    this.answer("ask", people.length > 1 ? this.words.many : this.words.confirm);
    const list = this.piece("choose");
    list.replaceChildren(
      ...people.map((person) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "button";
        button.textContent = `${person.name} · ${person.code.slice(0, 4)}-${person.code.slice(4)} · ${person.seats}`;
        button.addEventListener("click", () => this.arrive(person));
        return button;
      }),
    );
  }

  arrive(person) {
    this.piece("choose").replaceChildren();
    if (person.state === "cancelled" || person.state === "lapsed")
      return this.answer("never", this.words[person.state], person);
    const left = person.seats - this.inside(person);
    if (left <= 0) {
      this.last = person;
      this.note(person, 1, true);
      return this.answer("never", this.words.repeat, person);
    }
    if (person.state !== "registered") {
      this.last = person;
      const when = `${this.words.late} ${this.store.state.late_clock}`;
      return this.answer(
        "ask",
        `${person.state === "offered" ? this.words.offered : this.words.waiting} · ${when}`,
        person,
      );
    }
    return this.letIn(person, left);
  }

  letIn(person, people) {
    this.last = person;
    this.note(person, people, false);
    this.answer("ok", this.words.ok, person, people);
    navigator.vibrate?.(80);
  }

  note(person, people, repeat) {
    this.store.log.push({
      id: crypto.randomUUID(),
      code: person.code,
      name: person.name,
      people,
      at: this.now().toISOString(),
      repeat,
    });
    this.keep();
    this.sync();
  }

  answer(may, word, person, people, place) {
    const box = this.piece("last");
    box.hidden = false;
    box.dataset.may = may;
    this.piece("word").textContent = word;
    this.piece("count").textContent = people ? `${people} ${this.words.people}` : "";
    this.piece("who").textContent = person ? [person.name, ...person.companions].join(" · ") : place || "";
    this.piece("code").textContent = person ? `${person.code.slice(0, 4)}-${person.code.slice(4)}` : "";
    const doing = this.piece("do");
    doing.replaceChildren();
    if (!person) return;
    const offer = (label, change) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button";
      button.textContent = label;
      button.addEventListener("click", change);
      doing.append(button);
    };
    if (may === "ok") {
      if (people > 1)
        offer("− 1", () => {
          this.note(person, -1, false);
          this.answer("ok", this.words.ok, person, people - 1);
        });
      offer(this.words.undo, () => {
        this.note(person, -people, false);
        this.answer("ask", this.words.undo, person);
      });
    }
    if (may !== "ask" || person.state === "registered") return;
    if (this.now() < new Date(this.store.state.late_at)) doing.textContent = this.words.early;
    else offer(this.words.let_in, () => this.letIn(person, person.seats - this.inside(person)));
  }

  async sync() {
    if (this.busy) return;
    this.busy = true;
    const sending = this.waiting().slice(0, 200);
    const look = this.look || "";
    try {
      const answer = await fetch(this.dataset.sync, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.dataset.csrf },
        body: JSON.stringify({
          device: this.store.device,
          look,
          entries: sending.map(({ id, code, people, at }) => ({ id, code, people, at })),
        }),
        signal: AbortSignal.timeout(8000),
      });
      if (answer.redirected || answer.status === 403 || answer.status === 404) {
        this.online = false;
        this.piece("net").textContent = this.words.signed_out;
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      const { kept, unknown, state, looked } = await answer.json();
      for (const entry of this.store.log) {
        if (kept.includes(entry.id)) entry.sent = true;
        if (unknown.includes(entry.id)) entry.refused = true;
        if (entry.sent) entry.counted = true;
      }
      this.store.state = state;
      this.store.skew = Math.round(new Date(state.at) - Date.now());
      this.online = true;
      if (looked && looked.code === this.look) {
        this.look = "";
        if (looked.sessions.length) this.answer("never", this.words.other, null, 0, looked.sessions.join(" / "));
      }
      this.store.log = this.store.log.filter((entry, index, all) => !entry.sent || index >= all.length - 2000);
      this.keep();
    } catch {
      this.online = false;
      this.draw();
    } finally {
      this.busy = false;
    }
    if (this.online && (this.waiting().length || this.look)) this.sync();
  }

  draw() {
    const { state, log } = this.store;
    const unsent = this.waiting();
    const inside = state.people.reduce((sum, person) => sum + this.inside(person), 0);
    this.piece("inside").textContent = `${inside} / ${state.counts.seats}`;
    this.piece("missing").textContent = String(Math.max(0, state.counts.registered - inside));
    this.piece("waiting").textContent = String(state.counts.waiting);
    this.dataset.net = this.online ? "on" : "off";
    this.piece("net").textContent = this.online ? this.words.online : this.words.offline;
    this.piece("kept").textContent = unsent.length ? `${unsent.length} ${this.words.kept}` : this.words.sent;
    this.piece("list").textContent = `${state.people.length} · ${this.clock(state.at)}`;
    this.piece("log").replaceChildren(
      ...log
        .slice(-30)
        .reverse()
        .map((entry) => {
          const row = document.createElement("li");
          const cells = [
            this.clock(entry.at),
            entry.name,
            String(entry.people),
            entry.repeat ? this.words.repeat : entry.refused ? this.words.refused : this.words.ok,
          ];
          for (const [index, text] of cells.entries()) {
            const cell = document.createElement(["time", "b", "span", "span"][index]);
            cell.textContent = text;
            if (index === 3) {
              cell.className = "may-word";
              cell.dataset.may = entry.repeat || entry.refused ? "never" : "ok";
            }
            row.append(cell);
          }
          return row;
        }),
    );
    this.drawRepeats(state.repeats);
  }

  drawRepeats(repeats) {
    const section = this.piece("repeats");
    section.hidden = !repeats.length;
    this.piece("repeatlist").replaceChildren(
      ...repeats.map((one) => {
        const box = document.createElement("div");
        box.className = "notice";
        box.dataset.state = "refused";
        const title = document.createElement("p");
        title.append(
          Object.assign(document.createElement("b"), {
            textContent: `${one.code.slice(0, 4)}-${one.code.slice(4)} ${one.name}`,
          }),
        );
        box.append(title);
        for (const entry of one.entries) {
          box.append(
            Object.assign(document.createElement("p"), {
              textContent: `${entry.at} · ${entry.device} · ${entry.people}`,
            }),
          );
        }
        const form = document.createElement("form");
        form.method = "post";
        form.action = this.dataset.settle;
        for (const [name, value] of [
          ["csrfmiddlewaretoken", this.dataset.csrf],
          ["code", one.code],
        ]) {
          form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
        }
        form.append(
          Object.assign(document.createElement("button"), {
            type: "submit",
            className: "button button--small",
            textContent: this.dataset.settled,
          }),
        );
        box.append(form);
        return box;
      }),
    );
  }

  async camera() {
    const button = this.piece("scan");
    if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return this.still();
    this.piece("camera").hidden = false;
    button.addEventListener("click", async () => {
      try {
        const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
        const video = this.piece("video");
        video.srcObject = stream;
        video.hidden = false;
        button.hidden = true;
        await video.play();
        this.scan(video, new BarcodeDetector({ formats: ["qr_code"] }));
      } catch {
        this.answer("ask", this.words.camera);
      }
    });
  }

  // Without a BarcodeDetector: a still picture, read by the server while the network lasts.
  still() {
    this.piece("still").hidden = false;
    this.piece("stillfile").addEventListener("change", async ({ target }) => {
      const [file] = target.files;
      target.value = "";
      if (file) await this.sendPicture(file);
    });
    addEventListener("offline", () => this.showPad(true));
    if (!navigator.onLine) this.showPad(true);
  }

  async sendPicture(file) {
    this.answer("ask", this.words.reading);
    const body = new FormData();
    body.append("csrfmiddlewaretoken", this.dataset.csrf);
    body.append("picture", await smaller(file), "code.jpg");
    try {
      const answer = await fetch(this.dataset.picture, { method: "POST", body, signal: AbortSignal.timeout(15000) });
      if (answer.redirected || answer.status === 403 || answer.status === 404)
        return this.answer("ask", this.words.signed_out);
      const { text } = answer.ok ? await answer.json() : {};
      if (text) return this.read(text);
      this.answer("ask", this.words.no_code);
    } catch {
      this.answer("ask", this.words.no_net);
    }
    this.showPad(true);
  }

  async scan(video, detector) {
    let before = "";
    let when = 0;
    const look = async () => {
      if (!this.isConnected) return;
      const [found] = await detector.detect(video).catch(() => []);
      if (found && (found.rawValue !== before || Date.now() - when > 4000)) {
        before = found.rawValue;
        when = Date.now();
        this.read(before);
      }
      setTimeout(look, 200);
    };
    look();
  }
}

// A phone's picture at a size that is sent in a moment; as it is where the browser cannot draw it.
async function smaller(file) {
  try {
    const drawn = await createImageBitmap(file);
    const scale = Math.min(1, 1600 / Math.max(drawn.width, drawn.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(drawn.width * scale);
    canvas.height = Math.round(drawn.height * scale);
    canvas.getContext("2d").drawImage(drawn, 0, 0, canvas.width, canvas.height);
    return await new Promise((done) => canvas.toBlob((blob) => done(blob || file), "image/jpeg", 0.85));
  } catch {
    return file;
  }
}

customElements.define("door-post", DoorPost);
