// Package soak serves a mixed load with faults for as long as it is told, and holds what must stay true meanwhile. It has no code of its
// own.
package soak
