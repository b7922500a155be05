/// <reference types="vite/client" />
// An article in React: a figure whose slider and whose sentence belong to the article, and a page of MDX.
import 'runtime-duel';
import type {} from 'runtime-duel/react';
import type { RuntimeDuelElement } from 'runtime-duel';
import { StrictMode, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import Pasted from './pasted.mdx';

function Article() {
  const duel = useRef<RuntimeDuelElement>(null);
  const [mix, setMix] = useState(20);
  const [said, setSaid] = useState('');
  const hear = () => setSaid(duel.current?.result()?.sentence ?? '');
  return (
    <>
      <h1>When one loop is enough</h1>
      <button onClick={() => setMix(60)}>Mostly computing</button>
      <runtime-duel ref={duel} mix={mix} cores={4} onready={hear} onresult={hear} />
      <p id="said">{said}</p>
      <Pasted />
    </>
  );
}

createRoot(document.getElementById('article')!).render(
  <StrictMode>
    <Article />
  </StrictMode>,
);
