// Package mounts has the tests of what handlers of net/http are in whole apps: as handlers of routes, mounted below a prefix or for a
// host, another App among them. The package has no code.
package mounts
