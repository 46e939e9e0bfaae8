// <companion-list data-add="…" data-cut="…">: shows a field for a companion when one is wanted. Without script all are
// there.

class CompanionList extends HTMLElement {
  connectedCallback() {
    this.fields = [...this.querySelectorAll(".field")];
    if (!this.fields.length || this.querySelector("[data-more]")) return;
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "button button--small";
    this.button.dataset.more = "";
    this.button.textContent = this.dataset.add;
    this.button.addEventListener("click", () => this.add());
    for (const field of this.fields) {
      const input = field.querySelector("input");
      const filled = input.value || field.querySelector(".field__error");
      field.hidden = !filled;
      const cut = document.createElement("button");
      cut.type = "button";
      cut.className = "button button--small";
      cut.textContent = this.dataset.cut;
      cut.setAttribute("aria-label", `${this.dataset.cut}: ${field.querySelector("label").textContent.trim()}`);
      cut.addEventListener("click", () => this.cut(field));
      field.append(cut);
    }
    this.append(this.button);
    this.count();
  }

  add() {
    const next = this.fields.find((field) => field.hidden);
    if (!next) return;
    next.hidden = false;
    next.querySelector("input").focus();
    this.count();
  }

  cut(field) {
    field.querySelector("input").value = "";
    field.hidden = true;
    this.count();
    this.button.focus();
  }

  count() {
    this.button.hidden = !this.fields.some((field) => field.hidden);
  }
}

customElements.define("companion-list", CompanionList);
