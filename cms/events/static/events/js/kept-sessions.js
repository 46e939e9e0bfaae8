// <kept-sessions data-label="…">: marks the sessions that this device keeps (cookie `programme`, numbers with dots
// between). The page itself is the same for every visitor, so that it may be kept by caches.

class KeptSessions extends HTMLElement {
  connectedCallback() {
    const found = document.cookie.split("; ").find((one) => one.startsWith("programme="));
    const kept = new Set((found || "").slice("programme=".length).split("."));
    for (const card of this.querySelectorAll("[data-session]")) {
      if (!kept.has(card.dataset.session)) continue;
      card.classList.add("is-kept");
      const mark = document.createElement("p");
      mark.className = "ses__kept";
      mark.textContent = this.dataset.label;
      card.querySelector("h3").after(mark);
    }
  }
}

customElements.define("kept-sessions", KeptSessions);
