// <search-map>: the map beside the results. Groups come from the server, numbers are those of the list; moving the map
// moves the list, an outline may be drawn by touch or by keys, and "near me" asks the device. The form's fields hold
// all of it. data-clusters, data-places: addresses; data-form: the form; texts as data-many, data-corner, data-nowhere,
// data-few.
/* global L */

const PAUSE_MS = 350;
const RADIUS_KM = 30;
const SIGN_PX = 36;
const PlaceMap = customElements.get("place-map");
const numbers = (text) => text.split(",").map(Number);

class SearchMap extends PlaceMap {
  connectedCallback() {
    this.form = document.getElementById(this.dataset.form);
    this.filters = this.closest("place-filters");
    this.corners = [];
    this.shown = ({ detail }) => this.answer(detail.moved);
    this.filters.addEventListener("places:shown", this.shown);
    this.addEventListener("click", (event) => this.act(event.target.closest("[data-do]")?.dataset.do));
    this.addEventListener("keydown", (event) => event.key === "Escape" && this.drawing && this.act("cancel"));
    for (const kind of ["pointerover", "focusin"])
      this.filters.addEventListener(kind, (event) => this.point(event.target.closest?.(".hit")?.dataset.slug));
    super.connectedCallback();
  }

  disconnectedCallback() {
    this.filters?.removeEventListener("places:shown", this.shown);
    super.disconnectedCallback();
  }

  draw() {
    if (this.map) return;
    this.make();
    this.markers = new Map();
    this.tools = this.querySelector(".placemap__tools");
    this.tools.hidden = false;
    this.aim();
    this.map.on("moveend", () => this.moved());
    this.map.on("click", ({ latlng }) => this.drawing && this.corner(latlng));
    this.ground();
    this.group();
  }

  field(name) {
    return this.form.elements[name];
  }

  // Shows what the address says: its outline, its part of the map, else where the results are.
  aim() {
    this.own = true;
    this.outline(this.field("polygon").value ? numbers(this.field("polygon").value) : []);
    const box = numbers(this.field("bbox").value);
    if (box.length === 4)
      this.map.fitBounds(
        [
          [box[1], box[0]],
          [box[3], box[2]],
        ],
        { animate: false },
      );
    else if (this.area) this.map.fitBounds(this.area.getBounds(), { padding: [16, 16], animate: false });
    else
      this.frame(
        [...document.querySelectorAll(".hit[data-lat]")].map((hit) => [
          Number(hit.dataset.lat),
          Number(hit.dataset.lng),
        ]),
        this.tools.offsetHeight,
      );
    this.own = false;
  }

  outline(flat) {
    this.area?.remove();
    this.area = null;
    const ring = [];
    for (let at = 0; at + 1 < flat.length; at += 2) ring.push([flat[at + 1], flat[at]]);
    if (ring.length > 2)
      this.area = L.polygon(ring, { className: "placemap__area", interactive: false }).addTo(this.map);
  }

  answer(moved) {
    if (!this.map) return;
    if (!moved) this.aim();
    this.group();
  }

  bounds() {
    const edges = this.map.getBounds();
    return [edges.getWest(), edges.getSouth(), edges.getEast(), edges.getNorth()]
      .map((edge, at) => Math.max(at % 2 ? -90 : -180, Math.min(at % 2 ? 90 : 180, edge)).toFixed(4))
      .join(",");
  }

  async group() {
    const asked = new URLSearchParams(
      [...new FormData(this.form)].filter(([name, value]) => value && name !== "view" && name !== "sort"),
    );
    asked.set("bbox", this.bounds());
    asked.set("zoom", Math.max(0, Math.floor(this.map.getZoom() - 0.5))); // groups a sign's width apart
    this.latest = asked.toString();
    const response = await fetch(`${this.dataset.clusters}?${this.latest}`, {
      headers: { "Accept-Language": document.documentElement.lang },
    });
    if (!response.ok || !this.map || asked.toString() !== this.latest) return;
    const { items } = await response.json();
    this.pins.clearLayers();
    this.markers.clear();
    this.apart(items).forEach((item) => this.sign(item));
    this.letter();
  }

  // Signs that would cover each other become one: the server groups by cells, whose edges know nothing of signs.
  apart(items) {
    const kept = [];
    for (const item of [...items].sort((a, b) => b.count - a.count)) {
      const at = this.map.latLngToLayerPoint([item.point.lat, item.point.lng]);
      const near = kept.find((other) => other.at.distanceTo(at) < SIGN_PX);
      if (!near) kept.push({ ...item, at });
      else
        Object.assign(near, {
          count: near.count + item.count,
          bbox: near.bbox.map((edge, side) => (side < 2 ? Math.min : Math.max)(edge, item.bbox[side])),
          slug: "",
        });
    }
    return kept;
  }

  sign({ point, count, bbox, slug, name }) {
    const many = count > 1;
    const hit = slug && document.querySelector(`.hit[data-slug="${CSS.escape(slug)}"]`);
    const title = many ? this.dataset.many.replace("{n}", count) : name[this.dataset.language === "en" ? "en" : "zh"];
    const html = many ? `${count}` : hit?.dataset.number || "";
    const className = `placemap__pin${many ? " placemap__pin--many" : html ? "" : " placemap__pin--dot"}`;
    const icon = L.divIcon({ className, html, iconSize: many ? [32, 32] : [28, 28] });
    const marker = L.marker([point.lat, point.lng], { icon, title, keyboard: true }).addTo(this.pins);
    const node = marker.getElement();
    node.setAttribute("role", many ? "button" : "link");
    // what stands on a sign is part of its name
    node.setAttribute("aria-label", many || !html ? title : `${html} ${title}`);
    if (slug) this.markers.set(slug, node);
    if (hit) node.addEventListener("focus", () => this.point(slug));
    marker.on("mouseover", () => this.point(slug));
    marker.on("click keypress", (event) => {
      if (this.drawing || (event.type === "keypress" && event.originalEvent.key !== "Enter")) return;
      if (!many) return location.assign(hit?.querySelector("h3 a").href || `${this.dataset.places}${slug}/`);
      this.map.fitBounds(
        L.latLngBounds([
          [bbox[1], bbox[0]],
          [bbox[3], bbox[2]],
        ]).pad(0.2),
        { maxZoom: Math.max(this.map.getZoom() + 1, 14) },
      );
    });
  }

  // Marks a place in the list and on the map alike.
  point(slug) {
    if (!slug || !this.markers) return;
    document.querySelectorAll(".hit.is-on").forEach((hit) => hit.classList.toggle("is-on", hit.dataset.slug === slug));
    document.querySelector(`.hit[data-slug="${CSS.escape(slug)}"]`)?.classList.add("is-on");
    this.markers.forEach((node, key) => node.classList.toggle("is-on", key === slug));
  }

  moved() {
    if (this.own || this.drawing) return;
    clearTimeout(this.waiting);
    const follow = this.tools.querySelector('[data-do="follow"]').checked;
    this.tools.querySelector('[data-do="here"]').hidden = follow;
    this.waiting = setTimeout(() => (follow ? this.here() : this.group()), PAUSE_MS);
  }

  here() {
    this.field("bbox").value = this.bounds();
    const again = history.state?.moved;
    this.filters.send(again ? "replace" : "push", { moved: true });
  }

  act(what) {
    if (what === "follow") this.tools.querySelector('[data-do="here"]').hidden = true;
    else if (what === "here") this.here();
    else if (what === "near") this.near();
    else if (what === "draw") this.pencil(true);
    else if (what === "corner") this.corner(this.map.getCenter());
    else if (what === "undo") this.redraw(this.corners.slice(0, -1));
    else if (what === "cancel") this.pencil(false);
    else if (what === "done") this.done();
  }

  say(text) {
    this.filters.querySelector("[data-said]").textContent = text;
  }

  pencil(on) {
    this.drawing = on;
    this.toggleAttribute("data-drawing", on);
    this.tools.querySelector('[data-when="idle"]').hidden = on;
    this.tools.querySelector('[data-when="drawing"]').hidden = !on;
    this.redraw([]);
    this.tools.querySelector("[data-note]")?.remove();
    if (on) this.outline([]);
    else this.aim();
    this.tools.querySelector(on ? '[data-do="corner"]' : '[data-do="draw"]').focus({ preventScroll: true });
  }

  corner(latlng) {
    this.redraw([...this.corners, latlng]);
    this.say(this.dataset.corner.replace("{n}", this.corners.length));
  }

  redraw(corners) {
    this.corners = corners;
    this.sketch?.remove();
    this.sketch = corners.length
      ? L.featureGroup([
          L.polygon(corners, { className: "placemap__area", interactive: false }),
          ...corners.map((corner) =>
            L.circleMarker(corner, { radius: 5, className: "placemap__corner", interactive: false }),
          ),
        ]).addTo(this.map)
      : null;
  }

  done() {
    if (this.corners.length < 3) return this.note(this.dataset.few);
    this.field("polygon").value = this.corners.map(({ lat, lng }) => `${lng.toFixed(4)},${lat.toFixed(4)}`).join(",");
    this.field("bbox").value = "";
    this.pencil(false);
    this.filters.send("push");
  }

  near() {
    const nowhere = () => this.note(this.dataset.nowhere);
    if (!navigator.geolocation) return nowhere();
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        this.field("near").value = `${coords.latitude.toFixed(4)},${coords.longitude.toFixed(4)},${RADIUS_KM}`;
        this.field("bbox").value = "";
        const { sort } = this.form.elements;
        [...sort.options].forEach((option) => (option.disabled = false));
        sort.value = "distance";
        this.filters.send("push");
      },
      nowhere,
      { timeout: 10_000, maximumAge: 60_000 },
    );
  }

  note(text) {
    this.tools.querySelector("[data-note]")?.remove();
    const line = document.createElement("p");
    line.className = "fine";
    line.dataset.note = "";
    line.textContent = text;
    this.tools.append(line);
    this.say(text);
  }
}

customElements.define("search-map", SearchMap);
