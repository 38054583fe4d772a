// During development nothing is cached: each file comes from the server.
self.addEventListener('fetch', () => {});
