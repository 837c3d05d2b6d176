// Package attack tests what many connections that want nothing cost a server: it runs in a process of its own, says how much memory it has,
// and cuts each of them as its limits say. It has no code of its own.
package attack
