/** What the page keeps in the browser: samples, and the model that was taught, trained or opened. */
const open = new Promise((resolve, reject) => {
  const request = indexedDB.open('neuralcore', 1);
  request.onupgradeneeded = () => request.result.createObjectStore('kept');
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

const run = async (mode, work) => {
  const store = (await open).transaction('kept', mode).objectStore('kept');
  return new Promise((resolve, reject) => {
    const request = work(store);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
};

// A private window may refuse: then the page keeps nothing, and works all the same.
const orNothing = promise => promise.catch(() => undefined);
export const kept = name => orNothing(run('readonly', store => store.get(name)));
export const keep = (name, value) => orNothing(run('readwrite', store => store.put(value, name)));
export const drop = name => orNothing(run('readwrite', store => store.delete(name)));
