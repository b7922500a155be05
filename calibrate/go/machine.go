package main

import (
	"bytes"
	"math"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Clock ticks per second in /proc, the same on all of Linux' usual architectures.
const ticksPerS = 100

func describeMachine() map[string]any {
	found := map[string]any{
		"cpu": nil, "cores": runtime.NumCPU(), "os": runtime.GOOS, "memory_gb": nil, "virtual": nil,
	}
	if name, err := exec.Command("uname", "-sr").Output(); err == nil {
		found["os"] = strings.TrimSpace(string(name))
	}
	info, _ := os.ReadFile("/proc/cpuinfo")
	if model := regexp.MustCompile(`(?m)^model name\s*:\s*(.*)$`).FindSubmatch(info); model != nil {
		found["cpu"] = string(bytes.TrimSpace(model[1]))
	}
	if flags := regexp.MustCompile(`(?m)^flags.*$`).Find(info); flags != nil {
		found["virtual"] = regexp.MustCompile(`\bhypervisor\b`).Match(flags)
	}
	memory, _ := os.ReadFile("/proc/meminfo")
	if kb := regexp.MustCompile(`(?m)^MemTotal:\s*(\d+)`).FindSubmatch(memory); kb != nil {
		x, _ := strconv.ParseFloat(string(kb[1]), 64)
		found["memory_gb"] = math.Round(x / (1 << 20))
	}
	return found
}

// What was used by some moment, in CPU seconds; what is not known is not a number.
type usage struct {
	at           time.Duration
	user, system float64
	busy, steal  float64
	server       float64
}

func seconds(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }

func used(server *delayServer) usage {
	var own syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &own)
	u := usage{at: now(), user: seconds(own.Utime), system: seconds(own.Stime), busy: math.NaN(), steal: math.NaN()}
	stat, _ := os.ReadFile("/proc/stat")
	line, _, _ := bytes.Cut(stat, []byte("\n"))
	if fields := strings.Fields(string(line)); len(fields) > 8 {
		ticks := func(i int) float64 {
			x, _ := strconv.ParseFloat(fields[i], 64)
			return x / ticksPerS
		}
		// User, nice and system time, interrupts hard and soft.
		u.busy = ticks(1) + ticks(2) + ticks(3) + ticks(6) + ticks(7)
		u.steal = ticks(8)
	}
	if server != nil {
		u.server = usedBy(server.command.Process.Pid)
	}
	return u
}

// CPU seconds of another process, or 0 if nobody knows.
func usedBy(pid int) float64 {
	stat, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	// The name of the program is in parentheses and can hold anything.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseFloat(fields[11], 64)
	system, _ := strconv.ParseFloat(fields[12], 64)
	return (user + system) / ticksPerS
}

// Most memory that this process has had at once, in bytes. getrusage would count what the process that started this
// one had before.
func memoryPeak() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	if kb := regexp.MustCompile(`(?m)^VmHWM:\s*(\d+)`).FindSubmatch(status); kb != nil {
		x, _ := strconv.ParseFloat(string(kb[1]), 64)
		return x * 1024
	}
	var own syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &own)
	return float64(own.Maxrss) * 1024
}

// A number as JSON has it.
func known(x float64) any {
	if math.IsNaN(x) {
		return nil
	}
	return x
}
