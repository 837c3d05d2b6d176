// Package hubtest is the contract of the hub with brokers: what a hub over a real server must promise to two processes.
//
// [Main] makes the test binary of a broker also the app that the tests start as processes of their own; [Run] has the cases. [Server] starts
// and stops the server of messages, on a free port of the loopback.
package hubtest
