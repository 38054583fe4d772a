import { engine } from './engine.js';
import { firstModel } from './content.js';
import { kept, keep, drop } from './store.js';

/** The model that reads. Dispatches `change` when it is replaced. */
class CurrentModel extends EventTarget {
  classes = [];
  parameters = 0;
  name = '';
  isFirst = true;

  /** Loads what was kept from the last visit, or else the model beside the page. */
  async start() {
    const last = await kept('model');
    if (last) {
      try { return await this.#read(last.file, last.name, last.label, false); } catch { await drop('model'); }
    }
    const { file, name } = await firstModel();
    await this.#read(file, name, name, true);
  }

  /** Loads a file that the owner opened, and keeps it. */
  async load(file, name) {
    await this.#read(file, name, name, false);
    await keep('model', { file, name, label: name });
  }

  /** Shows a model that the engine has made and reads with now, and keeps it. */
  async adopt(description, label) {
    this.#show(description, label, false);
    await keep('model', { file: await engine.call('Save', '.safetensors'), name: 'kept.safetensors', label });
  }

  /** Back to the model beside the page. */
  async forget() {
    await drop('model');
    await this.start();
  }

  async #read(file, name, label, isFirst) { this.#show(await engine.ask('Load', file, name), label, isFirst); }

  #show(description, label, isFirst) {
    Object.assign(this, description, { name: label, isFirst });
    this.dispatchEvent(new Event('change'));
  }
}

export const model = new CurrentModel();
