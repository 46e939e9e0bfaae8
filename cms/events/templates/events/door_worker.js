// Keeps the door's pages and their files on the phone: asks the network first, answers from the phone without one.
const NAME = "doors-1";
const SCOPE = "{{ scope|escapejs }}";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const ours = url.origin === self.location.origin && (url.pathname.startsWith(SCOPE) || url.pathname.startsWith("/static/"));
  if (request.method !== "GET" || !ours) return;
  event.respondWith(answer(request));
});

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
