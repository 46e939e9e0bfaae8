// What every page has. Each element works on markup that is already there; without JavaScript the page still does.
// Modules are loaded by the page, not by each other, so that every address carries its hash.

class ToastNote extends HTMLElement {
  connectedCallback() {
    if (this.querySelector("button")) return;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "button button--small";
    close.textContent = this.dataset.close;
    close.addEventListener("click", () => this.remove());
    this.append(close);
  }
}

class CopyText extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    if (!button || !navigator.clipboard) return;
    button.hidden = false;
    const label = button.textContent;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(this.dataset.text);
      button.textContent = this.dataset.done;
      setTimeout(() => (button.textContent = label), 2000);
    });
  }
}

class PassPeek extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input");
    if (!input || this.querySelector("button")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--small";
    const show = (seen) => {
      input.type = seen ? "text" : "password";
      button.textContent = seen ? this.dataset.hide : this.dataset.show;
      button.setAttribute("aria-pressed", String(seen));
    };
    button.addEventListener("click", () => show(input.type === "password"));
    show(false);
    this.append(button);
  }
}

class HoldClock extends HTMLElement {
  connectedCallback() {
    this.until = new Date(this.dataset.until);
    this.place = this.querySelector(".hold-clock__left");
    if (!this.place || Number.isNaN(this.until.getTime())) return;
    this.tick();
    this.timer = setInterval(() => this.tick(), 30000);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  tick() {
    const minutes = Math.floor((this.until - Date.now()) / 60000);
    const { days, hours, minutes: min, over } = this.dataset;
    if (minutes < 0) {
      this.place.textContent = over;
      clearInterval(this.timer);
    } else if (minutes >= 2880) {
      this.place.textContent = `${Math.floor(minutes / 1440)} ${days}`;
    } else if (minutes >= 60) {
      this.place.textContent = `${Math.floor(minutes / 60)} ${hours} ${minutes % 60} ${min}`;
    } else {
      this.place.textContent = `${minutes} ${min}`;
    }
  }
}

// <date-strip>: a row of days wider than the screen starts at today, or at the chosen day.
class DateStrip extends HTMLElement {
  connectedCallback() {
    const target = this.querySelector("[aria-current], [data-today], .is-today");
    if (target) this.scrollLeft = Math.max(0, target.offsetLeft - this.clientWidth / 3);
  }
}

// <open-dialog for="id">: its button opens that <dialog>; buttons with data-close inside the dialog close it.
class OpenDialog extends HTMLElement {
  connectedCallback() {
    const dialog = document.getElementById(this.getAttribute("for"));
    const button = this.querySelector("button, a");
    if (!dialog || !button) return;
    button.addEventListener("click", (event) => {
      event.preventDefault();
      dialog.showModal();
    });
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
    });
    dialog.addEventListener("close", () => button.focus());
  }
}

// <auto-submit>: a form inside is sent when a choice changes; its own button is for those without JavaScript.
class AutoSubmit extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector("form");
    if (!form) return;
    this.querySelectorAll("[data-fallback]").forEach((button) => (button.hidden = true));
    form.addEventListener("change", () => form.requestSubmit());
  }
}

for (const [name, element] of Object.entries({
  "toast-note": ToastNote,
  "copy-text": CopyText,
  "pass-peek": PassPeek,
  "hold-clock": HoldClock,
  "date-strip": DateStrip,
  "open-dialog": OpenDialog,
  "auto-submit": AutoSubmit,
})) {
  if (!customElements.get(name)) customElements.define(name, element);
}

// After a refused form the summary takes the focus, whether the page or htmx brought it.
const summary = () => document.querySelector('form [role="alert"][tabindex="-1"]')?.focus();
summary();
document.addEventListener("htmx:afterSwap", summary);

// How much is found now: said by a line that stays, since what is swapped in is no news to a screen reader.
document.addEventListener("htmx:afterSwap", () => {
  const line = document.querySelector("[data-said]");
  const count = document.querySelector(".find__status h2");
  if (line && count) line.textContent = count.textContent;
});

// What htmx could not do is said; the page stays as it is.
const copy = (id) => document.getElementById(id)?.content.firstElementChild.cloneNode(true);
const failed = () => {
  let place = document.querySelector(".messages--late");
  if (!place) {
    place = document.createElement("div");
    place.className = "messages messages--late";
    document.body.append(place);
  }
  const note = copy("note-failed");
  if (note) place.replaceChildren(note);
};
document.addEventListener("htmx:responseError", failed);
document.addEventListener("htmx:sendError", failed);
document.addEventListener("htmx:timeout", failed);

// The connection: one line on top while it is away.
addEventListener("offline", () => {
  const note = copy("note-offline");
  if (note && !document.querySelector(".banner--offline")) document.querySelector("header")?.after(note);
});
addEventListener("online", () => document.querySelector(".banner--offline")?.remove());
