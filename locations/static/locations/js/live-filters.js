// <live-filters data-form="id"> sends the form as soon as a box or a choice changes. Without JavaScript a button does.
// An input with data-suggest (an address) and a datalist inside it offers what is there from the first character.

const PAUSE_MS = 120;

class LiveFilters extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", (event) => {
      const field = event.target;
      if (!field.matches('input[type="checkbox"], select') || field.form?.id !== this.dataset.form) return;
      field.form.requestSubmit();
    });
    this.addEventListener("htmx:configRequest", ({ detail }) => {
      for (const [name, value] of [...detail.formData]) {
        if (value === "" || (name === "sort" && value === "relevance")) detail.formData.delete(name);
      }
    });
    this.addEventListener("input", (event) => {
      if (!event.target.matches("[data-suggest]")) return;
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.suggest(event.target), PAUSE_MS);
    });
  }

  async suggest(field) {
    const text = field.value.trim();
    if (!text || text.length > 60) return;
    const headers = { "Accept-Language": document.documentElement.lang };
    const response = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(text)}`, { headers });
    if (!response.ok || field.value.trim() !== text) return;
    const { items } = await response.json();
    field.list.replaceChildren(
      ...items.map((item) => {
        const option = document.createElement("option");
        option.value = item.text;
        return option;
      }),
    );
  }
}

customElements.define("live-filters", LiveFilters);
