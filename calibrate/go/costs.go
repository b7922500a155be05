package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Short runs of each figure: the least of them is what the machine can do, the median what it usually does.
const nRuns = 9

// A figure: one short run of it, in ns, or 0 where it can not be had.
type figure struct {
	key string
	run func() float64
}

// What single steps of this Go and this machine cost, named as in src/sim/costs.rs, in ns.
func measureCosts() map[string]any {
	figures := append(machineFigures(), []figure{
		{"machine.thread_create", threadCreate},
		{"machine.wake", wake},
		{"machine.timer_slack", timerSlack},
		{"go.switch", goSwitch},
		{"go.create", goCreate},
		{"go.timer", goTimer},
		{"go.request", goRequest},
		{"go.syscall", goSyscall},
		{"go.sysmon_slack", sysmonSlack},
		{"go.mark_ns_per_byte", markPerByte},
		{"go.stop_the_world", stopTheWorld},
	}...)
	costs := map[string]any{}
	for _, f := range figures {
		f.run()
		var all []float64
		for range nRuns {
			if ns := f.run(); ns > 0 {
				all = append(all, ns)
			}
		}
		if len(all) == 0 {
			continue
		}
		slices.Sort(all)
		costs[f.key] = map[string]any{"min": all[0], "median": all[len(all)/2], "n": len(all)}
	}
	return costs
}

// Nanoseconds per step of n steps.
func timed(n int, run func()) float64 {
	begun := now()
	run()
	return float64(now()-begun) / float64(n)
}

// Does it with so many processors, without collections.
func withProcessors(n int, run func() float64) float64 {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(n))
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	return run()
}

// A goroutine that is locked to its thread and ends takes the thread with it, so the next one needs a new one: the
// figure has in it that the thread is woken, ends and is waited for.
func threadCreate() float64 {
	const n = 300
	return timed(n, func() {
		done := make(chan struct{})
		for range n {
			go func() {
				runtime.LockOSThread()
				done <- struct{}{}
			}()
			<-done
		}
	})
}

// How much longer than 10 ms a system call sleeps that asks for so much. A thread that waits in a system call keeps
// no processor, and takes a free one when it comes back.
func lateness() float64 {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const asked, n = 10 * time.Millisecond, 10
	all := make([]float64, n)
	for i := range all {
		request := syscall.NsecToTimespec(int64(asked))
		begun := now()
		if err := sleepOnce(&request); err != nil {
			return 0
		}
		all[i] = float64(now() - begun - asked)
	}
	slices.Sort(all)
	return all[n/2]
}

// What is left of the lateness on an idle core when it is known what waking a thread there takes.
func timerSlack() float64 { return max(0, lateness()-wake()) }

// Lateness while all cores compute, as they do when sysmon has something to preempt: no core has to be woken.
func sysmonSlack() float64 {
	nCores := runtime.NumCPU()
	return withProcessors(nCores+1, func() float64 {
		defer compute(nCores)()
		return lateness()
	})
}

// Keeps n processors busy until it is told to end.
func compute(n int) (end func()) {
	var isOver atomic.Bool
	var all sync.WaitGroup
	for range n {
		all.Add(1)
		go func() {
			for word := uint32(1); !isOver.Load(); {
				word = spin(word, 10_000)
			}
			all.Done()
		}()
	}
	return func() {
		isOver.Store(true)
		all.Wait()
	}
}

func goSwitch() float64 {
	return withProcessors(1, func() float64 {
		const n = 500_000
		return timed(2*n, func() {
			var both sync.WaitGroup
			both.Add(2)
			for range 2 {
				go func() {
					for range n {
						runtime.Gosched()
					}
					both.Done()
				}()
			}
			both.Wait()
		})
	})
}

func goCreate() float64 {
	return withProcessors(1, func() float64 {
		// Fewer than the ring of a processor holds.
		const n, nTogether = 200_000, 200
		return timed(n, func() {
			for range n / nTogether {
				for range nTogether {
					go func() {}()
				}
				runtime.Gosched()
			}
		})
	})
}

func goTimer() float64 {
	return withProcessors(1, func() float64 {
		const n = 200_000
		return timed(n, func() {
			for range n {
				time.AfterFunc(time.Hour, func() {}).Stop()
			}
		})
	})
}

// A program of ours whose requests neither compute nor wait; nil where there is no memory for figures.
var idleProgram = sync.OnceValue(func() *program {
	settings, err := parseQuery("load=open&io=timer&transport=none&alloc=0")
	if err != nil {
		return nil
	}
	idle := newProgram(&job{settings: settings}, nil)
	if idle.record, err = newRecord(); err != nil {
		return nil
	}
	return idle
})

// What serving a request takes that neither computes nor waits.
func goRequest() float64 {
	const n = 200_000
	idle := idleProgram()
	if idle == nil {
		return 0
	}
	idle.record.reset(0, never, false)
	nothing := request{recorded: &recorded{}}
	return timed(n, func() {
		for range n {
			idle.serve(&nothing, nil, timer{}, 0, 0)
		}
	})
}

// What the runtime adds to a system call that does next to nothing.
func goSyscall() float64 {
	const n = 300_000
	return withProcessors(1, func() float64 {
		with := timed(n, func() {
			for range n {
				_, _, _ = syscall.Syscall(syscall.SYS_GETPPID, 0, 0, 0)
			}
		})
		without := timed(n, func() {
			for range n {
				_, _, _ = syscall.RawSyscall(syscall.SYS_GETPPID, 0, 0, 0)
			}
		})
		return with - without
	})
}

// Goroutines that are locked to threads hand a value to and fro: each way parks one thread and wakes the other.
func wake() float64 {
	return withProcessors(2, func() float64 {
		const n = 5_000
		there, back := make(chan struct{}), make(chan struct{})
		go func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			for range there {
				back <- struct{}{}
			}
		}()
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		ns := timed(2*n, func() {
			for range n {
				there <- struct{}{}
				<-back
			}
		})
		close(there)
		return ns
	})
}

// What the collector has to walk: a tree of small objects, half of whose words are pointers.
type node struct {
	left, right, next, other *node
	_                        [4]uint64
}

func tree(depth int) *node {
	if depth == 0 {
		return nil
	}
	n := &node{left: tree(depth - 1), right: tree(depth - 1)}
	n.next, n.other = n.left, n.right
	return n
}

const nodeBytes = 64

func readSeconds(name string) float64 {
	sample := []metrics.Sample{{Name: name}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindFloat64 {
		return 0
	}
	return sample[0].Value.Float64()
}

// CPU time of marking over the bytes that are alive. The runtime's own account is renewed by each collection.
func markPerByte() float64 {
	const depth, n = 20, 2
	root := tree(depth)
	runtime.GC()
	account := func() float64 {
		return readSeconds("/cpu/classes/gc/mark/assist:cpu-seconds") +
			readSeconds("/cpu/classes/gc/mark/dedicated:cpu-seconds") +
			readSeconds("/cpu/classes/gc/mark/idle:cpu-seconds")
	}
	before := account()
	for range n {
		runtime.GC()
	}
	spent := account() - before
	runtime.KeepAlive(root)
	return spent * 1e9 / n / (float64(nodeBytes) * (1<<depth - 1))
}

// One of the two stops of a collection: what all of them took, over how many there were. The other processors are
// busy: an idle world is stopped at once.
func stopTheWorld() float64 {
	const n = 20
	root := tree(14)
	defer compute(runtime.GOMAXPROCS(0) - 1)()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range n {
		runtime.GC()
	}
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(root)
	return float64(after.PauseTotalNs-before.PauseTotalNs) / float64(2*(after.NumGC-before.NumGC))
}
