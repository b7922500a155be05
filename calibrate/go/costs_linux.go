package main

import (
	"runtime"
	"syscall"
	"time"
	"unsafe"
)

// Figures of the machine that take Linux' own system calls.
func machineFigures() []figure {
	return []figure{
		{"machine.thread_switch", threadSwitch},
		{"machine.socket_write", socketSide},
		{"machine.socket_read", socketSide},
		{"machine.epoll_event", epollEvent},
	}
}

func sleepOnce(request *syscall.Timespec) error { return syscall.Nanosleep(request, nil) }

// One call to which the runtime does not pay attention: it would give the processor away meanwhile.
func rawByte(call uintptr, fd int, b *byte) bool {
	n, _, _ := syscall.RawSyscall(call, uintptr(fd), uintptr(unsafe.Pointer(b)), 1)
	return n == 1
}

type cpuSet [16]uint64

func affinity(call uintptr, set *cpuSet) bool {
	_, _, errno := syscall.RawSyscall(call, 0, unsafe.Sizeof(*set), uintptr(unsafe.Pointer(set)))
	return errno == 0
}

// Keeps this thread on the first core that it may use; the result undoes it.
func pin() (undo func(), ok bool) {
	var all, one cpuSet
	if !affinity(syscall.SYS_SCHED_GETAFFINITY, &all) {
		return nil, false
	}
	for i, word := range all {
		if word != 0 {
			one[i] = word & -word
			break
		}
	}
	if !affinity(syscall.SYS_SCHED_SETAFFINITY, &one) {
		return nil, false
	}
	return func() { affinity(syscall.SYS_SCHED_SETAFFINITY, &all) }, true
}

// Half a round trip of a byte over two pipes between two threads on one core: a write, a switch and a read.
func threadSwitch() float64 {
	return withProcessors(2, func() float64 {
		const n = 5_000
		var there, back [2]int
		if syscall.Pipe(there[:]) != nil || syscall.Pipe(back[:]) != nil {
			return 0
		}
		ready := make(chan bool)
		ended := make(chan bool)
		go func() {
			// It stays locked, so that its thread, which is pinned, ends with it.
			runtime.LockOSThread()
			_, ok := pin()
			ready <- ok
			var b byte
			for ok && rawByte(syscall.SYS_READ, there[0], &b) {
				rawByte(syscall.SYS_WRITE, back[1], &b)
			}
			ended <- true
		}()
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		undo, ok := pin()
		ns := 0.0
		if <-ready && ok {
			// Until the other one waits in its read.
			time.Sleep(time.Millisecond)
			var b byte
			ns = timed(2*n, func() {
				for range n {
					rawByte(syscall.SYS_WRITE, there[1], &b)
					rawByte(syscall.SYS_READ, back[0], &b)
				}
			})
		}
		if ok {
			undo()
		}
		syscall.Close(there[1])
		<-ended
		for _, fd := range []int{there[0], back[0], back[1]} {
			syscall.Close(fd)
		}
		return ns
	})
}

// Half of writing a byte to a Unix socket and reading it from the other end.
func socketSide() float64 {
	const n = 50_000
	pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		return 0
	}
	defer syscall.Close(pair[0])
	defer syscall.Close(pair[1])
	var b byte
	return timed(2*n, func() {
		for range n {
			rawByte(syscall.SYS_WRITE, pair[0], &b)
			rawByte(syscall.SYS_READ, pair[1], &b)
		}
	})
}

// One of 128 sockets that are ready, in one call that reports all of them.
func epollEvent() float64 {
	const n, nReady = 500, 128
	epoll, err := syscall.EpollCreate1(0)
	if err != nil {
		return 0
	}
	defer syscall.Close(epoll)
	var b byte
	for range nReady {
		pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
		if err != nil {
			return 0
		}
		defer syscall.Close(pair[0])
		defer syscall.Close(pair[1])
		rawByte(syscall.SYS_WRITE, pair[0], &b)
		event := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(pair[1])}
		if syscall.EpollCtl(epoll, syscall.EPOLL_CTL_ADD, pair[1], &event) != nil {
			return 0
		}
	}
	var events [nReady]syscall.EpollEvent
	return timed(n*nReady, func() {
		for range n {
			_, _ = syscall.EpollWait(epoll, events[:], 0)
		}
	})
}
