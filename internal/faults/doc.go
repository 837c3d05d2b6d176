// Package faults runs tests while a server has faults: a [Proxy] on the way to it cuts connections, loses answers and delays them, and the
// server itself is stopped and started. A [Local] server makes faults of its own. It is for the contracts of stores and engines, and must not know what they keep.
package faults
