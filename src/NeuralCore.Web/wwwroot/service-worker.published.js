/** Caches the page, the engine, the model and the digits to rehearse, so that the page works offline. */
self.importScripts('./service-worker-assets.js');

const prefix = 'neuralcore-', cacheName = prefix + self.assetsManifest.version;
const list = 'content/content.json';

async function install() {
  const cache = await caches.open(cacheName);
  const assets = self.assetsManifest.assets.filter(asset => !/^service-worker|\.(br|gz)$/.test(asset.url));
  await cache.addAll(assets.map(asset => new Request(asset.url, { integrity: asset.hash, cache: 'no-cache' })));
  await cache.add(new Request('./', { cache: 'no-cache' }));
  await cache.add(new Request(list, { cache: 'no-cache' }));
  const { model, known } = await (await cache.match(list)).json();
  await cache.addAll([model.url, known?.url].filter(Boolean));
  await self.skipWaiting();
}

async function activate() {
  for (const name of await caches.keys()) if (name.startsWith(prefix) && name !== cacheName) await caches.delete(name);
  await self.clients.claim();
}

async function answer(request) {
  const cache = await caches.open(cacheName), url = new URL(request.url);

  // The list is fetched anew, since another model may have been published; all other files change with the version only.
  if (url.pathname.endsWith(list)) {
    try {
      const fresh = await fetch(request);
      if (fresh.ok) await cache.put(request, fresh.clone());
      return fresh;
    } catch { return (await cache.match(request)) ?? Response.error(); }
  }
  const kept = await cache.match(request, { ignoreSearch: !url.pathname.includes('/content/') });
  if (kept) return kept;
  const fresh = await fetch(request);
  if (fresh.ok && url.pathname.includes('/content/')) await cache.put(request, fresh.clone());
  return fresh;
}

self.addEventListener('install', event => event.waitUntil(install()));
self.addEventListener('activate', event => event.waitUntil(activate()));
self.addEventListener('fetch', event => { if (event.request.method === 'GET' && new URL(event.request.url).origin === self.location.origin) event.respondWith(answer(event.request)); });
