// Starts what is below the figure, with its style sheet. If it can not be loaded, its port stays silent, and the page does
// without it.
import init from './annex.js';

// A page that is one file has the sheet in itself.
if (!window.runtimeDuelFiles) {
  const sheet = document.createElement('link');
  sheet.rel = 'stylesheet';
  sheet.href = new URL('./annex.css', import.meta.url);
  document.head.append(sheet);
}
init({ module_or_path: new URL('./annex_bg.wasm', import.meta.url) }).catch((error) => console.error(error));
