import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { RuntimeDuelAttributes, RuntimeDuelElement } from './embed.js';

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'runtime-duel': DetailedHTMLProps<HTMLAttributes<RuntimeDuelElement>, RuntimeDuelElement> & RuntimeDuelAttributes;
    }
  }
}
