// <runtime-duel>: the figure in an article by one line. It always opens a frame of the page beside this script, so one
// page, one policy and one protocol serve every way in. Nothing here is kept: state lives in attributes and in the frame.

const NAME = 'runtime-duel';
// The keys of the address; a test holds them to the page's table.
const KEYS =
  'story mix demand bursts cpu-dist io-dist heavy-share heavy-factor load clients think rate arrivals tasks cores io transport connect broadcast db-connections db-capacity database pool-size workers threads service-cores service-rtt gomaxprocs runtimes js-factor alloc payload gc warm costs seed speed paused view theme hide deck model'.split(' ');
const HEIGHTS = [120, 4000];
const here = import.meta.url;
const property = (key) => key.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

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

class RuntimeDuel extends HTMLElement {
  static observedAttributes = [...KEYS, 'height', 'title'];

  #frame = null;
  #isReady = false;
  #waiting = [];
  #wanted = null;
  #result = null;
  #hear = (event) => this.#heard(event);
  #intend = (event) => {
    this.start();
    // Only who asked for it by a key or a click is taken into the figure.
    if (event.type === 'click') this.#frame.addEventListener('load', () => this.#frame.focus(), { once: true });
  };

  connectedCallback() {
    if (!this.shadowRoot) {
      const shadow = this.attachShadow({ mode: 'open' });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(
        ':host{display:block;position:relative;min-height:var(--duel-height,560px);color-scheme:inherit}' +
          ':host([hidden]){display:none}' +
          'iframe{position:absolute;inset:0;width:100%;height:100%;border:0;color-scheme:inherit}' +
          'button{position:absolute;left:50%;bottom:16px;translate:-50%;min-height:44px;padding:0 20px;font:600 16px system-ui,sans-serif;' +
          'border:1px solid;border-radius:8px;background:Canvas;color:CanvasText;cursor:pointer}' +
          '::slotted(img),::slotted(picture){display:block;width:100%;height:auto}',
      );
      shadow.adoptedStyleSheets = [sheet];
      const button = document.createElement('button');
      button.type = 'button';
      button.part = 'start';
      button.textContent = 'Start the simulation';
      shadow.append(document.createElement('slot'), button);
      button.addEventListener('click', this.#intend);
    }
    this.#size(this.getAttribute('height'));
    for (const type of ['pointerover', 'focusin']) this.addEventListener(type, this.#intend, { once: true });
    addEventListener('message', this.#hear);
    // What was set before the script came lies on the element itself and hides the property.
    for (const name of KEYS.map(property)) {
      if (Object.hasOwn(this, name)) {
        const value = this[name];
        delete this[name];
        this[name] = value;
      }
    }
    if (this.getAttribute('lazy') !== 'click') watch(this);
  }

  disconnectedCallback() {
    near?.unobserve(this);
    removeEventListener('message', this.#hear);
    for (const type of ['pointerover', 'focusin']) this.removeEventListener(type, this.#intend);
    // A frame that is taken out forgets everything: the next one starts from the attributes.
    this.#frame?.remove();
    this.#frame = null;
    this.#isReady = false;
    this.#waiting = [];
    this.#result = null;
    const button = this.shadowRoot?.querySelector('button');
    if (button) button.hidden = false;
  }

  attributeChangedCallback(name, before, now) {
    if (before === now) return;
    if (name === 'height') return this.#size(now);
    if (name === 'title') {
      if (this.#frame) this.#frame.title = this.#name();
      return;
    }
    // One that is taken away goes back to what it is without.
    if (this.#frame) this.set({ [name]: now ?? '' });
  }

  /** Starts the figure if it has not started. */
  start() {
    if (this.#frame || !this.isConnected) return;
    near?.unobserve(this);
    const frame = document.createElement('iframe');
    frame.title = this.#name();
    frame.allow = 'fullscreen; clipboard-write; web-share';
    frame.part = 'frame';
    const query = new URLSearchParams();
    for (const key of KEYS) if (this.hasAttribute(key)) query.set(key, this.getAttribute(key));
    frame.src = new URL(`embed.html?${query}`, here).href;
    frame.addEventListener('error', () => this.#say('error', { message: 'the frame could not be loaded' }));
    this.#frame = frame;
    this.shadowRoot.querySelector('button').hidden = true;
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
    if (!this.#wanted) {
      requestAnimationFrame(() => {
        const wanted = this.#wanted;
        this.#wanted = null;
        this.#tell({ type: 'set', params: wanted });
      });
    }
    this.#wanted = { ...this.#wanted, ...params };
  }
  /** What the figure said last: its query, its sentence and its figures; null before that. */
  result() {
    return this.#result;
  }

  #name() {
    return this.title || 'Simulation: Node.js event loop against Go scheduler';
  }

  #size(height) {
    const px = Math.round(Number.parseFloat(height));
    if (px >= HEIGHTS[0] && px <= HEIGHTS[1]) this.style.setProperty('--duel-height', `${px}px`);
  }

  #tell(message) {
    if (!this.#isReady) return void (this.#frame && this.#waiting.push(message));
    this.#frame.contentWindow?.postMessage({ target: NAME, ...message }, '*');
  }

  #heard({ source, data }) {
    if (!this.#frame || source !== this.#frame.contentWindow || data?.source !== NAME) return;
    const { type } = data;
    if (type === 'height') {
      // Never less than was kept for it, so that the article stands still; more when the reader opens something in it.
      const kept = this.getBoundingClientRect().height;
      if (!this.hasAttribute('height') && Number.isFinite(data.height) && data.height > kept) this.#size(data.height);
    } else if (type === 'ready') {
      this.#isReady = true;
      this.#result = data.result ?? null;
      this.#say('ready', this.#result);
      this.#waiting.splice(0).forEach((message) => this.#tell(message));
    } else if (type === 'input' || type === 'change') {
      this.#result = data.result ?? null;
      this.#say(type, this.#result);
    } else if (type === 'error') {
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
