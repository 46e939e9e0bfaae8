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
    this.camera();
    addEventListener("online", () => this.sync());
    addEventListener("offline", () => this.draw());
    this.timer = setInterval(() => this.sync(), EVERY);
    if ("serviceWorker" in navigator) navigator.serviceWorker.register(this.dataset.worker, { scope: this.dataset.scope });
    this.keep();
    this.sync();
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
    if (Number(parts[1]) !== this.store.state.session) return this.answer("never", this.words.other);
    const person = this.store.state.people.find((one) => one.code === parts[2]);
    if (!person) return this.answer("never", this.words.unknown);
    if (person.proof !== parts[3]) return this.answer("never", this.words.forged);
    return this.arrive(person);
  }

  typed(text) {
    const people = this.store.state.people;
    const code = text.toUpperCase().replace(SIGNS, "");
    const exact = people.find((one) => one.code === code);
    if (exact) return this.arrive(exact);
    const name = text.trim();
    const named = name ? people.filter((one) => one.name.includes(name) || one.companions.some((mate) => mate.includes(name))) : [];
    if (named.length === 1) return this.arrive(named[0]);
    if (named.length > 1) return this.choose(named.slice(0, 12));
    return this.answer("never", this.words.unknown);
  }

  choose(people) {
    this.answer("ask", this.words.many);
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
    const left = person.seats - this.inside(person);
    if (left <= 0) {
      this.last = person;
      this.note(person, 1, true);
      return this.answer("never", this.words.repeat, person);
    }
    if (person.state !== "registered") {
      this.last = person;
      const when = `${this.words.late} ${this.store.state.late_at.slice(11, 16)}`;
      return this.answer("ask", `${person.state === "offered" ? this.words.offered : this.words.waiting} · ${when}`, person);
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
    this.store.log.push({ id: crypto.randomUUID(), code: person.code, name: person.name, people, at: new Date().toISOString(), repeat });
    this.keep();
    this.sync();
  }

  answer(may, word, person, people) {
    const box = this.piece("last");
    box.hidden = false;
    box.dataset.may = may;
    this.piece("word").textContent = word;
    this.piece("count").textContent = people ? `${people} ${this.words.people}` : "";
    this.piece("who").textContent = person ? [person.name, ...person.companions].join(" · ") : "";
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
      if (people > 1) offer("− 1", () => { this.note(person, -1, false); this.answer("ok", this.words.ok, person, people - 1); });
      offer(this.words.undo, () => { this.note(person, -people, false); this.answer("ask", this.words.undo, person); });
    }
    if (may === "ask" && person.state !== "registered") offer(this.words.let_in, () => this.letIn(person, person.seats - this.inside(person)));
  }

  async sync() {
    if (this.busy) return;
    this.busy = true;
    const sending = this.waiting().slice(0, 200);
    try {
      const answer = await fetch(this.dataset.sync, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.dataset.csrf },
        body: JSON.stringify({ device: this.store.device, entries: sending.map(({ id, code, people, at }) => ({ id, code, people, at })) }),
        signal: AbortSignal.timeout(8000),
      });
      if (answer.redirected || answer.status === 403 || answer.status === 404) {
        this.online = false;
        this.piece("net").textContent = this.words.signed_out;
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      const { kept, unknown, state } = await answer.json();
      for (const entry of this.store.log) {
        if (kept.includes(entry.id)) entry.sent = true;
        if (unknown.includes(entry.id)) entry.refused = true;
        if (entry.sent) entry.counted = true;
      }
      this.store.state = state;
      this.online = true;
      this.store.log = this.store.log.filter((entry, index, all) => !entry.sent || index >= all.length - 2000);
      this.keep();
    } catch {
      this.online = false;
      this.draw();
    } finally {
      this.busy = false;
    }
    if (this.online && this.waiting().length) this.sync();
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
    this.piece("list").textContent = `${state.people.length} · ${new Date(state.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`;
    this.piece("log").replaceChildren(
      ...log.slice(-30).reverse().map((entry) => {
        const row = document.createElement("li");
        const cells = [new Date(entry.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }), entry.name, String(entry.people), entry.repeat ? this.words.repeat : this.words.ok];
        for (const [index, text] of cells.entries()) {
          const cell = document.createElement(["time", "b", "span", "span"][index]);
          cell.textContent = text;
          if (index === 3) { cell.className = "may-word"; cell.dataset.may = entry.repeat ? "never" : "ok"; }
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
        title.append(Object.assign(document.createElement("b"), { textContent: `${one.code.slice(0, 4)}-${one.code.slice(4)} ${one.name}` }));
        box.append(title);
        for (const entry of one.entries) {
          box.append(Object.assign(document.createElement("p"), { textContent: `${entry.at} · ${entry.device} · ${entry.people}` }));
        }
        const form = document.createElement("form");
        form.method = "post";
        form.action = this.dataset.settle;
        for (const [name, value] of [["csrfmiddlewaretoken", this.dataset.csrf], ["code", one.code]]) {
          form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
        }
        form.append(Object.assign(document.createElement("button"), { type: "submit", className: "button button--small", textContent: this.dataset.settled }));
        box.append(form);
        return box;
      }),
    );
  }

  async camera() {
    const button = this.piece("scan");
    if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return;
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

customElements.define("door-post", DoorPost);
