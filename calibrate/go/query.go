package main

import (
	"bufio"
	"fmt"
	"math"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// What somebody asked for and can not have: one line.
type refusal string

func (r refusal) Error() string { return string(r) }

func refuse(format string, args ...any) error { return refusal(fmt.Sprintf(format, args...)) }

// What a key accepts, and what it means when it is not there.
type key struct {
	name    string
	min     float64
	max     float64
	unit    string
	isWhole bool
	options []string
	initial string
}

var shapes = []string{"constant", "exponential", "lognormal", "bimodal"}

// Keys that concern a real run: ms, KB, %, per second. Without an initial value a key follows the cores.
var keys = []key{
	{name: "mix", max: 100, unit: " %", initial: "20"},
	{name: "demand", min: 0.01, max: 10_000, unit: " ms", initial: "20"},
	{name: "bursts", min: 1, max: 100, isWhole: true, initial: "1"},
	{name: "cpu-dist", options: shapes, initial: "exponential"},
	{name: "io-dist", options: shapes, initial: "constant"},
	{name: "heavy-share", max: 100, unit: " %", initial: "5"},
	{name: "heavy-factor", min: 1, max: 1000, initial: "20"},
	{name: "load", options: []string{"closed", "open", "batch"}, initial: "closed"},
	{name: "clients", min: 1, max: 100_000, isWhole: true, initial: "64"},
	{name: "think", max: 60_000, unit: " ms", initial: "140"},
	{name: "rate", min: 0.1, max: 1e6, unit: " per second", initial: "400"},
	{name: "arrivals", options: []string{"poisson", "constant", "bursty"}, initial: "poisson"},
	{name: "tasks", min: 1, max: 1e6, isWhole: true, initial: "10000"},
	{name: "cores", min: 1, max: 64, isWhole: true},
	{name: "io", options: []string{"network", "timer", "file", "database"}, initial: "network"},
	{name: "transport", options: []string{"http", "none"}, initial: "http"},
	{name: "gomaxprocs", min: 1, max: 64, isWhole: true},
	{name: "alloc", max: 10_000, unit: " KB", initial: "2.5"},
	{name: "seed", max: 1 << 53, isWhole: true, initial: "1"},
}

// Keys of the address that say nothing to a real Go.
var ignored = strings.Fields("pool-size workers js-factor payload runtimes costs gc warm speed paused view theme " +
	"story hide deck model db-connections db-capacity")

const maxShown = 60

func shown(text string) string {
	plain := []rune(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '?'
		}
		return r
	}, text))
	switch {
	case len(plain) == 0:
		return "nothing"
	case len(plain) > maxShown:
		return string(plain[:maxShown]) + "…"
	}
	return string(plain)
}

func (k *key) accepted() string {
	if k.options != nil {
		return strings.Join(k.options, ", ")
	}
	text := strconv.FormatFloat(k.min, 'f', -1, 64) + " to " + strconv.FormatFloat(k.max, 'f', -1, 64) + k.unit
	if k.isWhole {
		text += ", whole"
	}
	return text
}

// Whether text is a number in plain decimals; those of Go's own would take hexadecimals and underscores too.
func decimal(text string) (float64, bool) {
	if text == "" || strings.Trim(text, "+-.0123456789") != "" {
		return 0, false
	}
	value, err := strconv.ParseFloat(text, 64)
	return value, err == nil
}

func (k *key) check(text string) error {
	if k.options != nil {
		if slices.Contains(k.options, text) {
			return nil
		}
	} else if x, ok := decimal(text); ok && x >= k.min && x <= k.max && (!k.isWhole || x == math.Trunc(x)) {
		return nil
	}
	return refuse("%s: expected %s, got %s", k.name, k.accepted(), shown(text))
}

// The value of every key, as text that has been checked.
type settings map[string]string

func (s settings) word(name string) string { return s[name] }

func (s settings) number(name string) float64 {
	x, _ := strconv.ParseFloat(s[name], 64)
	return x
}

func (s settings) gomaxprocs() int { return int(s.number("gomaxprocs")) }

func parseQuery(query string) (settings, error) {
	s := settings{}
	for _, k := range keys {
		s[k.name] = k.initial
	}
	seen := map[string]bool{}
	for _, pair := range strings.Split(strings.TrimPrefix(query, "?"), "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		plainName, err := url.QueryUnescape(name)
		if err != nil {
			plainName = name
		}
		if plain, err := url.QueryUnescape(value); err == nil {
			value = plain
		}
		if seen[plainName] {
			return nil, refuse("%s: expected once, got twice", shown(plainName))
		}
		seen[plainName] = true
		i := slices.IndexFunc(keys, func(k key) bool { return k.name == plainName })
		if i >= 0 {
			value = strings.TrimSpace(value)
			if err := keys[i].check(value); err != nil {
				return nil, err
			}
			s[plainName] = value
		} else if !slices.Contains(ignored, plainName) {
			var all []string
			for _, k := range keys {
				all = append(all, k.name)
			}
			all = append(all, ignored...)
			return nil, refuse("%s: expected %s, got a key that there is not", shown(plainName), strings.Join(all, ", "))
		}
	}
	if s["transport"] != "none" {
		came := "http, the default"
		if seen["transport"] {
			came = "http"
		}
		return nil, refuse("transport: expected none, as work is started inside the process here, got %s", came)
	}
	if s["io"] == "database" {
		return nil, refuse("io: expected network, timer or file, as no database is started here, got database")
	}
	nCores := strconv.Itoa(runtime.NumCPU())
	if s["cores"] == "" {
		s["cores"] = nCores
	}
	if s.number("cores") != float64(runtime.NumCPU()) {
		return nil, refuse("cores: expected %s, the cores that this program may use, got %s", nCores, s["cores"])
	}
	if s["gomaxprocs"] == "" {
		s["gomaxprocs"] = s["cores"]
	}
	return s, nil
}

// What a command line said.
type job struct {
	query    string
	settings settings
	length   time.Duration
	warmUp   time.Duration
	requests []recorded
	// Iterations per ms that count as nominal, or 0.
	speed float64
}

// A request that was recorded: times in ms.
type recorded struct {
	at, burst, wait float64
	isHeavy         bool
}

func parseLength(flag, text string) (time.Duration, error) {
	digits := strings.TrimRight(text, "abcdefghijklmnopqrstuvwxyz")
	unit, known := map[string]time.Duration{
		"ms": time.Millisecond, "s": time.Second, "": time.Second, "m": time.Minute, "min": time.Minute,
	}[text[len(digits):]]
	x, ok := decimal(digits)
	if total := x * float64(unit); known && ok && total >= 0 && total <= float64(24*time.Hour) {
		return time.Duration(total), nil
	}
	return 0, refuse("%s: expected a length such as 6s or 500ms, at most a day, got %s", flag, shown(text))
}

func parseArgs(words []string) (*job, error) {
	j := &job{length: 6 * time.Second, warmUp: 2 * time.Second}
	hasQuery := false
	for i := 0; i < len(words); i++ {
		word := words[i]
		if !strings.HasPrefix(word, "--") {
			if hasQuery {
				return nil, refuse("query: expected one, got %s as well", shown(word))
			}
			j.query, hasQuery = word, true
			continue
		}
		value := ""
		if i+1 < len(words) {
			value = words[i+1]
			i++
		}
		var err error
		switch word {
		case "--for":
			j.length, err = parseLength(word, value)
			if err == nil && j.length == 0 {
				err = refuse("--for: expected more than nothing, got 0")
			}
		case "--warm-up":
			j.warmUp, err = parseLength(word, value)
		case "--requests":
			j.requests, err = readRequests(value)
		case "--speed":
			x, ok := decimal(value)
			if !ok || x < 1 || x > 1e9 {
				err = refuse("--speed: expected 1 to 1000000000 iterations per ms, got %s", shown(value))
			}
			j.speed = x
		case "--runtime":
			if value != "go" {
				err = refuse("--runtime: expected go, got %s", shown(value))
			}
		default:
			all := "--for, --warm-up, --requests, --speed, --runtime or --costs alone"
			err = refuse("%s: expected %s, got an option that there is not", shown(word), all)
		}
		if err != nil {
			return nil, err
		}
	}
	if !hasQuery {
		return nil, refuse("query: expected a query such as 'mix=10&io=timer&transport=none', got nothing")
	}
	var err error
	if j.settings, err = parseQuery(j.query); err != nil {
		return nil, err
	}
	if j.requests != nil {
		j.settings["load"] = "recorded"
	}
	return j, nil
}

// Reads lines of `arrival_ms class burst_ms wait_ms`.
func readRequests(path string) ([]recorded, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, refuse("--requests: expected a file that can be read, got %s: %v", shown(path), err)
	}
	defer file.Close()
	var all []recorded
	last := 0.0
	lines := bufio.NewScanner(file)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		words := strings.Fields(line)
		isLegal := len(words) == 4 && (words[1] == "0" || words[1] == "1")
		var x [4]float64
		for i, word := range words {
			if isLegal {
				x[i], err = strconv.ParseFloat(word, 64)
				isLegal = err == nil && x[i] >= 0 && x[i] <= 1e12
			}
		}
		if !isLegal {
			return nil, refuse("--requests: %s line %d: expected arrival_ms class burst_ms wait_ms, "+
				"with a class of 0 or 1, got %s", shown(path), n, shown(line))
		}
		if x[0] < last {
			return nil, refuse("--requests: %s line %d: expected an arrival not before %v ms, got %s",
				shown(path), n, last, shown(line))
		}
		last = x[0]
		all = append(all, recorded{at: x[0], isHeavy: x[1] == 1, burst: x[2], wait: x[3]})
	}
	if lines.Err() != nil {
		return nil, refuse("--requests: expected lines of text, got %s: %v", shown(path), lines.Err())
	}
	if len(all) == 0 {
		return nil, refuse("--requests: expected requests, got none in %s", shown(path))
	}
	return all, nil
}
