package routing

import "errors"

// ErrShutdown is the cause (context.Cause) with which the contexts of streams and background tasks end when the app shuts down.
var ErrShutdown = errors.New("brio: the app is shutting down")
