/** What the figure shows: its address, its sentence, and its figures at the mix, unless others are just computed. */
export interface RuntimeDuelResult {
  query: string;
  mix: number;
  sentence: string | null;
  runtimes: { id: string; throughput_per_s: number; latency_p99_ms: number; cores_busy: number }[];
}

export interface RuntimeDuelElement extends HTMLElement {
  /** A claim that articles make, with the scenario that shows it: all other keys begin from there. `none`, `io-heavy`, `cpu-bound`, `worker-threads`, `cluster`, `fan-out`, `one-core`, `connections`, `tail`, `gc`, `jit`, `language`, `database`, `scale-up`, `almost-always`. */
  story: 'none' | 'io-heavy' | 'cpu-bound' | 'worker-threads' | 'cluster' | 'fan-out' | 'one-core' | 'connections' | 'tail' | 'gc' | 'jit' | 'language' | 'database' | 'scale-up' | 'almost-always' | null;
  /** How much of a request's time is computing; the rest is waiting for a database, a disk or another service. The default lies between the two knees. 0 to 100 %. */
  mix: number | string | null;
  /** Computing and waiting of one request together, when nothing is in its way. 20 ms is a page with one query. 0.01 to 10 000 ms. */
  demand: number | string | null;
  /** In how many rounds of computing and then waiting a request does its work: one per query it makes. 1 to 100, whole. */
  bursts: number | string | null;
  /** How much bursts differ from one another. Exponential is queueing theory's middle ground. `constant`, `exponential`, `lognormal`, `bimodal`. */
  cpuDist: 'constant' | 'exponential' | 'lognormal' | 'bimodal' | null;
  /** How much waits differ from one another. Constant by default: one thing at a time. `constant`, `exponential`, `lognormal`, `bimodal`. */
  ioDist: 'constant' | 'exponential' | 'lognormal' | 'bimodal' | null;
  /** Bimodal only: how many of the requests are heavy. One in twenty, as for a report among page views. 0 to 100 %. */
  heavyShare: number | string | null;
  /** Bimodal only: how many times longer a heavy request is. The mean over all requests is kept. 1 to 1000 ×. */
  heavyFactor: number | string | null;
  /** Clients that wait for their answer before they ask again, as a load generator's do; arrivals that come whatever happens, as from the internet; or tasks that are started all at once. `closed`, `open`, `batch`. */
  load: 'closed' | 'open' | 'batch' | null;
  /** How many clients there are, each with one request at a time. 64 that come back every 160 ms ask for 400 requests per second. 1 to 100 000, whole. */
  clients: number | string | null;
  /** How long a client pauses on average between an answer and its next request. 0 to 60 000 ms. */
  think: number | string | null;
  /** How many requests arrive per second, whether the earlier ones are answered or not. 400 is what the default clients ask for. 0.1 to 1 000 000 /s. */
  rate: number | string | null;
  /** Independent arrivals are what many people who do not know of each other make. `poisson`, `constant`, `bursty`. */
  arrivals: 'poisson' | 'constant' | 'bursty' | null;
  /** All at once only: how many tasks are started. 10 000 is what articles about goroutines and promises start. Over HTTP each is a connection and meets the backlog; transport=none starts them inside the process. 1 to 1 000 000, whole. */
  tasks: number | string | null;
  /** Cores of the machine. Four is a small cloud server. 1 to 64, whole. */
  cores: number | string | null;
  /** What a request waits for: another server's answer, the runtime's own setTimeout or time.Sleep, or a call that blocks its thread, as on a file: Node.js hands it to its thread pool, Go to a further thread. `network`, `timer`, `file`, `database`. */
  io: 'network' | 'timer' | 'file' | 'database' | null;
  /** Over HTTP each request also costs the runtime reading, parsing and answering: about 20 µs in Node.js and 15 µs in Go, as measured. Clients keep their connection; arrivals that do not wait open one each. `http`, `socket`, `none`. */
  transport: 'http' | 'socket' | 'none' | null;
  /** Whether clients that wait are connected when the run begins, or connect when they come for the first time, as after a deployment. `before`, `during`. */
  connect: 'before' | 'during' | null;
  /** To how many further connections each answer is also sent, as to everybody in a chat room. 0 to 100 000, whole. */
  broadcast: number | string | null;
  /** How many connections a runtime keeps to its database, shared out where it has several processes. Pools of drivers hold 10 to 100. 1 to 10 000, whole. */
  dbConnections: number | string | null;
  /** How many queries the database works on at once: its cores, or what its disks can do. Sixteen is a mid-sized server. 1 to 10 000, whole. */
  dbCapacity: number | string | null;
  /** What becomes of more queries than the database has capacity for: they stand in line, or share it as PostgreSQL's processes or MongoDB's threads and tickets do. `queue`, `postgresql`, `mongodb`. */
  database: 'queue' | 'postgresql' | 'mongodb' | null;
  /** UV_THREADPOOL_SIZE: how many blocking calls Node.js has on the way at once. Four is libuv's default. 1 to 1024, whole. */
  poolSize: number | string | null;
  /** How many worker threads or processes Node.js has where it has them, and threads Tokio. One for each core unless told otherwise. 1 to 64, whole. */
  workers: number | string | null;
  /** How many threads a server with a thread for each request may have. 200 is Tomcat's default. 1 to 10 000, whole. */
  threads: number | string | null;
  /** Cores of the machine of the separate service that computes for Node.js. As many as Node's own unless told otherwise. 1 to 64, whole. */
  serviceCores: number | string | null;
  /** How long a message to the separate service and its answer are on the network. Half a millisecond is a data centre. 0 to 1000 ms. */
  serviceRtt: number | string | null;
  /** How many goroutines run at once. Go takes the number of cores unless told otherwise. 1 to 64, whole. */
  gomaxprocs: number | string | null;
  /** Which runtimes serve the same requests side by side, four at most. up to four of `node`, `node-workers`, `node-cluster`, `node-service`, `go`, `threads`, `tokio`. */
  runtimes: string | null;
  /** How many times longer the same burst takes in JavaScript than in Go. 1 compares the schedulers alone. 0.5 to 10 ×. */
  jsFactor: number | string | null;
  /** What each request allocates. 2.5 KB is what Go's net/http was measured to allocate for a trivial one. 0 to 10 000 KB. */
  alloc: number | string | null;
  /** What is cloned with each message to a worker thread and back: a small object by default. 0 to 10 000 KB. */
  payload: number | string | null;
  /** Whether memory is collected, as both runtimes do, or never. `on`, `off`. */
  gc: 'on' | 'off' | null;
  /** Whether the program has been running for long, or starts with the run: its process, and code that no compiler has optimized yet. `on`, `off`. */
  warm: 'on' | 'off' | null;
  /** What callbacks, switches and wake-ups cost: as measured on Node.js 20 and Go 1.27, or nothing, as in theory. `measured`, `zero`. */
  costs: 'measured' | 'zero' | null;
  /** Chooses the random numbers: the same seed gives the same run to the bit. 0 to 9 007 199 254 740 992, whole. */
  seed: number | string | null;
  /** Simulated seconds per second of yours. 0.001 to 100 ×. */
  speed: number | string | null;
  /** Whether the live run rests. `false`, `true`. */
  paused: 'false' | 'true' | null;
  /** Everything, or only verdict, curve and live plot for a narrow column, or one claim a screen for a stage. A figure in an article starts compact. `full`, `compact`, `talk`. */
  view: 'full' | 'compact' | 'talk' | null;
  /** Light, dark, or made for a projector. `auto`, `light`, `dark`, `projector`. */
  theme: 'auto' | 'light' | 'dark' | 'projector' | null;
  /** Parts of the page that are not shown, and keys whose controls are not. some of `title`, `notes`, `live`, `transport`, `numbers`, `lanes`, `latency`, `stories`, `settings`, `share`, `model`, and keys. */
  hide: string | null;
  /** The deck of slides around the figure: it gets back the keys of a clicker. `none`, `reveal`, `slidev`. */
  deck: 'none' | 'reveal' | 'slidev' | null;
  /** The version of the simulated models that a link was made with. 1 to 4 294 967 295, whole. */
  model: number | string | null;
  start(): void;
  play(): void;
  pause(): void;
  reset(): void;
  set(params: Record<string, string | number | boolean>): void;
  result(): RuntimeDuelResult | null;
}

export declare const RuntimeDuel: {
  new (): RuntimeDuelElement;
  /** The page in the frame; to be set before the first element starts. */
  page: string;
};

/** Attributes, for JSX. */
export interface RuntimeDuelAttributes {
  'story'?: string | number | boolean;
  'mix'?: string | number | boolean;
  'demand'?: string | number | boolean;
  'bursts'?: string | number | boolean;
  'cpu-dist'?: string | number | boolean;
  'io-dist'?: string | number | boolean;
  'heavy-share'?: string | number | boolean;
  'heavy-factor'?: string | number | boolean;
  'load'?: string | number | boolean;
  'clients'?: string | number | boolean;
  'think'?: string | number | boolean;
  'rate'?: string | number | boolean;
  'arrivals'?: string | number | boolean;
  'tasks'?: string | number | boolean;
  'cores'?: string | number | boolean;
  'io'?: string | number | boolean;
  'transport'?: string | number | boolean;
  'connect'?: string | number | boolean;
  'broadcast'?: string | number | boolean;
  'db-connections'?: string | number | boolean;
  'db-capacity'?: string | number | boolean;
  'database'?: string | number | boolean;
  'pool-size'?: string | number | boolean;
  'workers'?: string | number | boolean;
  'threads'?: string | number | boolean;
  'service-cores'?: string | number | boolean;
  'service-rtt'?: string | number | boolean;
  'gomaxprocs'?: string | number | boolean;
  'runtimes'?: string | number | boolean;
  'js-factor'?: string | number | boolean;
  'alloc'?: string | number | boolean;
  'payload'?: string | number | boolean;
  'gc'?: string | number | boolean;
  'warm'?: string | number | boolean;
  'costs'?: string | number | boolean;
  'seed'?: string | number | boolean;
  'speed'?: string | number | boolean;
  'paused'?: string | number | boolean;
  'view'?: string | number | boolean;
  'theme'?: string | number | boolean;
  'hide'?: string | number | boolean;
  'deck'?: string | number | boolean;
  'model'?: string | number | boolean;
  height?: string | number;
  title?: string | number;
  lazy?: string | number;
}

declare global {
  interface HTMLElementTagNameMap {
    'runtime-duel': RuntimeDuelElement;
  }
}
