// Package ends tests how user code ends: with a return, an error, a panic, runtime.Goexit, http.ErrAbortHandler or a cancelled
// context, in every place where it runs. Its tables say what was committed, what was logged and what the client saw.
package ends
