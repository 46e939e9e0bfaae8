// <place-map> around links with data-lat and data-lng: draws them on our own outlines with Leaflet, without any tiles.
// data-districts, data-home, data-rivers, data-towns: addresses of GeoJSON; data-lot: "lat,lng" of the lot,
// data-lot-name. search-map.js makes the map of the search out of it.
/* global L */

const TOWNS_FROM = 9.5;

const read = async (address) => (await fetch(address)).json();
const pause = () => new Promise((go) => setTimeout(go));
const loaded = {};
const geo = (address) => (loaded[address] ??= read(address));

// A sign is called by what stands on it first, so that whoever speaks the number reaches it.
const named = (sign, words) => (sign ? `${sign} ${words}` : words);

class PlaceMap extends HTMLElement {
  connectedCallback() {
    // htmx keeps the page as text for the back button: without the map, whose inline styles our policy refuses.
    this.clear = () => this.wipe();
    document.addEventListener("htmx:beforeHistorySave", this.clear);
    // Drawn when it comes near the screen: outlines are work that nobody above them waits for.
    this.watcher = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && this.begin(), {
      rootMargin: "300px",
    });
    this.watcher.observe(this);
  }

  begin() {
    this.watcher.disconnect();
    if (window.L) this.draw();
    else window.addEventListener("load", () => window.L && this.draw(), { once: true });
  }

  disconnectedCallback() {
    document.removeEventListener("htmx:beforeHistorySave", this.clear);
    this.watcher.disconnect();
    this.wipe();
  }

  wipe() {
    this.map?.remove();
    this.map = null;
    this.box?.remove();
    this.removeAttribute("data-drawn");
  }

  draw() {
    if (this.map) return;
    this.make();
    const links = [...this.querySelectorAll("a[data-lat]")];
    this.frame(links.map((link) => [Number(link.dataset.lat), Number(link.dataset.lng)]));
    this.gather(links);
    this.map.on("zoomend", () => this.gather(links));
    this.ground();
  }

  make() {
    this.box = document.createElement("div");
    this.append(this.box);
    this.toggleAttribute("data-drawn", true);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map = L.map(this.box, {
      attributionControl: false,
      zoomControl: false,
      zoomSnap: 0.5,
      minZoom: 6,
      maxZoom: 16,
      scrollWheelZoom: false,
      zoomAnimation: !calm,
      fadeAnimation: false,
    });
    L.control.zoom({ zoomInTitle: this.dataset.in, zoomOutTitle: this.dataset.out }).addTo(this.map);
    L.control.scale({ imperial: false }).addTo(this.map);
    this.pins = L.layerGroup().addTo(this.map);
  }

  // Places whose signs would cover each other on this scale share one, which opens by zooming in.
  gather(links) {
    this.pins.clearLayers();
    const groups = [];
    links.forEach((link) => {
      const point = L.latLng(Number(link.dataset.lat), Number(link.dataset.lng));
      const at = this.map.latLngToLayerPoint(point);
      const near = groups.find((group) => group.at.distanceTo(at) < 34);
      if (near) near.members.push({ link, point });
      else groups.push({ at, members: [{ link, point }] });
    });
    groups.forEach((group) => this.pin(group.members));
    this.letter();
  }

  pin(members) {
    const [{ link, point }] = members;
    const many = members.length > 1;
    const words = members.map((one) => one.link.textContent).join(", ");
    const html = many ? `${members.length}` : link.dataset.number || "";
    const kind = many ? " placemap__pin--many" : html ? "" : " placemap__pin--dot";
    const icon = L.divIcon({ className: `placemap__pin${kind}`, html, iconSize: [26, 26] });
    const marker = L.marker(point, { icon, title: words, keyboard: true }).addTo(this.pins);
    const node = marker.getElement();
    node.setAttribute("role", many ? "button" : "link");
    node.setAttribute("aria-label", named(html, words));
    marker.on("click keypress", (event) => {
      if (event.type === "keypress" && event.originalEvent.key !== "Enter") return;
      if (!many) return location.assign(link.href);
      const bounds = L.latLngBounds(members.map((one) => one.point));
      if (this.map.getZoom() >= this.map.getMaxZoom()) return location.assign(link.href);
      this.map.fitBounds(bounds.pad(0.3), { maxZoom: this.map.getMaxZoom() });
    });
  }

  // Shows all points, none under what stands on the map's upper edge.
  frame(points, above = 0) {
    if (points.length > 1)
      this.map.fitBounds(points, {
        paddingTopLeft: [32, 32 + above],
        paddingBottomRight: [32, 32],
        maxZoom: 13,
        animate: false,
      });
    else this.map.setView(points[0] || [29.36, 105.93], points.length ? 10 : 9, { animate: false });
  }

  async ground() {
    const { districts, home, rivers, towns } = this.dataset;
    const kinds = [
      [districts, "placemap__district"],
      [home, "placemap__home"],
      [rivers, "placemap__river"],
    ];
    const [points, ...ground] = await Promise.all([geo(towns), ...kinds.map(([address]) => geo(address))]);
    if (!this.map) return;
    const own = new Set(ground[1].features.map((one) => one.properties.adcode));
    const ownToo = (one) => own.has(one.properties.adcode);
    for (const [index, shapes] of ground.entries()) {
      const filter = (one) => index || !ownToo(one); // our own district has one outline, not two
      L.geoJSON(shapes, {
        interactive: false,
        filter,
        style: () => ({ className: kinds[index][1], fill: index < 2 }),
      }).addTo(this.map);
      await pause(); // a press in between is answered
      if (!this.map) return;
    }
    const named = (one) => ({ ...one.properties, at: one.properties.centre || one.geometry.coordinates });
    const around = ground[0].features.filter((one) => one.properties.centre && !ownToo(one)).map(named);
    const far = [...ground[1].features.map(named), ...around];
    const close = [...points.features.map((one) => ({ ...named(one), kind: "town" })), ...around];
    this.labels = () => (this.map.getZoom() < TOWNS_FROM ? far : close);
    this.names = L.layerGroup().addTo(this.map);
    this.letter();
    this.map.on("zoomend", () => this.letter());
  }

  // The lot, then towns or districts that have room on this scale; the rest appear on coming nearer.
  letter() {
    if (!this.names) return;
    this.names.clearLayers();
    const taken = [];
    const pins = this.pins.getLayers().map((pin) => this.map.latLngToLayerPoint(pin.getLatLng()));
    const [lat, lng] = this.dataset.lot.split(",").map(Number);
    const lot = { at: [lng, lat], kind: "lot", name_zh: this.dataset.lotName, name_en: this.dataset.lotName };
    for (const one of [lot, ...this.labels()]) {
      const at = this.map.latLngToLayerPoint([one.at[1], one.at[0]]);
      const pin =
        one !== lot &&
        pins.find((other) => Math.abs(other.x - at.x) < (one.kind ? 24 : 40) && Math.abs(other.y - at.y) < 20);
      const under =
        one.kind === "town" &&
        !pin &&
        pins.some((other) => other.x > at.x && other.x - at.x < 72 && Math.abs(other.y - at.y) < 18);
      const begins = pin && one.kind ? pin : at;
      if (under || taken.some((other) => Math.abs(other.x - begins.x) < 76 && Math.abs(other.y - begins.y) < 20))
        continue;
      taken.push(begins);
      this.name(one, pin && { x: pin.x - at.x, y: pin.y - at.y });
    }
  }

  // A name stands right of its dot, a district's on its middle; one whose pin would cover it, right of the pin or
  // below.
  name({ at, kind, name_zh: zh, name_en: en }, pin) {
    const text = document.createElement("span");
    text.textContent = this.dataset.language === "en" ? en : zh;
    const className = `placemap__name${kind ? ` placemap__name--${pin ? "beside" : kind}` : ""}`;
    const direction = kind ? "right" : "center";
    const offset = kind ? [pin ? pin.x + 10 : -10, pin ? pin.y : 0] : [0, pin ? pin.y + 24 : 0];
    L.tooltip({ permanent: true, direction, offset, className, pane: "shadowPane", interactive: false, content: text })
      .setLatLng([at[1], at[0]])
      .addTo(this.names);
  }
}

customElements.define("place-map", PlaceMap);
