package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// The delay server: it answers after the delay it was asked for, in a process of its own, and knows how long it really
// took. It prints the port that it listens on. A line `measure FROM FOR` (both in ns, the first from now, the second
// or -1) sets the window, `report` prints the delays of the answers in it, and the end of its input ends it.
func serveDelays(input io.Reader, output io.Writer) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Fprintln(output, listener.Addr().(*net.TCPAddr).Port)
	delays := &delays{from: never, until: never}
	go delays.accept(listener)
	lines := bufio.NewScanner(input)
	for lines.Scan() {
		var from, length time.Duration
		if n, _ := fmt.Sscanf(lines.Text(), "measure %d %d", &from, &length); n == 2 {
			delays.measure(from, length)
		} else if lines.Text() == "report" {
			text, err := json.Marshal(delays.report())
			if err != nil {
				return err
			}
			fmt.Fprintln(output, string(text))
		}
	}
	return lines.Err()
}

// The delays that were made in a window.
type delays struct {
	lock        sync.Mutex
	from, until time.Duration
	made        []float64
}

func (d *delays) measure(from, length time.Duration) {
	d.lock.Lock()
	defer d.lock.Unlock()
	d.from, d.until, d.made = now()+from, never, nil
	if length >= 0 {
		d.until = d.from + length
	}
}

func (d *delays) report() map[string]any {
	d.lock.Lock()
	defer d.lock.Unlock()
	return summary(d.made, "mean", "p50", "p99")
}

func (d *delays) accept(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go d.serve(conn)
	}
}

func (d *delays) serve(conn net.Conn) {
	defer conn.Close()
	message := make([]byte, messageBytes)
	for {
		if _, err := io.ReadFull(conn, message); err != nil {
			return
		}
		received := now()
		time.Sleep(duration(math.Float64frombits(binary.LittleEndian.Uint64(message))))
		if _, err := conn.Write(message); err != nil {
			return
		}
		sent := now()
		d.lock.Lock()
		if sent >= d.from && sent < d.until {
			d.made = append(d.made, ms(sent-received))
		}
		d.lock.Unlock()
	}
}

// The delay server as the program that started it sees it.
type delayServer struct {
	command *exec.Cmd
	input   io.WriteCloser
	output  *bufio.Reader
	port    int
}

func startDelayServer() (*delayServer, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	s := &delayServer{command: exec.Command(program, "--delay-server")}
	s.command.Stderr = os.Stderr
	if s.input, err = s.command.StdinPipe(); err != nil {
		return nil, err
	}
	output, err := s.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.output = bufio.NewReader(output)
	if err := s.command.Start(); err != nil {
		return nil, err
	}
	_, err = fmt.Fscanln(s.output, &s.port)
	return s, err
}

func (s *delayServer) measure(from, length time.Duration) error {
	_, err := fmt.Fprintf(s.input, "measure %d %d\n", from, length)
	return err
}

func (s *delayServer) report() (map[string]any, error) {
	if _, err := fmt.Fprintln(s.input, "report"); err != nil {
		return nil, err
	}
	line, err := s.output.ReadString('\n')
	if err != nil {
		return nil, err
	}
	var found map[string]any
	return found, json.Unmarshal([]byte(strings.TrimSpace(line)), &found)
}

func (s *delayServer) stop() {
	s.input.Close()
	_ = s.command.Wait()
}
