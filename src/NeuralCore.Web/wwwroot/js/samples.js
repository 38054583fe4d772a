import { kept, keep } from './store.js';

/** The owner's samples: pictures of 28x28 with the names of their classes. Dispatches `change` when there are others. */
export class Samples extends EventTarget {
  all = [];

  async start() { this.all = (await kept('samples')) ?? []; this.#changed(false); }

  async add(picture, name) { this.all.push({ picture, name }); await this.#changed(); return this.all.length; }

  async remove(sample) { this.all = this.all.filter(one => one !== sample); await this.#changed(); }

  async clear() { this.all = []; await this.#changed(); }

  async #changed(isNew = true) {
    this.dispatchEvent(new Event('change'));
    if (isNew) await keep('samples', this.all);
  }
}
