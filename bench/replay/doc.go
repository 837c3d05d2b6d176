// Package replay serves the requests of the contract in process.
package replay
