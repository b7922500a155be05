package main

import (
	"encoding/binary"
	"fmt"
	"math"
	"net"
	"sync"
	"syscall"
	"time"
)

const (
	// Bytes of a question (how many ms to wait, a little-endian double) and of its answer.
	messageBytes = 8
	// Connections that are opened ahead where it is not known how many requests wait at once.
	nAhead = 64
)

// What a request waits for: so many ms.
type waiter interface {
	wait(ms float64) error
}

// The runtime's own timer.
type timer struct{}

func (timer) wait(ms float64) error {
	time.Sleep(duration(ms))
	return nil
}

// A connection to the delay server, with one question on its way at a time.
type connection struct {
	conn net.Conn
	// A descriptor that blocks its thread, where that is what is wanted, else -1.
	fd      int
	message [messageBytes]byte
}

func dial(port int, isBlocking bool) (*connection, error) {
	conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return nil, err
	}
	c := &connection{conn: conn, fd: -1}
	if isBlocking {
		file, err := conn.(*net.TCPConn).File()
		if err != nil {
			return nil, err
		}
		c.fd, err = syscall.Dup(int(file.Fd()))
		if err == nil {
			err = syscall.SetNonblock(c.fd, false)
		}
		file.Close()
		return c, err
	}
	return c, nil
}

func (c *connection) wait(ms float64) error {
	binary.LittleEndian.PutUint64(c.message[:], math.Float64bits(ms))
	if c.fd >= 0 {
		return c.block()
	}
	if _, err := c.conn.Write(c.message[:]); err != nil {
		return err
	}
	for n := 0; n < messageBytes; {
		more, err := c.conn.Read(c.message[n:])
		if err != nil {
			return err
		}
		n += more
	}
	return nil
}

// The same by system calls that block the thread, as those on a file do.
func (c *connection) block() error {
	if _, err := syscall.Write(c.fd, c.message[:]); err != nil {
		return err
	}
	for n := 0; n < messageBytes; {
		more, err := syscall.Read(c.fd, c.message[n:])
		if err == syscall.EINTR {
			continue
		}
		if err != nil || more == 0 {
			return fmt.Errorf("the delay server's answer: %d bytes, %w", more, err)
		}
		n += more
	}
	return nil
}

// Connections that are kept open, for requests that come from nowhere in particular.
type connections struct {
	port       int
	isBlocking bool
	lock       sync.Mutex
	idle       []*connection
}

func (p *connections) openAhead(n int) error {
	for range n {
		c, err := dial(p.port, p.isBlocking)
		if err != nil {
			return err
		}
		p.idle = append(p.idle, c)
	}
	return nil
}

func (p *connections) take() (*connection, error) {
	p.lock.Lock()
	defer p.lock.Unlock()
	if n := len(p.idle); n > 0 {
		c := p.idle[n-1]
		p.idle = p.idle[:n-1]
		return c, nil
	}
	return nil, nil
}

func (p *connections) wait(ms float64) error {
	c, err := p.take()
	if c == nil {
		c, err = dial(p.port, p.isBlocking)
	}
	if err != nil {
		return err
	}
	if err := c.wait(ms); err != nil {
		return err
	}
	p.lock.Lock()
	p.idle = append(p.idle, c)
	p.lock.Unlock()
	return nil
}
