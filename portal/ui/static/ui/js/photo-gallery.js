// <photo-gallery> around links to large pictures: <a href="big.jpg" data-caption="…" data-credit="…"><img></a>.
// Opens them full screen in a <dialog>: arrows, Home, End, Esc, swipe; a counter; focus returns to the link.
// Words come from data-close, data-back, data-on of the element.

class PhotoGallery extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      const all = event.target.closest("[data-gallery-open]");
      const link = event.target.closest("a[href]");
      const links = this.links();
      const index = all ? 0 : links.indexOf(link);
      if (index < 0 || !links.length) return;
      event.preventDefault();
      this.open(index, all || link);
    });
  }

  links() {
    return [...this.querySelectorAll("a[href]")].filter((link) => link.querySelector("img") || link.dataset.caption);
  }

  open(index, from) {
    this.dialog ??= this.build();
    this.from = from;
    this.show(index);
    this.dialog.showModal();
  }

  build() {
    const dialog = document.createElement("dialog");
    dialog.className = "viewer";
    const make = (tag, name, parent, text = "") => {
      const node = document.createElement(tag);
      node.className = name;
      node.textContent = text;
      parent.append(node);
      return node;
    };
    const button = (name, parent, text, label, act) => {
      const node = make("button", name, parent, text);
      node.type = "button";
      if (label) node.setAttribute("aria-label", label);
      node.addEventListener("click", act);
      return node;
    };
    const bar = make("div", "viewer__bar", dialog);
    this.counter = make("span", "viewer__count", bar);
    this.counter.setAttribute("aria-live", "polite");
    button("viewer__close", bar, this.dataset.close || "×", "", () => dialog.close());
    const stage = make("div", "viewer__stage", dialog);
    this.picture = make("img", "", stage);
    button("viewer__go viewer__go--back", stage, "‹", this.dataset.back || "‹", () => this.show(this.index - 1));
    button("viewer__go viewer__go--on", stage, "›", this.dataset.on || "›", () => this.show(this.index + 1));
    const text = make("p", "viewer__text", dialog);
    this.caption = make("b", "", text);
    this.credit = make("span", "", text);
    this.credit.translate = false;
    const keys = { ArrowLeft: -1, ArrowRight: 1 };
    dialog.addEventListener("keydown", (event) => {
      if (event.key in keys) this.show(this.index + keys[event.key]);
      else if (event.key === "Home") this.show(0);
      else if (event.key === "End") this.show(-1);
      else return;
      event.preventDefault();
    });
    let start = null;
    stage.addEventListener("pointerdown", (event) => (start = event.clientX));
    stage.addEventListener("pointerup", (event) => {
      const moved = start === null ? 0 : event.clientX - start;
      if (Math.abs(moved) > 48) this.show(this.index - Math.sign(moved));
      start = null;
    });
    dialog.addEventListener("close", () => this.from?.focus());
    document.body.append(dialog);
    return dialog;
  }

  show(index) {
    const links = this.links();
    this.index = (index + links.length) % links.length;
    const link = links[this.index];
    const image = link.querySelector("img");
    this.picture.src = link.href;
    this.picture.alt = image?.alt || "";
    this.caption.textContent = link.dataset.caption || image?.alt || "";
    this.credit.textContent = link.dataset.credit || "";
    this.counter.textContent = `${this.index + 1} / ${links.length}`;
    const next = links[(this.index + 1) % links.length];
    new Image().src = next.href;
  }

  disconnectedCallback() {
    this.dialog?.remove();
    this.dialog = undefined;
  }
}

if (!customElements.get("photo-gallery")) customElements.define("photo-gallery", PhotoGallery);
