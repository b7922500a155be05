// Starts the simulation inside a worker and says so when it can not: a worker that fails to load is silent by itself.
import init from './worker.js';

init({ module_or_path: new URL('./worker_bg.wasm', import.meta.url) }).catch((error) => {
  self.postMessage(`failed: ${error.message}`);
});
