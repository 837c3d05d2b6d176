// Package contract has the requests of the workloads and the answers that every peer must give. The benchmarks in process, the check of
// running servers and the load scripts use it.
package contract
