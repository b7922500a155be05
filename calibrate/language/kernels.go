// Eight small programs, the same in kernels.mjs: what the same burst takes in JavaScript over what it takes in Go is the
// key `js-factor`. Prints the best time of each in ms.
//
//	go run kernels.go
package main

import (
	"encoding/json"
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"
	"time"
)

const (
	nWarm  = 3
	nTimed = 7
)

// What was computed, so that no compiler leaves it out.
var sink int

func measure(name string, work func() int) {
	for i := 0; i < nWarm; i++ {
		sink += work()
	}
	best := math.Inf(1)
	for i := 0; i < nTimed; i++ {
		began := time.Now()
		sink += work()
		best = math.Min(best, float64(time.Since(began).Nanoseconds())/1e6)
	}
	fmt.Printf("%s %.2f\n", name, best)
}

// Numerical Recipes' linear congruential generator.
type random uint32

func (r *random) next() uint32 {
	*r = *r*1664525 + 1013904223
	return uint32(*r)
}

type item struct {
	ID     int      `json:"id"`
	Name   string   `json:"name"`
	Price  float64  `json:"price"`
	Tags   []string `json:"tags"`
	Active bool     `json:"active"`
}

func makeItems() []item {
	var items []item
	for i := 0; i < 2000; i++ {
		tags := []string{"a", "b", "c" + strconv.Itoa(i%7)}
		items = append(items, item{i, "item " + strconv.Itoa(i), float64(i) * 1.5, tags, i%2 == 0})
	}
	return items
}

func makeWords() []string {
	state := random(7)
	var words []string
	for i := 0; i < 200_000; i++ {
		words = append(words, "w"+strconv.Itoa(int(state.next()%5000)))
	}
	return words
}

// Counts how often each word occurs.
func count(words []string) int {
	counts := map[string]int{}
	for _, word := range words {
		counts[word]++
	}
	return len(counts)
}

// Writes and reads a document.
func document(items []item) int {
	text, err := json.Marshal(items)
	if err != nil {
		panic(err)
	}
	var read []item
	if err := json.Unmarshal(text, &read); err != nil {
		panic(err)
	}
	return len(read) + len(text)
}

func multiply() int {
	const n = 200
	a, b, c := make([]float64, n*n), make([]float64, n*n), make([]float64, n*n)
	for i := range a {
		a[i] = float64(i)
		b[i] = float64(i % 7)
	}
	for i := 0; i < n; i++ {
		for j := 0; j < n; j++ {
			sum := 0.0
			for k := 0; k < n; k++ {
				sum += a[i*n+k] * b[k*n+j]
			}
			c[i*n+j] = sum
		}
	}
	return int(c[0])
}

func fibonacci(n int) int {
	if n < 2 {
		return n
	}
	return fibonacci(n-1) + fibonacci(n-2)
}

// Builds a page of list items.
func render(items []item) int {
	var page string
	for round := 0; round < 20; round++ {
		var b strings.Builder
		for _, it := range items {
			b.WriteString(`<li id="`)
			b.WriteString(strconv.Itoa(it.ID))
			b.WriteString(`">`)
			b.WriteString(it.Name)
			b.WriteString(" ")
			b.WriteString(strconv.FormatFloat(it.Price, 'f', 2, 64))
			b.WriteString("</li>\n")
		}
		page = b.String()
	}
	return len(page)
}

type keyed struct {
	key   uint32
	value int
}

// Sorts objects by a random key.
func sorted() int {
	state := random(1)
	var all []*keyed
	for i := 0; i < 200_000; i++ {
		all = append(all, &keyed{state.next(), i})
	}
	sort.Slice(all, func(i, j int) bool { return all[i].key < all[j].key })
	return all[0].value
}

type body struct{ x, y, z, vx, vy, vz, mass float64 }

// Five bodies attract each other.
func planets() int {
	var bodies []body
	for i := 0.0; i < 5; i++ {
		bodies = append(bodies, body{i, 2 * i, 3 * i, 0.1 * i, 0.2, 0.3, 1 + i})
	}
	for step := 0; step < 200_000; step++ {
		for i := range bodies {
			a := &bodies[i]
			for j := i + 1; j < len(bodies); j++ {
				b := &bodies[j]
				dx, dy, dz := a.x-b.x, a.y-b.y, a.z-b.z
				squared := dx*dx + dy*dy + dz*dz + 0.01
				pull := 0.001 / (squared * math.Sqrt(squared))
				a.vx -= dx * b.mass * pull
				a.vy -= dy * b.mass * pull
				a.vz -= dz * b.mass * pull
				b.vx += dx * a.mass * pull
				b.vy += dy * a.mass * pull
				b.vz += dz * a.mass * pull
			}
		}
		for i := range bodies {
			b := &bodies[i]
			b.x += 0.001 * b.vx
			b.y += 0.001 * b.vy
			b.z += 0.001 * b.vz
		}
	}
	return int(bodies[0].x)
}

type node struct{ left, right *node }

func tree(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{tree(depth - 1), tree(depth - 1)}
}

func size(n *node) int {
	if n.left == nil {
		return 1
	}
	return 1 + size(n.left) + size(n.right)
}

func main() {
	items, words := makeItems(), makeWords()
	measure("count", func() int { return count(words) })
	measure("json", func() int { return document(items) })
	measure("multiply", multiply)
	measure("fibonacci", func() int { return fibonacci(30) })
	measure("render", func() int { return render(items) })
	measure("sort", sorted)
	measure("planets", planets)
	measure("trees", func() int { return size(tree(17)) })
}
