import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { RuntimeDuelAttributes, RuntimeDuelElement, RuntimeDuelResult } from './embed.js';

type Hears = (event: CustomEvent<RuntimeDuelResult | null>) => void;

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'runtime-duel': DetailedHTMLProps<HTMLAttributes<RuntimeDuelElement>, RuntimeDuelElement> &
        RuntimeDuelAttributes & {
          onready?: Hears;
          oninput?: Hears;
          onchange?: Hears;
          onresult?: Hears;
          onerror?: (event: CustomEvent<{ message: string }>) => void;
        };
    }
  }
}
