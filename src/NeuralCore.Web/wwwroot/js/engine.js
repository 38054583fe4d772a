/** The engine in its worker: asynchronous calls of the methods that src/NeuralCore.Web/Page/Session.cs describes. */
class Engine {
  #worker = new Worker(new URL('../worker.js', import.meta.url), { type: 'module' });
  #waiting = new Map();
  #id = 0;

  constructor() {
    this.ready = new Promise((resolve, reject) => {
      this.#worker.onerror = event => reject(new Error(event.message ?? 'the worker failed'));
      this.#worker.onmessage = ({ data }) => {
        if (data.ready) resolve();
        else if (data.failed) reject(new Error(data.failed));
        else {
          const { resolve, reject } = this.#waiting.get(data.id);
          this.#waiting.delete(data.id);
          data.error === undefined ? resolve(data.result) : reject(new Error(data.error));
        }
      };
    });
  }

  /** Calls an export; arrays of bytes among the arguments are copied. */
  call(name, ...args) {
    return new Promise((resolve, reject) => {
      this.#waiting.set(++this.#id, { resolve, reject });
      this.#worker.postMessage({ id: this.#id, name, args });
    });
  }

  /** The same for exports that answer in JSON. */
  async ask(name, ...args) { return JSON.parse(await this.call(name, ...args)); }
}

export const engine = new Engine();

/** Bytes that JSON holds as base64. */
export const bytes = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));
