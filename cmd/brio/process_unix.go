//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// ownGroup starts a process in a group of its own: an interrupt of the terminal goes to the command alone, which stops the process.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
