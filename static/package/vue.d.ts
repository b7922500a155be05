import type { DefineComponent, HTMLAttributes } from 'vue';
import type { RuntimeDuelAttributes } from './embed.js';

declare module 'vue' {
  interface GlobalComponents {
    'runtime-duel': DefineComponent<RuntimeDuelAttributes & HTMLAttributes>;
  }
}
