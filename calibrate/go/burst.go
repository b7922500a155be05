package main

import (
	"math"
	"sync/atomic"
	"time"
)

const (
	// A burst is done in chunks of about so many ms, each of them timed.
	chunkMs = 0.05
	// Chunks much shorter than that say more about the clock than about the core.
	minTimedMs = 0.02
	// Bins of chunk time over nominal time: a thousandth each; the last one holds all that is longer.
	nBins       = 4000
	binsPerUnit = 1000
	// A chunk so many times the median was interrupted, which is not the core being slow.
	interrupted = 1.5
	// Counters are spread so that cores do not take their cache lines from each other.
	nShards = 8
	// Sums of ratios are whole numbers of millionths: those can be added atomically.
	millionths = 1e6
)

// Iterations per ms that count as nominal.
var nominal float64

// The instant that times count from.
var base = time.Now()

// Time since then.
func now() time.Duration { return time.Since(base) }

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func duration(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }

type chunkShard struct {
	counts [nBins]atomic.Uint32
	sums   [nBins]atomic.Uint64
}

// How often chunks took how long. Nothing in it is a pointer, so the collector does not look at it.
var chunks [nShards]chunkShard

func resetChunks() {
	for s := range chunks {
		for i := range nBins {
			chunks[s].counts[i].Store(0)
			chunks[s].sums[i].Store(0)
		}
	}
}

// The work that bursts are made of. Not inlined, so that it is the same code wherever it is called from.
//
//go:noinline
func spin(x uint32, n int) uint32 {
	for range n {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
	}
	return x
}

// Keeps what is computed from being left out.
var spun atomic.Uint32

// Iterations per ms alone on a core: the best of many short trials, as anything else only makes it slower.
func calibrate(length time.Duration) float64 {
	const n = 60_000
	best, word := 0.0, uint32(0x2545f491)
	for until := now() + length; ; {
		begun := now()
		word = spin(word, n)
		ended := now()
		best = max(best, n/ms(ended-begun))
		if ended >= until {
			spun.Store(word)
			return best
		}
	}
}

// What has to be done at the moment a window begins or ends. A busy processor has no moment of its own that is on
// time, so bursts look at the clock.
type marks struct {
	at   atomic.Int64
	pass func(at time.Duration) (next time.Duration)
}

const never = time.Duration(math.MaxInt64)

func (m *marks) check(at time.Duration) {
	due := m.at.Load()
	if int64(at) >= due && m.at.CompareAndSwap(due, int64(never)) {
		m.at.Store(int64(m.pass(at)))
	}
}

// Computes what takes so many ms alone on a core. Returns how long it took, and when it ended.
func (r *record) burst(length float64, shard int) {
	total := int(math.Round(length * nominal))
	n := max(1, int(math.Round(length/chunkMs)))
	each := total / n
	isTimed := float64(each) >= minTimedMs*nominal
	word := uint32(0x2545f491)
	bins := &chunks[shard%nShards]
	first := now()
	begun := first
	for i := 1; i <= n; i++ {
		iterations := each
		if i == n {
			iterations = total - each*(n-1)
		}
		word = spin(word, iterations)
		ended := now()
		if isTimed && r.isIn(ended) {
			ratio := ms(ended-begun) * nominal / float64(iterations)
			bin := min(nBins-1, int(ratio*binsPerUnit))
			bins.counts[bin].Add(1)
			bins.sums[bin].Add(uint64(ratio * millionths))
		}
		r.marks.check(ended)
		begun = ended
	}
	if word == 0 {
		spun.Add(1)
	}
	if r.isIn(begun) {
		r.bursts.push(ms(begun - first))
	}
}

// Mean of chunk time over nominal time of the chunks that were not interrupted, or nothing if there were none.
func stretch() *float64 {
	var counts, sums [nBins]float64
	n := 0.0
	for s := range chunks {
		for i := range nBins {
			count := float64(chunks[s].counts[i].Load())
			counts[i] += count
			sums[i] += float64(chunks[s].sums[i].Load()) / millionths
			n += count
		}
	}
	if n == 0 {
		return nil
	}
	median := 0
	for below := counts[0]; below < n/2; below += counts[median] {
		median++
	}
	kept, time := 0.0, 0.0
	for i := range min(nBins-1, int(math.Round((float64(median)+0.5)*interrupted))) {
		kept += counts[i]
		time += sums[i]
	}
	if kept == 0 {
		return nil
	}
	mean := time / kept
	return &mean
}
