// <runtime-duel>: the figure in an article by one line. It always opens a frame of our own page, so one page, one policy
// and one protocol serve every way in.

const NAME = 'runtime-duel';
// The keys of the address; a test holds them to the page's table.
const KEYS =
  'story mix demand bursts cpu-dist io-dist heavy-share heavy-factor load clients think rate arrivals tasks cores io transport connect broadcast db-connections db-capacity database pool-size workers threads service-cores service-rtt gomaxprocs runtimes js-factor alloc payload gc warm costs seed speed paused view theme hide deck model'.split(' ');
// Those that change how it is shown, not what.
const LOOKS = 'speed paused view theme hide deck model'.split(' ');
const HEIGHTS = [120, 4000];
const here = import.meta.url;
const property = (key) => key.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
const isPlain = (value) => ['string', 'boolean'].includes(typeof value) || Number.isFinite(value);
// What a frame says is passed on only in the shape that is documented.
const known = (result) =>
  result && typeof result.query === 'string' && result.mix >= 0 && result.mix <= 100 && Array.isArray(result.runtimes)
    ? result
    : null;

// Near the viewport a figure starts; one observer serves all of them.
let near;
const watch = (element) => {
  near ??= new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) target.start();
    },
    { rootMargin: '300px' },
  );
  near.observe(element);
};

export class RuntimeDuel extends HTMLElement {
  static observedAttributes = [...KEYS, 'height', 'title'];
  /** The page in the frame. */
  static page = new URL(`embed.html`, here).href;

  #button;
  #frame = null;
  #isReady = false;
  #waiting = [];
  #wanted = null;
  #result = null;
  /** Where the figure stood when it was taken out, or what was set before it began. */
  #kept = null;
  #begun = null;
  #hear = (event) => this.#heard(event);
  #intend = () => this.start();

  connectedCallback() {
    if (!this.shadowRoot) this.#build();
    this.#size(this.getAttribute('height'));
    addEventListener('message', this.#hear);
    // What was set before the script came lies on the element itself and hides the property.
    for (const name of KEYS.map(property)) {
      if (Object.hasOwn(this, name)) {
        const value = this[name];
        delete this[name];
        this[name] = value;
      }
    }
    const isLate = this.getAttribute('lazy') === 'click';
    if (!isLate) this.addEventListener('pointerover', this.#intend);
    // One that ran goes on where it stood, unasked.
    if (!isLate || this.#kept) watch(this);
  }

  // Moved within the document by moveBefore: the frame stays, and there is nothing to do.
  connectedMoveCallback() {}

  disconnectedCallback() {
    near?.unobserve(this);
    removeEventListener('message', this.#hear);
    if (!this.#frame) return;
    // A frame that is taken out forgets everything: the next one is told.
    this.#kept = this.#result ? new URLSearchParams(this.#result.query) : this.#begun;
    this.#frame.remove();
    this.#frame = null;
    this.#waiting = [];
    this.#result = null;
    this.#show(false);
  }

  attributeChangedCallback(name, before, now) {
    if (before === now) return;
    if (name === 'height') return now === null ? void this.style.removeProperty('--duel-height') : this.#size(now);
    if (name === 'title') {
      if (this.#frame) this.#frame.title = this.#name();
      return;
    }
    // One that is taken away goes back to what it is without.
    if (this.#frame) this.set({ [name]: this.#read(name) ?? '' });
    else this.#kept?.set(name, this.#read(name) ?? '');
  }

  /** Starts the figure if it has not started. */
  start() {
    if (this.#frame || !this.isConnected) return;
    near?.unobserve(this);
    this.removeEventListener('pointerover', this.#intend);
    const frame = document.createElement('iframe');
    frame.title = this.#name();
    frame.allow = 'fullscreen; clipboard-write; web-share';
    frame.part = 'frame';
    this.#begun = this.#kept ?? this.#given();
    this.#kept = null;
    frame.src = `${RuntimeDuel.page}?${this.#begun}`;
    this.#frame = frame;
    // Who came by the keyboard must not lose the focus.
    this.#button.hidden = this.shadowRoot.activeElement !== this.#button;
    this.#button.textContent = 'Starting…';
    this.shadowRoot.append(frame);
  }

  play() {
    this.#tell({ type: 'play' });
  }
  pause() {
    this.#tell({ type: 'pause' });
  }
  reset() {
    this.#tell({ type: 'reset' });
  }
  /** Sets several keys of the address at once, as often as one likes: the last of a frame counts. */
  set(params) {
    const plain = Object.entries(params).filter(([key, value]) => KEYS.includes(key) && isPlain(value));
    if (!this.#frame) {
      this.#kept ??= this.#given();
      for (const [key, value] of plain) this.#kept.set(key, value);
      return;
    }
    if (!this.#wanted) {
      requestAnimationFrame(() => {
        const wanted = this.#wanted;
        this.#wanted = null;
        this.#tell({ type: 'set', params: wanted });
      });
    }
    this.#wanted = { ...this.#wanted, ...Object.fromEntries(plain) };
  }
  /** What the figure said last: its query, its sentence and its figures; null before that. */
  result() {
    return this.#result;
  }

  #build() {
    const shadow = this.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      ':host{display:block;position:relative;min-height:var(--duel-height,560px);color-scheme:inherit}' +
        ':host([hidden]){display:none}' +
        // The poster stays until there is something better to see, and keeps its room after that.
        'iframe{position:absolute;inset:0;width:100%;height:100%;border:0;color-scheme:inherit}' +
        'button{position:absolute;left:50%;bottom:16px;translate:-50%;min-height:44px;padding:0 20px;font:600 16px system-ui,sans-serif;' +
        'border:1px solid;border-radius:8px;background:Canvas;color:CanvasText;cursor:pointer}' +
        'img,::slotted(img),::slotted(picture){display:block;width:100%;height:auto;max-height:var(--duel-height,560px);object-fit:contain}',
    );
    shadow.adoptedStyleSheets = [sheet];
    const slot = document.createElement('slot');
    // Our own poster shows what the figure does untold; it would be wrong for anything else.
    if (KEYS.every((key) => LOOKS.includes(key) || !this.hasAttribute(key))) {
      const poster = document.createElement('img');
      poster.src = new URL(`poster.svg`, RuntimeDuel.page).href;
      poster.loading = 'lazy';
      poster.alt = this.#name();
      // Without it there is the button.
      poster.onerror = () => poster.remove();
      slot.append(poster);
    }
    this.#button = document.createElement('button');
    this.#button.type = 'button';
    this.#button.part = 'start';
    this.#button.addEventListener('click', this.#intend);
    shadow.append(slot, this.#button);
    this.#show(false);
  }

  #show(isReady) {
    this.#isReady = isReady;
    const slot = this.shadowRoot.querySelector('slot');
    slot.style.visibility = isReady ? 'hidden' : '';
    if (this.#frame) this.#frame.style.opacity = isReady ? 1 : 0;
    const hadFocus = this.shadowRoot.activeElement === this.#button;
    this.#button.hidden = isReady;
    this.#button.textContent = 'Start the simulation';
    // Only who asked for it by a key or a click is taken into the figure.
    if (isReady && hadFocus) this.#frame.focus({ preventScroll: true });
  }

  #name() {
    return this.title || 'Simulation: Node.js event loop against Go scheduler';
  }

  /** An attribute as the address has it: of a switch it is enough that it is there. */
  #read(key) {
    return (key === 'paused' && this.getAttribute(key) === '') || this.getAttribute(key);
  }

  #given() {
    const query = new URLSearchParams();
    for (const key of KEYS) if (this.hasAttribute(key)) query.set(key, this.#read(key));
    return query;
  }

  #size(height) {
    const px = Math.round(Number.parseFloat(height));
    if (!(px >= HEIGHTS[0] && px <= HEIGHTS[1])) return;
    this.style.setProperty('--duel-height', `${px}px`);
    // What an article keeps free before this script is there counts for more than our own sheet.
    if (this.style.minHeight) this.style.minHeight = `${px}px`;
  }

  #tell(message) {
    if (!this.#isReady) return void (this.#frame && this.#waiting.push(message));
    this.#frame.contentWindow?.postMessage({ target: NAME, ...message }, '*');
  }

  #heard({ source, origin, data }) {
    if (!this.#frame || source !== this.#frame.contentWindow || data?.source !== NAME) return;
    // It may have gone elsewhere. In a sandbox, and from a disk, nobody has an origin.
    if (origin !== 'null' && origin !== new URL(RuntimeDuel.page, document.baseURI).origin) return;
    const { type } = data;
    if (type === 'height') {
      // Never less than was kept for it, so that the article stands still; more when the reader opens something in it.
      const kept = this.getBoundingClientRect().height;
      if (!this.hasAttribute('height') && Number.isFinite(data.height) && data.height > kept) this.#size(data.height);
    } else if (['ready', 'input', 'change', 'result'].includes(type)) {
      this.#result = known(data.result);
      if (type === 'ready') {
        this.#show(true);
        this.#waiting.splice(0).forEach((message) => this.#tell(message));
      }
      this.#say(type, this.#result);
    } else if (type === 'error') {
      // It says in words what is wrong.
      this.#show(true);
      this.#say('error', { message: String(data.message).slice(0, 500) });
    }
  }

  #say(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

for (const key of KEYS) {
  Object.defineProperty(RuntimeDuel.prototype, property(key), {
    get() {
      return this.getAttribute(key);
    },
    set(value) {
      if (value == null) this.removeAttribute(key);
      else this.setAttribute(key, value);
    },
    configurable: true,
    enumerable: true,
  });
}

if (!customElements.get(NAME)) customElements.define(NAME, RuntimeDuel);
