// While the page is developed nothing is kept: each file comes from the server.
self.addEventListener('fetch', () => {});
