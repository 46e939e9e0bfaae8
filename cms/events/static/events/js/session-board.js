// <session-board>: sessions of a day are dragged to another half hour or hall, or moved by keys. Both post the same
// form.

class SessionBoard extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("[data-move]");
    this.say = this.querySelector("[data-say]");
    this.cells = [...this.querySelectorAll("td[data-hall]")];
    this.addEventListener("dragstart", (event) => this.pickUp(event));
    this.addEventListener("dragover", (event) => this.over(event));
    this.addEventListener("dragend", () => this.mark(null));
    this.addEventListener("drop", (event) => this.drop(event));
    this.addEventListener("keydown", (event) => this.key(event));
  }

  pickUp(event) {
    const card = event.target.closest?.("[data-move-to]");
    if (!card) return;
    this.card = card;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.dataset.title);
  }

  over(event) {
    const cell = event.target.closest("td[data-hall]");
    if (!cell || !this.card) return;
    event.preventDefault();
    this.mark(cell);
  }

  drop(event) {
    const cell = event.target.closest("td[data-hall]");
    if (!cell || !this.card) return;
    event.preventDefault();
    this.send(this.card, cell);
  }

  mark(cell) {
    this.querySelector(".is-target")?.classList.remove("is-target");
    cell?.classList.add("is-target");
  }

  // A column is a hall, a row half an hour; a cell that spans rows is reached at its first.
  columns() {
    const halls = [...new Set(this.cells.map((cell) => cell.dataset.hall))];
    return halls.map((hall) => this.cells.filter((cell) => cell.dataset.hall === hall));
  }

  key(event) {
    const card = event.target.closest("[data-move-to]");
    if (!card || event.target !== card || card.getAttribute("draggable") === "false") return;
    const steps = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
    if (event.key in steps) {
      event.preventDefault();
      this.step(card, ...steps[event.key]);
    } else if (event.key === "Escape" && this.target) {
      this.target = null;
      this.mark(null);
      this.say.textContent = "";
    } else if (event.key === "Enter" && this.target) {
      event.preventDefault();
      this.send(card, this.target);
    }
  }

  step(card, sideways, down) {
    const columns = this.columns();
    const from = this.target || card.closest("td[data-hall]");
    const column = columns.findIndex((cells) => cells.includes(from));
    const next = columns[Math.max(0, Math.min(columns.length - 1, column + sideways))];
    let index = next.indexOf(from);
    if (index < 0) {
      index = next.findLastIndex((cell) => cell.dataset.at <= from.dataset.at);
    }
    this.target = next[Math.max(0, Math.min(next.length - 1, Math.max(0, index) + down))];
    this.mark(this.target);
    this.target.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.say.textContent = `${this.dataset.moving}: ${this.target.dataset.hallName}, ${this.target.dataset.clock}`;
  }

  send(card, cell) {
    this.form.action = card.dataset.moveTo;
    this.form.elements.hall.value = cell.dataset.hall;
    this.form.elements.starts_at.value = cell.dataset.at;
    this.form.elements.version.value = card.dataset.version;
    this.form.submit();
  }
}

customElements.define("session-board", SessionBoard);
