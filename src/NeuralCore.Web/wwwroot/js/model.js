import { engine } from './engine.js';
import { firstModel } from './content.js';
import { kept, keep, drop } from './store.js';

/** The model that reads, as the page knows it. `change` events say that it is another. */
class CurrentModel extends EventTarget {
  classes = [];
  parameters = 0;
  layers = [];
  name = '';
  isFirst = true;

  /** Loads what was kept from the last visit, or else the model beside the page. */
  async start() {
    const last = await kept('model');
    if (last) {
      try { return await this.load(last.file, last.name, last.label, false); } catch { await drop('model'); }
    }
    const { file, name } = await firstModel();
    await this.load(file, name, name, false, true);
  }

  /** Loads a file. */
  async load(file, name, label = name, keepIt = true, isFirst = false) {
    this.take(await engine.ask('Load', file, name), label, isFirst);
    if (keepIt) await keep('model', { file, name, label });
  }

  /** Takes a model over that the engine has made, and keeps it. */
  async adopt(description, label) {
    this.take(description, label, false);
    await keep('model', { file: await engine.call('Save', '.safetensors'), name: 'kept.safetensors', label });
  }

  take(description, label, isFirst) {
    Object.assign(this, description, { name: label, isFirst });
    this.dispatchEvent(new Event('change'));
  }

  /** Back to the model beside the page. */
  async forget() {
    await drop('model');
    await this.start();
  }
}

export const model = new CurrentModel();
