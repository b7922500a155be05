// Starts the worker that knows all runtimes, as worker-boot.js starts the first one.
import init from './deep.js';

init({ module_or_path: new URL('./deep_bg.wasm', import.meta.url) }).catch((error) => {
  self.postMessage(`failed: ${error.message}`);
});
