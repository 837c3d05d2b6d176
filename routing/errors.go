package routing

import "errors"

// ErrShutdown is why the context of a stream or background task has ended when the app does (context.Cause).
var ErrShutdown = errors.New("brio: the app is shutting down")
