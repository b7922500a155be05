// Executes one scenario of the simulation for real, on this Go, and prints one JSON object of what it measured.
//
//	go run . 'QUERY' [--for 6s] [--warm-up 2s] [--requests FILE] [--speed ITERATIONS_PER_MS]
//	go run . --costs
//
// What exactly is executed is written in ../README.md. A bad query: exit code 2 and one line on stderr.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

const (
	// How long the speed of a core is looked for.
	calibrationTime = 80 * time.Millisecond
	// A batch is run so often in one process, as in the program for Node.js.
	nBatches = 3
)

func main() {
	err := run(os.Args[1:])
	var refused refusal
	if errors.As(err, &refused) {
		fmt.Fprintln(os.Stderr, refused)
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(words []string) error {
	if len(words) == 1 && words[0] == "--delay-server" {
		return serveDelays(os.Stdin, os.Stdout)
	}
	if len(words) == 1 && words[0] == "--costs" {
		return printJSON(map[string]any{"costs": measureCosts(), "versions": versions()})
	}
	job, err := parseArgs(words)
	if err != nil {
		return err
	}
	found, err := measure(job)
	if err != nil {
		return err
	}
	return printJSON(found)
}

func printJSON(value any) error {
	encoder := json.NewEncoder(os.Stdout)
	// It is no web page: a query keeps its ampersands.
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

func versions() map[string]string {
	return map[string]string{"go": strings.TrimPrefix(runtime.Version(), "go")}
}

// Does all of a job, and says what it found as the object to be printed.
func measure(job *job) (map[string]any, error) {
	runtime.GOMAXPROCS(job.settings.gomaxprocs())
	before := calibrate(calibrationTime)
	if job.speed == 0 {
		job.speed = before
	}
	nominal = job.speed
	var server *delayServer
	if job.settings.word("io") != "timer" {
		var err error
		if server, err = startDelayServer(); err != nil {
			return nil, err
		}
		defer server.stop()
	}
	program := newProgram(job, server)
	nRounds := 1
	if job.settings.word("load") == "batch" {
		nRounds = nBatches
	}
	var makespans []float64
	for range nRounds {
		if err := program.round(); err != nil {
			return nil, err
		}
		makespans = append(makespans, program.record.makespan())
	}
	peak := memoryPeak()
	var wait any
	if server != nil {
		report, err := server.report()
		if err != nil {
			return nil, err
		}
		wait = report
	}
	after := calibrate(calibrationTime)
	found, err := program.result(peak, makespans)
	if err != nil {
		return nil, err
	}
	found["query"] = job.query
	found["wait_ms"] = wait
	found["speed"] = job.speed
	found["machine"] = describeMachine()
	found["versions"] = versions()
	found["noise"].(map[string]any)["speed"] = map[string]float64{"before": before / job.speed, "after": after / job.speed}
	return found, nil
}
