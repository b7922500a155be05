// Starts what is below the figure. If it can not be loaded, its port stays silent, and the page does without it.
import init from './annex.js';

init({ module_or_path: new URL('./annex_bg.wasm', import.meta.url) }).catch((error) => console.error(error));
