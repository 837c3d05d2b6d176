package exchange

import "time"

// dropDeadlines removes the deadlines of a request whose context has ended, where that is a stream of HTTP/2 that the client has reset.
// net/http stops the timers of a stream when the stream ends. It starts one for a deadline that is set later, and that timer keeps all memory of the connection until it fires: the client
// may have closed the connection long before. A deadline of the http.Server has been set before, and is stopped.
func (x *Exchange) dropDeadlines() {
	if x.isHTTP1() {
		return
	}
	s := x.server()
	if conn := control(x.w, toReadDeadliner); conn != nil && (s == nil || s.ReadTimeout <= 0) {
		_ = conn.SetReadDeadline(time.Time{})
	}
	if conn := control(x.w, toWriteDeadliner); conn != nil && (s == nil || s.WriteTimeout <= 0) {
		_ = conn.SetWriteDeadline(time.Time{})
	}
}
