// Starts the archive of measurements inside a worker, as worker-boot.js starts the simulation.
import init from './measured.js';

init({ module_or_path: new URL('./measured_bg.wasm', import.meta.url) }).catch((error) => {
  self.postMessage(`failed: ${error.message}`);
});
