// Starts the page: an external file, so that no policy has to allow inline script.
import init from './app.js';

const root = document.getElementById('duel');

// Each worker fetches and keeps a module of its own: where data or memory are to be saved there are fewer.
const { connection, deviceMemory } = navigator;
if (connection?.saveData || deviceMemory < 2) document.documentElement.dataset.saves = '';

// The only addresses that may become script are what the page has put together itself and the files beside this one. Its
// policy asks for this where browsers know it.
window.trustedTypes?.createPolicy('default', {
  createScriptURL: (url) =>
    url.startsWith(`blob:${origin}/`) || url.startsWith(new URL('./', import.meta.url)) ? url : null,
});

const say = (words) => {
  const text = document.createElement('p');
  text.textContent = words;
  const again = document.createElement('button');
  again.textContent = 'Start again';
  again.addEventListener('click', () => location.reload());
  root.replaceChildren(text, again);
};

// A module that has crashed can not be entered again: the words come from out here.
new MutationObserver(() => {
  if (root.dataset.state === 'crashed') say('This figure has crashed. Its address still has all settings.');
}).observe(root, { attributes: true, attributeFilter: ['data-state'] });

init({ module_or_path: new URL('./app_bg.wasm', import.meta.url) }).catch((error) => {
  root.dataset.state = 'failed';
  say(`This figure could not start: ${error.message}. It needs WebAssembly; a page with a content security policy has to allow 'wasm-unsafe-eval'.`);
});
