// The entry for bundlers: they put the page that is one file among their own, by an address they recognise as a file's.
import { RuntimeDuel } from './embed.js';

RuntimeDuel.page = new URL('./runtime-duel.html', import.meta.url).href;

export { RuntimeDuel };
