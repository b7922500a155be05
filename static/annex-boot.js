// Starts what is below the figure, with its style sheet. If it can not be loaded, its port stays silent, and the page does
// without it.
import init from './annex.js';

// A page that is one file has the sheet in itself.
const styled = new Promise((done) => {
  if (window.runtimeDuelFiles) return done();
  const sheet = document.createElement('link');
  sheet.rel = 'stylesheet';
  sheet.href = new URL('./annex.css', import.meta.url);
  // Nothing is shown before it has its look, or it would jump; without a look it is still of use.
  sheet.onload = sheet.onerror = done;
  document.head.append(sheet);
});
styled
  .then(() => init({ module_or_path: new URL('./annex_bg.wasm', import.meta.url) }))
  .catch((error) => console.error(error));
