// <place-filters data-form="id"> around the form and #found: what changes is asked for at once, #found alone is
// swapped, the address says all of it. Folds, focus and scroll stay as they are. Without JavaScript the form and its
// links do the same. Suggestions are those of live-filters.js, which the page loads first.
/* global htmx */

const PAUSE_MS = 120;
const CARRIED = ["q", "bbox", "near", "polygon", "view"];

class PlaceFilters extends customElements.get("live-filters") {
  connectedCallback() {
    this.form = document.getElementById(this.dataset.form);
    this.history = "push";
    this.folds = new Map();
    this.addEventListener("change", (event) => {
      const field = event.target;
      if (field.form !== this.form || !field.matches("input[type=checkbox], select, .range input")) return;
      clearTimeout(this.changed); // Enter in a number says "change" and then submits by itself: once is enough
      this.changed = setTimeout(() => this.form.requestSubmit());
    });
    this.form.addEventListener("submit", () => clearTimeout(this.changed));
    this.addEventListener("click", (event) => this.follow(event));
    this.addEventListener("htmx:configRequest", ({ detail }) => this.prune(detail.formData));
    this.addEventListener("htmx:beforeSwap", () => this.remember());
    this.addEventListener("htmx:afterSettle", ({ detail }) => this.settled(detail));
    this.addEventListener("input", (event) => {
      if (!event.target.matches("[data-suggest]")) return;
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.suggest(event.target), PAUSE_MS);
    });
    this.back = () => this.load(location.href, "none");
    window.addEventListener("popstate", this.back);
  }

  disconnectedCallback() {
    window.removeEventListener("popstate", this.back);
  }

  prune(data) {
    for (const [name, value] of [...data]) {
      if (value === "" || (name === "sort" && value === "relevance")) data.delete(name);
    }
  }

  // A link inside the results that only changes the address: swapped too, unless the reader wants another tab.
  follow(event) {
    const link = event.target.closest?.("a[href]");
    if (
      !link ||
      event.defaultPrevented ||
      event.button ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const href = link.getAttribute("href");
    if (href === "#filters") return this.openFilters(event);
    if (!link.closest("#found") || !href.startsWith("?")) return;
    event.preventDefault();
    this.then = link.closest(".pager") ? "top" : link.closest(".find__views") ? "view" : "heading";
    this.load(new URL(href, location.href.split("#")[0]).href, "push");
  }

  openFilters(event) {
    event.preventDefault();
    const fold = document.getElementById("fold-filters");
    fold.open = true;
    fold.scrollIntoView({ block: "start" });
    fold.querySelector("summary").focus({ preventScroll: true });
  }

  // `how` is push, replace or none; `state` is kept with the address.
  send(how, state = null) {
    this.history = how;
    this.state = state;
    this.form.requestSubmit();
  }

  load(address, how) {
    this.history = how;
    this.state = null;
    const { pathname, search } = new URL(address);
    htmx.ajax("GET", pathname + search, { source: this, target: "#found", swap: "outerHTML" });
  }

  remember() {
    this.folds = new Map([...this.querySelectorAll("#found details[id]")].map((fold) => [fold.id, fold.open]));
  }

  settled(detail) {
    const found = document.getElementById("found");
    if (!found || (detail.target?.id !== "found" && detail.elt?.id !== "found")) return;
    this.folds.forEach((open, id) => {
      const fold = document.getElementById(id);
      if (fold) fold.open = open;
    });
    const address = new URL(detail.pathInfo.finalRequestPath || detail.pathInfo.requestPath, location.href);
    if (this.history === "push" && address.href !== location.href) history.pushState(this.state, "", address);
    if (this.history === "replace") history.replaceState(this.state, "", address);
    this.carry(address.searchParams);
    this.querySelector("[data-said]").textContent = found.querySelector("#h-hits").textContent;
    this.focusAfter(found);
    const moved = this.state?.moved ?? false;
    this.history = "push";
    this.state = null;
    this.dispatchEvent(new CustomEvent("places:shown", { detail: { moved } }));
  }

  carry(params) {
    CARRIED.forEach((name) => (this.form.elements[name].value = params.get(name) ?? ""));
    const { sort } = this.form.elements;
    [...sort.options].forEach((option) => (option.disabled = option.value === "distance" && !params.get("near")));
    sort.value = params.get("sort") ?? "relevance";
  }

  focusAfter(found) {
    const heading = found.querySelector("#h-hits");
    if (this.then === "view") found.querySelector('.find__views [aria-current="true"]')?.focus({ preventScroll: true });
    else if (this.then) heading.focus({ preventScroll: true });
    if (this.then === "top") heading.scrollIntoView({ block: "start" });
    this.then = "";
  }
}

customElements.define("place-filters", PlaceFilters);
