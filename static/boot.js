// Starts the page: an external file, so that no policy has to allow inline script.
import init from './app.js';

const root = document.getElementById('duel');
init({ module_or_path: new URL('./app_bg.wasm', import.meta.url) }).catch((error) => {
  root.dataset.state = 'failed';
  root.textContent = `This figure could not start: ${error.message}. It needs WebAssembly; a page with a content security policy has to allow 'wasm-unsafe-eval'.`;
});
