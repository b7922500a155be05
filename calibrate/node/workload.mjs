// Who comes when and needs what: random numbers of the program's own, with the shapes that the simulation has.

/** Squared coefficient of variation of the lognormal. */
const LOGNORMAL_CS2 = 4;
/** Bursty arrivals: one gap in ten has 7.3 times the mean, the others 0.3 times. */
const BURSTY = { share: 0.1, long: 7.3, short: 0.3 };

/** Random numbers that a seed and the number of a stream decide: sfc32 of Chris Doty-Humphrey's PractRand. */
export class Random {
    #a;
    #b;
    #c;
    #counter = 1;

    constructor(seed, stream) {
        this.#a = seed | 0;
        this.#b = Math.floor(seed / 2 ** 32) | 0;
        this.#c = stream | 0;
        for (let i = 0; i < 15; i++) this.#word();
    }

    #word() {
        const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
        this.#counter = (this.#counter + 1) | 0;
        this.#a = this.#b ^ (this.#b >>> 9);
        this.#b = (this.#c + (this.#c << 3)) | 0;
        this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
        return sum >>> 0;
    }

    /** A number in (0, 1]: its logarithm exists. */
    uniform() {
        const high = this.#word() >>> 5;
        const low = this.#word() >>> 6;
        return (high * 2 ** 26 + low + 1) / 2 ** 53;
    }

    /** One of mean 1. */
    exponential() {
        return -Math.log(this.uniform());
    }

    normal() {
        return Math.sqrt(-2 * Math.log(this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
    }
}

/** A factor of mean 1; `class_` is uniform, and the same for all of a request. */
function factor(shape, random, class_, heavy) {
    switch (shape) {
        case "exponential":
            return random.exponential();
        case "lognormal": {
            const sigma2 = Math.log(1 + LOGNORMAL_CS2);
            return Math.exp(Math.sqrt(sigma2) * random.normal() - sigma2 / 2);
        }
        case "bimodal": {
            const light = 1 / (1 - heavy.share + heavy.share * heavy.factor);
            return class_ <= heavy.share ? light * heavy.factor : light;
        }
        default:
            return 1;
    }
}

/** Makes requests, `{ isHeavy, nPairs, burst(), wait() }`: each call of the last two is the next length, in ms. */
export class Workload {
    constructor(settings) {
        this.settings = settings;
        const { mix, demand, bursts } = settings;
        this.meanBurst = ((demand * mix) / 100 / bursts) * settings["js-factor"];
        this.meanWait = (demand * (100 - mix)) / 100 / bursts;
        this.heavy = { share: settings["heavy-share"] / 100, factor: settings["heavy-factor"] };
    }

    /** Whether requests can be told apart as light and heavy. */
    get isClassed() {
        return [this.settings["cpu-dist"], this.settings["io-dist"]].includes("bimodal");
    }

    draw(random) {
        const cpu = random.uniform();
        const io = random.uniform();
        const { "cpu-dist": cpuDist, "io-dist": ioDist, bursts } = this.settings;
        const isHeavy =
            (cpuDist === "bimodal" && cpu <= this.heavy.share) || (ioDist === "bimodal" && io <= this.heavy.share);
        return {
            isHeavy,
            nPairs: bursts,
            burst: () => this.meanBurst && this.meanBurst * factor(cpuDist, random, cpu, this.heavy),
            wait: () => this.meanWait && this.meanWait * factor(ioDist, random, io, this.heavy),
        };
    }

    /** Arrivals of open load in their order, for ever: the instant of each in ms. */
    *arrivals() {
        const random = new Random(this.settings.seed, -1);
        const mean = 1000 / this.settings.rate;
        for (let at = 0; ; ) {
            yield at;
            if (this.settings.arrivals === "constant") at += mean;
            else if (this.settings.arrivals === "poisson") at += mean * random.exponential();
            else at += mean * random.exponential() * (random.uniform() <= BURSTY.share ? BURSTY.long : BURSTY.short);
        }
    }
}
