// What only few parents of the embedded page need: those that ask for its height, and decks of slides. Loaded by host.js
// when one of them is there.
const MAX_ASKERS = 4;

/** Serves them; `post` says something to the parent, `set` sets keys, `deck` is the deck that the address names. */
export default (root, post, set, deck) => {
  let height = 0;
  // How each wants to hear of a height.
  const askers = new Map();

  // A deck gets back the keys that the figure has no use for; only one that is named, as others would misread them.
  const moves = { PageDown: 'next', PageUp: 'prev' };
  if (deck === 'reveal' || deck === 'slidev') {
    addEventListener(
      'keydown',
      (event) => {
        const move = moves[event.key];
        if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        event.stopPropagation();
        if (deck === 'reveal') post(JSON.stringify({ method: move }));
        else post({ target: 'slidev', type: 'navigate', operation: move });
      },
      true,
    );
    // After a click the deck has its keys again; who came by the keyboard stays.
    addEventListener('pointerup', () => setTimeout(() => document.activeElement?.blur?.()));
  }

  return {
    /** Tells those who asked how high the page is now. */
    tell(now) {
      height = now;
      for (const answer of askers.values()) answer();
    },
    /** Hears what one of these parents said, when the page is `now` pixels high: 0 before there is anything to see. */
    hear(data, now) {
      height = now;
      if (deck === 'slidev' && data.type === 'color-schema') {
        if (['dark', 'light'].includes(data.color)) set({ theme: data.color });
        return;
      }
      // iframe-resizer gives its child a name; open-iframe-resizer only asks.
      const sizer = typeof data === 'string' && /^\[iFrameSizer]([\w-]{1,64}):/.exec(data)?.[1];
      if (!sizer && data.type !== 'iframe-child-init') return;
      const key = sizer || '';
      if (askers.size < MAX_ASKERS && !askers.has(key)) {
        let what = 'init';
        askers.set(key, () => {
          const width = root.offsetWidth;
          post(sizer ? `[iFrameSizer]${sizer}:${height}:${width}:${what}` : { type: 'iframe-resized', width, height });
          what = 'resize';
        });
      }
      // It asks again until it is told.
      if (height) askers.get(key)?.();
    },
  };
};
