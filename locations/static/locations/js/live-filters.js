// <live-filters data-form="id"> sends the form as soon as a box or a choice changes. Without JavaScript a button does.

class LiveFilters extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", (event) => {
      const field = event.target;
      if (!field.matches('input[type="checkbox"], select') || field.form?.id !== this.dataset.form) return;
      field.form.requestSubmit();
    });
  }
}

customElements.define("live-filters", LiveFilters);
