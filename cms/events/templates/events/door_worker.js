// Keeps the door's pages and their files on the phone: asks the network first, answers from the phone without one.
const NAME = "doors-2";
const SCOPE = "{{ scope|escapejs }}";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const known = url.pathname.startsWith(SCOPE) || url.pathname.startsWith("/static/");
  const ours = url.origin === self.location.origin && known;
  if (request.method !== "GET" || !ours) return;
  event.respondWith(answer(request));
});

// A page that was loaded before this script ran asks for itself and its files to be kept: one load is enough.
self.addEventListener("message", (event) => {
  const port = event.ports[0];
  event.waitUntil(keep(event.data.keep).then((all) => port.postMessage({ kept: all })));
});

async function keep(urls) {
  const kept = await caches.open(NAME);
  const done = await Promise.all(
    urls.map(async (url) => {
      if (url.includes("/static/") && (await kept.match(url, { ignoreVary: true }))) return true;
      const fresh = await fetch(url, { credentials: "same-origin" }).catch(() => null);
      if (!fresh?.ok || fresh.redirected) return false;
      await kept.put(url, fresh);
      return true;
    }),
  );
  return done.every(Boolean);
}

async function answer(request) {
  const kept = await caches.open(NAME);
  try {
    const fresh = await fetch(request);
    if (fresh.ok && !fresh.redirected) await kept.put(request, fresh.clone());
    return fresh;
  } catch (error) {
    const found = await kept.match(request, { ignoreVary: true });
    if (found) return found;
    throw error;
  }
}
