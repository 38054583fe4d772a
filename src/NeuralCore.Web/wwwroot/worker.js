/** The engine's thread: .NET, and calls of its exports one after the other. */
import { dotnet } from './_framework/dotnet.js';

const exports = (async () => {
  const runtime = await dotnet.create();
  return (await runtime.getAssemblyExports(runtime.getConfig().mainAssemblyName)).NeuralCore.Web.Exports;
})();

// Calls wait for the runtime in the order in which they came.
let last = exports;
self.onmessage = ({ data: { id, name, args } }) => {
  last = last.catch(() => {}).then(async () => {
    try {
      const result = (await exports)[name](...args);
      self.postMessage({ id, result }, result?.buffer instanceof ArrayBuffer ? [result.buffer] : []);
    } catch (error) {
      self.postMessage({ id, error: String(error.message ?? error).split('\n')[0] });
    }
  });
};
exports.then(() => self.postMessage({ ready: true }), error => self.postMessage({ failed: String(error.message ?? error) }));
