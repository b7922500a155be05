//go:build !linux

package main

import (
	"errors"
	"syscall"
)

// These take Linux' own system calls.
func machineFigures() []figure { return nil }

func sleepOnce(*syscall.Timespec) error { return errors.ErrUnsupported }
