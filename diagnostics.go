package brio

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"io"
	"mime"
	"runtime"
	"runtime/pprof"
	"runtime/trace"
	"strings"
	"time"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/response"
)

// Diagnostics returns a router with the profiles of the process, for `go tool pprof` and `go tool trace`. Profiles show the source, the
// data and the load of a program, and cost time and memory. So there is no router without a guard: guards are those of [Depends], and
// each request runs them first.
//
//	app.Include(brio.Diagnostics(requireAdmin), brio.Prefix("/debug"))
//
// The routes are those of net/http/pprof, below the prefix, and no document has them:
//
//   - /pprof lists the profiles.
//   - /pprof/{name} is a profile of runtime/pprof: heap, allocs, goroutine, block, mutex, threadcreate, and profiles of the program.
//     goroutineleak exists in programs that are built with GOEXPERIMENT=goroutineleakprofile. The query has debug=1 and debug=2 for text,
//     and gc=true for a garbage collection before.
//   - /pprof/profile and /pprof/trace record the CPU and the execution trace for seconds=30, at most 300. Each can be recorded once at a
//     time: another request is answered with 409.
//
// The import of net/http/pprof is not needed, and not advisable: it adds the profiles to http.DefaultServeMux, without a guard. Other
// handlers of a program can stand behind the same guards: Diagnostics(requireAdmin).Get("/vars", expvar.Handler()).
func Diagnostics(guard any, guards ...any) *Router {
	list := declared(append([]any{guard}, guards...), declare.Guard, funcname.Caller(1))
	r := NewRouter(option(func(s *declare.Settings) { s.Dependencies.Add(list...) }), Hidden())
	r.Get("/pprof", listProfiles)
	r.Get("/pprof/{name}", takeProfile)
	return r
}

// listProfiles answers with links to the profiles.
func listProfiles() *Response {
	var b strings.Builder
	b.WriteString("<!DOCTYPE html>\n<html lang=\"en\"><title>Profiles</title>\n<h1>Profiles</h1>\n<ul>\n")
	for _, p := range pprof.Profiles() {
		name := html.EscapeString(p.Name())
		fmt.Fprintf(&b, "<li><a href=\"pprof/%s?debug=1\">%s</a> %d\n", name, name, p.Count())
	}
	b.WriteString("<li><a href=\"pprof/profile?seconds=10\">profile</a>\n<li><a href=\"pprof/trace?seconds=1\">trace</a>\n</ul>\n")
	return response.HTML(b.String()).SetHeader("Cache-Control", "no-store")
}

// takeProfile answers with one profile.
func takeProfile(ctx context.Context, in *struct {
	Name    string `path:"name"`
	Seconds int    `query:"seconds" default:"30" validate:"min=1,max=300"`
	Debug   int    `query:"debug" default:"0" validate:"min=0,max=2"`
	GC      bool   `query:"gc" default:"false"`
}) (*Response, error) {
	length := time.Duration(in.Seconds) * time.Second
	var out *Response
	var err error
	switch p := pprof.Lookup(in.Name); {
	case in.Name == "profile":
		out, err = recordCPU(ctx, length)
	case in.Name == "trace":
		out, err = recordTrace(ctx, length)
	case p == nil:
		err = Error(404, "There is no profile with this name")
	default:
		if in.GC {
			runtime.GC()
		}
		var b bytes.Buffer
		if err = p.WriteTo(&b, in.Debug); in.Debug == 0 {
			out = download(response.Bytes("application/octet-stream", b.Bytes()), in.Name)
		} else {
			out = response.Text(b.String())
		}
	}
	if err != nil {
		return nil, err
	}
	return out.SetHeader("Cache-Control", "no-store").SetHeader("X-Content-Type-Options", "nosniff"), nil
}

// download makes browsers save a profile. name is that of a profile.
func download(r *Response, name string) *Response {
	return r.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
}

// recordCPU profiles the CPU until the time has passed, or ctx ends.
func recordCPU(ctx context.Context, length time.Duration) (*Response, error) {
	var b bytes.Buffer
	if err := pprof.StartCPUProfile(&b); err != nil {
		return nil, Error(409, "The CPU is already being profiled").WithCause(err)
	}
	err := pause(ctx, length)
	pprof.StopCPUProfile()
	return download(response.Bytes("application/octet-stream", b.Bytes()), "profile"), err
}

// recordTrace streams the execution trace until the time has passed, or ctx ends. A trace can have megabytes for each second.
func recordTrace(ctx context.Context, length time.Duration) (*Response, error) {
	from, to := io.Pipe()
	if err := trace.Start(to); err != nil {
		return nil, Error(409, "The execution is already being traced").WithCause(err)
	}
	go func() {
		_ = pause(ctx, length)
		trace.Stop()
		_ = to.Close()
	}()
	return download(response.Reader("application/octet-stream", from), "trace"), nil
}

// pause waits for a time, or for the end of ctx.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
