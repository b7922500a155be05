package main

import "math"

const (
	// Squared coefficient of variation of the lognormal.
	lognormalCS2 = 4
	// Bursty arrivals: one gap in ten has 7.3 times the mean, the others 0.3 times.
	burstyShare = 0.1
	burstyLong  = 7.3
	burstyShort = 0.3
)

// Random numbers that a seed and a stream decide: splitmix64 of Steele, Lea and Flood (OOPSLA 2014).
type random uint64

func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func newRandom(seed float64, stream int) random {
	return random(mix(mix(uint64(seed)) + uint64(stream)))
}

// A number in (0, 1]: its logarithm exists.
func (r *random) uniform() float64 {
	*r += 0x9e3779b97f4a7c15
	return float64(mix(uint64(*r))>>11+1) / (1 << 53)
}

// One of mean 1.
func (r *random) exponential() float64 { return -math.Log(r.uniform()) }

func (r *random) normal() float64 {
	return math.Sqrt(-2*math.Log(r.uniform())) * math.Cos(2*math.Pi*r.uniform())
}

// How lengths are distributed about their mean.
type shape struct {
	word                string
	heavyShare, heavier float64
}

// A factor of mean 1; class is uniform, and the same for all of a request.
func (s *shape) factor(r *random, class float64) float64 {
	switch s.word {
	case "exponential":
		return r.exponential()
	case "lognormal":
		sigma2 := math.Log(1 + lognormalCS2)
		return math.Exp(math.Sqrt(sigma2)*r.normal() - sigma2/2)
	case "bimodal":
		light := 1 / (1 - s.heavyShare + s.heavyShare*s.heavier)
		if class <= s.heavyShare {
			return light * s.heavier
		}
		return light
	}
	return 1
}

func (s *shape) isHeavy(class float64) bool { return s.word == "bimodal" && class <= s.heavyShare }

// Makes requests.
type workload struct {
	cpu, io shape
	// In ms.
	meanBurst, meanWait float64
	nPairs              int
}

func newWorkload(s settings) *workload {
	share, factor := s.number("heavy-share")/100, s.number("heavy-factor")
	bursts := s.number("bursts")
	return &workload{
		cpu:       shape{s.word("cpu-dist"), share, factor},
		io:        shape{s.word("io-dist"), share, factor},
		meanBurst: s.number("demand") * s.number("mix") / 100 / bursts,
		meanWait:  s.number("demand") * (100 - s.number("mix")) / 100 / bursts,
		nPairs:    int(bursts),
	}
}

// Whether requests can be told apart as light and heavy.
func (w *workload) isClassed() bool { return w.cpu.word == "bimodal" || w.io.word == "bimodal" }

// One request: what was drawn for all of it, or recorded.
type request struct {
	isHeavy  bool
	recorded *recorded
	cpu, io  float64
}

func (w *workload) draw(r *random) request {
	cpu, io := r.uniform(), r.uniform()
	return request{isHeavy: w.cpu.isHeavy(cpu) || w.io.isHeavy(io), cpu: cpu, io: io}
}

func (w *workload) pairs(q *request) int {
	if q.recorded != nil {
		return 1
	}
	return w.nPairs
}

// The length of the next burst, in ms.
func (w *workload) burst(q *request, r *random) float64 {
	switch {
	case q.recorded != nil:
		return q.recorded.burst
	case w.meanBurst == 0:
		return 0
	}
	return w.meanBurst * w.cpu.factor(r, q.cpu)
}

// The length of the next wait, in ms.
func (w *workload) wait(q *request, r *random) float64 {
	switch {
	case q.recorded != nil:
		return q.recorded.wait
	case w.meanWait == 0:
		return 0
	}
	return w.meanWait * w.io.factor(r, q.io)
}

// The gap before the next open arrival, in ms.
func gap(s settings, r *random) float64 {
	mean := 1000 / s.number("rate")
	switch s.word("arrivals") {
	case "constant":
		return mean
	case "bursty":
		x := mean * r.exponential()
		if r.uniform() <= burstyShare {
			return x * burstyLong
		}
		return x * burstyShort
	}
	return mean * r.exponential()
}
