// Package cputime measures benchmarks by the CPU time of the process, with the garbage collector. Other programs on a shared machine
// change it far less than the elapsed time.
package cputime
