// An article in Vue: a figure whose mix belongs to the article.
import 'runtime-duel';
import type { RuntimeDuelElement } from 'runtime-duel';
import { createApp, h, ref } from 'vue';

createApp({
  setup() {
    const mix = ref(20);
    const said = ref('');
    const hear = (event: Event) => (said.value = (event.target as RuntimeDuelElement).result()?.sentence ?? '');
    return () => [
      h('button', { onClick: () => (mix.value = 60) }, 'Mostly computing'),
      h('runtime-duel', { mix: mix.value, cores: 4, onReady: hear, onResult: hear }),
      h('p', { id: 'said' }, said.value),
    ];
  },
}).mount('#article');
