// What the embedded page says to whoever embeds it, and is told by them. It speaks to the page itself by two events on
// its root: `duel-do`, what to do, and `duel-say`, what happened. Loaded by embed.html only.
const root = document.getElementById('duel');
const query = new URLSearchParams(location.search);
const NAME = 'runtime-duel';
const MAX_KEYS = 60;
const MAX_TEXT = 200;
const MAX_EARLY = 100;
const MAX_ASKERS = 4;

// Nobody to talk to.
if (parent !== window) {
  // Parents of pym.js name their child; WordPress gives a secret in the fragment.
  const childId = query.get('childId');
  const secret = /^#\?secret=([\w-]{1,64})$/.exec(location.hash)?.[1];
  const deck = query.get('deck');
  let height = 0;
  let isReady = false;
  // What was wanted before there was anybody to do it.
  const early = [];
  // Parents that ask before they are told: how each wants to hear of a height.
  const askers = new Map();

  const post = (message) => parent.postMessage(message, '*');
  const say = (type, more) => post({ source: NAME, type, v: 1, id: childId ?? undefined, ...more });

  // Heights go out when there is something to see and only when they change; the page's own box is measured, never the
  // view, so that no answer of a host can make it grow again.
  const measure = () => {
    const now = Math.ceil(root.getBoundingClientRect().height);
    if (!isReady || now === height || now < 1) return;
    height = now;
    say('height', { height });
    post(JSON.stringify({ src: location.href, context: 'iframe.resize', height }));
    post({ sentinel: 'amp', type: 'embed-size', height });
    if (childId && /^[\w-]{1,64}$/.test(childId)) post(`pymxPYMx${childId}xPYMxheightxPYMx${height}`);
    if (secret) post({ message: 'height', value: height, secret });
    for (const answer of askers.values()) answer();
    try {
      window.requestResize?.();
    } catch {
      // At the top level there is nobody to be resized by.
    }
  };
  new ResizeObserver(measure).observe(root);

  const act = (detail) => {
    if (isReady) root.dispatchEvent(new CustomEvent('duel-do', { detail }));
    else if (early.length < MAX_EARLY) early.push(detail);
  };

  let wanted = null;
  const set = (params) => {
    if (!wanted) {
      requestAnimationFrame(() => {
        act(`set?${wanted}`);
        wanted = null;
      });
      wanted = new URLSearchParams();
    }
    for (const [key, value] of Object.entries(params).slice(0, MAX_KEYS)) {
      const isPlain = ['string', 'boolean'].includes(typeof value) || Number.isFinite(value);
      if (/^[a-z-]{1,24}$/.test(key) && isPlain) wanted.set(key, String(value).slice(0, MAX_TEXT));
    }
  };

  addEventListener('message', ({ source, data }) => {
    if (source !== parent) return;
    // reveal.js tells its frames so when their slide comes and goes.
    if (data === 'slide:start') return act('play');
    if (data === 'slide:stop') return act('pause');
    // iframe-resizer gives its child a name; open-iframe-resizer only asks.
    const sizer = typeof data === 'string' && /^\[iFrameSizer\]([\w-]{1,64}):/.exec(data)?.[1];
    if (sizer || data?.type === 'iframe-child-init') {
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
      return;
    }
    if (data === null || typeof data !== 'object') return;
    // A deck of Slidev changes its colours.
    if (deck === 'slidev' && data.target === deck && data.type === 'color-schema') {
      if (['dark', 'light'].includes(data.color)) set({ theme: data.color });
      return;
    }
    if (data.target !== NAME) return;
    if (data.type === 'set' && data.params !== null && typeof data.params === 'object') set(data.params);
    else if (['play', 'pause', 'reset'].includes(data.type)) act(data.type);
  });

  root.addEventListener('duel-say', ({ detail }) => {
    const { type, ...result } = JSON.parse(detail);
    if (type === 'ready') {
      isReady = true;
      say(type, { result });
      measure();
      early.splice(0).forEach(act);
    } else {
      say(type, { result });
    }
  });

  new MutationObserver(() => {
    const state = root.dataset.state;
    if (state === 'failed' || state === 'crashed') say('error', { message: root.textContent.slice(0, 500) });
  }).observe(root, { attributes: true, attributeFilter: ['data-state'] });

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
}
