/** The model and the images that are published with the page; content.json lists them. */
const list = fetch('content/content.json').then(response => response.json());

const fetched = new Map();
async function get(url) {
  if (!fetched.has(url)) fetched.set(url, fetch(url).then(async response => { if (!response.ok) throw new Error(`${url}: ${response.status}`); return new Uint8Array(await response.arrayBuffer()); }));
  try { return await fetched.get(url); } catch (error) { fetched.delete(url); throw error; }
}

/** The model's file. */
export async function firstModel() {
  const { model } = await list;
  return { name: model.name, file: await get(model.url) };
}

/** Images of 28x28: the file holds all labels, then all pixels. */
export async function images(name) {
  const { url, count, test = 0 } = (await list)[name];
  const all = await get(url);
  return { labels: all.slice(0, count), pixels: all.slice(count), test };
}
