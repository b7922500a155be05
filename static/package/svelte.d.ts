import type { HTMLAttributes } from 'svelte/elements';
import type { RuntimeDuelAttributes, RuntimeDuelElement } from './embed.js';

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'runtime-duel': HTMLAttributes<RuntimeDuelElement> & RuntimeDuelAttributes;
  }
}
