package main

import (
	"fmt"
	"math"
	"slices"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

// Requests, or bursts, of a run at most. They are memory only once they are there.
const maxNumbers = 1 << 24

// A list of numbers that many goroutines add to. It lies outside the heap: there it would change when the collector
// begins.
type numbers struct {
	n   atomic.Int64
	all []float64
}

func newNumbers() (*numbers, error) {
	bytes, err := syscall.Mmap(-1, 0, maxNumbers*8, syscall.PROT_READ|syscall.PROT_WRITE,
		syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return nil, fmt.Errorf("memory for figures: %w", err)
	}
	return &numbers{all: unsafe.Slice((*float64)(unsafe.Pointer(&bytes[0])), maxNumbers)}, nil
}

func (l *numbers) push(x float64) {
	if i := l.n.Add(1) - 1; i < maxNumbers {
		l.all[i] = x
	}
}

// All of them, unsorted.
func (l *numbers) taken() ([]float64, error) {
	n := l.n.Load()
	if n > maxNumbers {
		return nil, fmt.Errorf("expected at most %d figures of a kind, got %d; measure for a shorter time", maxNumbers, n)
	}
	return l.all[:n], nil
}

// What a round records. Times are since its start.
type record struct {
	light, heavy, lag, bursts *numbers
	completed                 atomic.Int64
	first, last               atomic.Int64
	// What ends in from to until counts, or what arrives there if byArrival.
	from, until time.Duration
	byArrival   bool
	marks       marks
}

func newRecord() (*record, error) {
	r := &record{}
	for _, list := range []**numbers{&r.light, &r.heavy, &r.lag, &r.bursts} {
		var err error
		if *list, err = newNumbers(); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// Forgets everything.
func (r *record) reset(from, until time.Duration, byArrival bool) {
	for _, list := range []*numbers{r.light, r.heavy, r.lag, r.bursts} {
		list.n.Store(0)
	}
	r.completed.Store(0)
	r.first.Store(math.MaxInt64)
	r.last.Store(0)
	r.from, r.until, r.byArrival = from, until, byArrival
	r.marks.at.Store(int64(never))
	resetChunks()
}

func (r *record) isIn(at time.Duration) bool { return at >= r.from && at < r.until }

func lower(a *atomic.Int64, x int64) {
	for old := a.Load(); x < old && !a.CompareAndSwap(old, x); old = a.Load() {
	}
}

func raise(a *atomic.Int64, x int64) {
	for old := a.Load(); x > old && !a.CompareAndSwap(old, x); old = a.Load() {
	}
}

// A request that was due at one time, whose first burst could begin at another and which ended at a third.
func (r *record) request(due, began, ended time.Duration, isHeavy bool) {
	lower(&r.first, int64(began))
	raise(&r.last, int64(ended))
	if r.isIn(ended) {
		r.completed.Add(1)
	}
	at := ended
	if r.byArrival {
		at = due
	}
	if !r.isIn(at) {
		return
	}
	if isHeavy {
		r.heavy.push(ms(ended - due))
	} else {
		r.light.push(ms(ended - due))
	}
	r.lag.push(ms(began - due))
}

// From the first start to the last end, in ms.
func (r *record) makespan() float64 { return ms(time.Duration(r.last.Load() - r.first.Load())) }

// The smallest number that a share q of all, which is sorted, is not above.
func quantile(all []float64, q float64) float64 {
	return all[max(0, int(math.Ceil(q*float64(len(all))))-1)]
}

var quantiles = map[string]float64{"p50": 0.5, "p90": 0.9, "p99": 0.99, "p999": 0.999, "max": 1}

// The named figures (mean, p50, p90, p99, p999, max); null where there are no numbers.
func summary(all []float64, names ...string) map[string]any {
	all = slices.Clone(all)
	slices.Sort(all)
	found := map[string]any{}
	for _, name := range names {
		switch {
		case len(all) == 0:
			found[name] = nil
		case name == "mean":
			sum := 0.0
			for _, x := range all {
				sum += x
			}
			found[name] = sum / float64(len(all))
		default:
			found[name] = quantile(all, quantiles[name])
		}
	}
	return found
}
