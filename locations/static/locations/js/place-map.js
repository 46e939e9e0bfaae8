// <place-map> around links with data-lat and data-lng: draws them on our own outlines with Leaflet, without any tiles.
// data-districts, data-home, data-rivers: addresses of GeoJSON. search-map.js makes the map of the search out of it.
/* global L */

const read = async (address) => (await fetch(address)).json();
const loaded = {};
const geo = (address) => (loaded[address] ??= read(address));

class PlaceMap extends HTMLElement {
  connectedCallback() {
    // htmx keeps the page as text for the back button: without the map, whose inline styles our policy refuses.
    this.clear = () => this.wipe();
    document.addEventListener("htmx:beforeHistorySave", this.clear);
    if (window.L) this.draw();
    else window.addEventListener("load", () => window.L && this.draw(), { once: true });
  }

  disconnectedCallback() {
    document.removeEventListener("htmx:beforeHistorySave", this.clear);
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
    this.map = L.map(this.box, { attributionControl: false, zoomControl: false, zoomSnap: 0.5, minZoom: 6, maxZoom: 16, scrollWheelZoom: false, zoomAnimation: !calm, fadeAnimation: false });
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
  }

  pin(members) {
    const [{ link, point }] = members;
    const many = members.length > 1;
    const words = members.map((one) => one.link.textContent).join(", ");
    const html = many ? `${members.length}` : link.dataset.number || "●";
    const icon = L.divIcon({ className: `placemap__pin${many ? " placemap__pin--many" : ""}`, html, iconSize: [26, 26] });
    const marker = L.marker(point, { icon, title: words, keyboard: true }).addTo(this.pins);
    const node = marker.getElement();
    node.setAttribute("role", many ? "button" : "link");
    node.setAttribute("aria-label", words);
    marker.on("click keypress", (event) => {
      if (event.type === "keypress" && event.originalEvent.key !== "Enter") return;
      if (!many) return location.assign(link.href);
      const bounds = L.latLngBounds(members.map((one) => one.point));
      if (this.map.getZoom() >= this.map.getMaxZoom()) return location.assign(link.href);
      this.map.fitBounds(bounds.pad(0.3), { maxZoom: this.map.getMaxZoom() });
    });
  }

  frame(points) {
    if (points.length > 1) this.map.fitBounds(points, { padding: [32, 32], maxZoom: 13, animate: false });
    else this.map.setView(points[0] || [29.36, 105.93], points.length ? 10 : 9, { animate: false });
  }

  async ground() {
    const { districts, home, rivers, language } = this.dataset;
    const kinds = [[districts, "placemap__district"], [home, "placemap__home"], [rivers, "placemap__river"]];
    const ground = await Promise.all(kinds.map(([address]) => geo(address)));
    if (!this.map) return;
    ground.forEach((shapes, index) => {
      const layer = L.geoJSON(shapes, { interactive: false, style: () => ({ className: kinds[index][1], fill: index < 2 }) }).addTo(this.map);
      if (index === 0) this.districts = layer;
    });
    this.names = L.layerGroup().addTo(this.map);
    this.letter(language);
    this.map.on("zoomend", () => this.letter(language));
  }

  // Names of districts that have room on this scale; the rest appear on coming nearer.
  letter(language) {
    this.names.clearLayers();
    const taken = [];
    this.districts.eachLayer((layer) => {
      const { centre } = layer.feature.properties;
      if (!centre) return;
      const at = this.map.latLngToLayerPoint([centre[1], centre[0]]);
      if (taken.some((other) => Math.abs(other.x - at.x) < 64 && Math.abs(other.y - at.y) < 20)) return;
      taken.push(at);
      this.name(layer, language);
    });
  }

  name(layer, language) {
    const { centre, name_zh: zh, name_en: en } = layer.feature.properties;
    const text = document.createElement("span");
    text.textContent = language === "en" ? en : zh;
    L.tooltip({ permanent: true, direction: "center", className: "placemap__name", pane: "shadowPane", interactive: false, content: text })
      .setLatLng([centre[1], centre[0]])
      .addTo(this.names);
  }
}

customElements.define("place-map", PlaceMap);
