// What the embedded page says to whoever embeds it, and is told by them. It speaks to the page itself by two events on
// its root: `duel-do`, what to do, and `duel-say`, what happened. Loaded by embed.html only.
const root = document.getElementById('duel');
const query = new URLSearchParams(location.search);
const NAME = 'runtime-duel';
const MAX_KEYS = 60;
const MAX_TEXT = 200;
const MAX_EARLY = 100;

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
    others?.then((all) => all.tell(height));
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

  // What only few parents need comes when one of them is there.
  let others;
  const other = (then) => {
    others ??= import('./parents.js').then((module) => module.default(root, post, set, deck));
    if (then) others.then(then);
  };

  addEventListener('message', ({ source, data }) => {
    if (source !== parent) return;
    // reveal.js tells its frames so when their slide comes and goes.
    if (data === 'slide:start') return act('play');
    if (data === 'slide:stop') return act('pause');
    const isOther =
      (typeof data === 'string' && data.startsWith('[iFrameSizer]')) || data?.type === 'iframe-child-init' || data?.target === 'slidev';
    if (isOther) return void other((all) => all.hear(data, height));
    if (data?.target !== NAME) return;
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

  if (deck === 'reveal' || deck === 'slidev') other();
}
