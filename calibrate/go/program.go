package main

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// Requests that are still under way when the window ends are given so long: they would disturb what follows.
	lastOrders = 10 * time.Second
	// Bytes of one of the small objects that a request allocates.
	objectBytes = 64
)

type object struct {
	next *object
	_    [objectBytes/8 - 1]uint64
}

// A list of n small objects.
func allocate(n int) *object {
	var list *object
	for range n {
		list = &object{next: list}
	}
	return list
}

// What serves the requests of a job, and what it records of them.
type program struct {
	job      *job
	workload *workload
	server   *delayServer
	pool     *connections
	record   *record
	usages   []usage
	nActive  atomic.Int64
	nObjects int
	// What comes to an end at the end of the window.
	end time.Duration
	// The first wait that failed: nothing that is measured may hide it.
	failure atomic.Pointer[error]
}

func newProgram(job *job, server *delayServer) *program {
	nObjects := int(job.settings.number("alloc") * 1024 / objectBytes)
	return &program{job: job, workload: newWorkload(job.settings), server: server, nObjects: nObjects}
}

// Whether the load ends by itself.
func (p *program) isWhole() bool {
	load := p.job.settings.word("load")
	return load == "batch" || load == "recorded"
}

// Connections for whoever waits, opened ahead: one for each client, or some for all.
func (p *program) connect() ([]waiter, error) {
	s := p.job.settings
	nClients := 1
	if s.word("load") == "closed" {
		nClients = int(s.number("clients"))
	}
	all := make([]waiter, nClients)
	if p.server == nil {
		for i := range all {
			all[i] = timer{}
		}
		return all, nil
	}
	isBlocking := s.word("io") == "file"
	if s.word("load") != "closed" {
		if p.pool == nil {
			p.pool = &connections{port: p.server.port, isBlocking: isBlocking}
			if err := p.pool.openAhead(nAhead); err != nil {
				return nil, err
			}
		}
		all[0] = p.pool
		return all, nil
	}
	for i := range all {
		c, err := dial(p.server.port, isBlocking)
		if err != nil {
			return nil, err
		}
		all[i] = c
	}
	return all, nil
}

// Runs once.
func (p *program) round() error {
	if p.record == nil {
		var err error
		if p.record, err = newRecord(); err != nil {
			return err
		}
	}
	waiters, err := p.connect()
	if err != nil {
		return err
	}
	load := p.job.settings.word("load")
	from := p.job.warmUp
	if load == "batch" {
		from = 0
	}
	p.end = from + p.job.length
	length := p.job.length
	if p.isWhole() {
		p.end, length = never, -1
	}
	p.record.reset(from, p.end, load == "recorded")
	p.usages = make([]usage, 0, 2)
	p.record.marks.pass = func(time.Duration) time.Duration {
		p.usages = append(p.usages, used(p.server))
		if len(p.usages) == 1 && !p.isWhole() {
			return p.end
		}
		return never
	}
	if p.server != nil {
		if err := p.server.measure(from, length); err != nil {
			return err
		}
	}
	base = time.Now()
	p.record.marks.at.Store(int64(from))
	if load == "batch" {
		p.record.marks.check(now())
	}
	p.start(load, waiters)
	if p.isWhole() {
		p.record.marks.at.Store(0)
		p.record.marks.check(now())
		return p.failed()
	}
	for _, at := range []time.Duration{from, p.end} {
		time.Sleep(at - now())
		p.record.marks.check(now())
	}
	for until := now() + lastOrders; p.nActive.Load() > 0 && now() < until; {
		time.Sleep(time.Millisecond)
	}
	return p.failed()
}

func (p *program) failed() error {
	if err := p.failure.Load(); err != nil {
		return *err
	}
	return nil
}

// Starts what the load is, and waits for it if it ends.
func (p *program) start(load string, waiters []waiter) {
	seed := p.job.settings.number("seed")
	switch load {
	case "closed":
		for i, waiter := range waiters {
			go p.client(i, newRandom(seed, i), waiter)
		}
	case "open":
		go p.open(waiters[0])
	case "recorded":
		p.replay(waiters[0])
	case "batch":
		var all sync.WaitGroup
		n := int(p.job.settings.number("tasks"))
		all.Add(n)
		for i := range n {
			go func() {
				random := newRandom(seed, i)
				request := p.workload.draw(&random)
				p.serve(&request, &random, waiters[0], 0, i)
				all.Done()
			}()
		}
		all.Wait()
	}
}

func (p *program) client(i int, random random, waiter waiter) {
	think, mix := p.job.settings.number("think"), p.job.settings.number("mix")
	for last := now(); ; {
		due := last
		if think > 0 {
			pause := duration(think * random.exponential())
			due = now() + pause
			time.Sleep(pause)
		} else if mix == 100 {
			runtime.Gosched()
		}
		if now() >= p.end {
			return
		}
		request := p.workload.draw(&random)
		last = p.serve(&request, &random, waiter, due, i)
	}
}

// Sleeps until at, unless that has passed.
func sleepUntil(at time.Duration) {
	if ahead := at - now(); ahead > 0 {
		time.Sleep(ahead)
	}
}

func (p *program) open(waiter waiter) {
	s := p.job.settings
	arrivals := newRandom(s.number("seed"), -1)
	at, i := 0.0, 0
	for {
		due := duration(at)
		if due >= p.end {
			return
		}
		sleepUntil(due)
		for fired := now(); due <= fired; due = duration(at) {
			go func(due time.Duration, i int) {
				random := newRandom(s.number("seed"), i)
				request := p.workload.draw(&random)
				p.serve(&request, &random, waiter, due, i)
			}(due, i)
			at += gap(s, &arrivals)
			i++
		}
	}
}

func (p *program) replay(waiter waiter) {
	var all sync.WaitGroup
	requests := p.job.requests
	all.Add(len(requests))
	for i := 0; i < len(requests); {
		sleepUntil(duration(requests[i].at))
		for fired := now(); i < len(requests) && duration(requests[i].at) <= fired; i++ {
			go func(recorded *recorded, i int) {
				request := request{isHeavy: recorded.isHeavy, recorded: recorded}
				p.serve(&request, nil, waiter, duration(recorded.at), i)
				all.Done()
			}(&requests[i], i)
		}
	}
	all.Wait()
}

// Serves a request that was due at some time. Returns when it ended.
func (p *program) serve(q *request, random *random, waiter waiter, due time.Duration, shard int) time.Duration {
	began := now()
	p.nActive.Add(1)
	held := allocate(p.nObjects)
	for range p.workload.pairs(q) {
		if length := p.workload.burst(q, random); length > 0 {
			p.record.burst(length, shard)
		}
		if length := p.workload.wait(q, random); length > 0 {
			if err := waiter.wait(length); err != nil {
				p.failure.CompareAndSwap(nil, &err)
			}
		}
	}
	ended := now()
	runtime.KeepAlive(held)
	p.nActive.Add(-1)
	p.record.request(due, began, ended, q.isHeavy)
	return ended
}

// What was found, as the object to be printed; peak is in bytes.
func (p *program) result(peak float64, makespans []float64) (map[string]any, error) {
	load := p.job.settings.word("load")
	a, b := p.usages[0], p.usages[1]
	elapsed := p.job.length.Seconds()
	// A mark can be a little late, so it is the rate that counts.
	share := elapsed / (b.at - a.at).Seconds()
	if p.isWhole() {
		elapsed, share = time.Duration(p.record.last.Load()).Seconds()-p.record.from.Seconds(), 1
	}
	user, system := (b.user-a.user)*share, (b.system-a.system)*share
	lists := map[string][]float64{}
	for name, list := range map[string]*numbers{
		"light": p.record.light, "heavy": p.record.heavy, "lag": p.record.lag, "bursts": p.record.bursts,
	} {
		var err error
		if lists[name], err = list.taken(); err != nil {
			return nil, err
		}
	}
	latency := []string{"mean", "p50", "p90", "p99", "p999", "max"}
	completed := p.record.completed.Load()
	found := map[string]any{
		"id":                  "go",
		"throughput_per_s":    float64(completed) / elapsed,
		"latency_ms":          summary(append(append([]float64{}, lists["light"]...), lists["heavy"]...), latency...),
		"cores_busy":          (user + system) / elapsed,
		"event_loop_delay_ms": nil,
		"memory_bytes_peak":   peak,
		"makespan_ms":         nil,
		"completed":           completed,
		"outcome":             "measured",
	}
	if p.job.requests != nil || p.workload.isClassed() {
		found["latency_ms_light"] = summary(lists["light"], latency...)
		found["latency_ms_heavy"] = summary(lists["heavy"], latency...)
	}
	result := map[string]any{
		"seconds":       elapsed,
		"runtime":       found,
		"burst_stretch": stretch(),
		"burst_ms":      summary(lists["bursts"], "mean", "p50", "p99"),
		"start_lag_ms":  summary(lists["lag"], "mean", "p50", "p99", "max"),
		"cpu_seconds":   map[string]float64{"user": user, "system": system},
		"noise":         noise(a, b),
	}
	if load == "batch" {
		found["makespan_ms"] = makespans[len(makespans)-1]
		result["runs_ms"] = makespans
	}
	return result, nil
}

// Cores that others had between two usages.
func noise(a, b usage) map[string]any {
	wall := (b.at - a.at).Seconds()
	foreign := b.busy - a.busy - (b.user - a.user) - (b.system - a.system) - (b.server - a.server)
	return map[string]any{"foreign_cores": known(foreign / wall), "steal_cores": known((b.steal - a.steal) / wall)}
}
