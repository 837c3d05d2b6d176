package brio

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"mime"
	"net/http"
	"runtime"
	"runtime/pprof"
	"runtime/trace"
	"strings"
	"time"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/jobspage"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/startup"
	"github.com/brio-go/brio/jobs"
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

// JobsPage returns a router that shows the jobs of an engine, and runs dead ones again. Arguments and errors of jobs may be confidential. So
// there is no router without a guard: guards are those of [Depends], and each request runs them first.
//
//	app.Include(brio.JobsPage(engine, requireAdmin), brio.Prefix("/admin"))
//
// The routes, below the prefix, which no document has:
//
//   - GET /jobs is a page for browsers. The query has state=waiting, running, done or dead, which is the default, and kind.
//   - GET /jobs.json has the same as JSON, with limit=100, at most 1000: the counts of the states, and the jobs with all of their arguments.
//   - POST /jobs/{id}/revive makes a dead job wait again, with all of its attempts; POST /jobs/{id}/delete deletes it. Both answer 303 to the
//     page; 404 if no dead job has the ID, 409 if another job has its key. Pages of other origins are refused (http.CrossOriginProtection).
//
// Each request asks the engine for the counts, which some engines make by looking at all jobs.
func JobsPage(engine jobs.Inspector, guard any, guards ...any) *Router {
	place := funcname.Caller(1)
	list := declared(append([]any{guard}, guards...), declare.Guard, place)
	r := NewRouter(option(func(s *declare.Settings) {
		if s.Dependencies.Add(list...); engine == nil {
			s.Mistakes = append(s.Mistakes, startup.Mistake{Place: place, Found: "the engine of JobsPage is nil", Legal: "a jobs.Inspector, as the engines of brio are"})
		}
	}), Hidden(), Use(http.NewCrossOriginProtection().Handler))
	p := &jobsPage{engine}
	r.Get("/jobs", p.show)
	r.Get("/jobs.json", p.list)
	r.Post("/jobs/{id}/revive", p.revive)
	r.Post("/jobs/{id}/delete", p.delete)
	return r
}

// jobsPage has the handlers of JobsPage.
type jobsPage struct{ engine jobs.Inspector }

// jobsQuery says which jobs a page shows.
type jobsQuery struct {
	State jobs.State `query:"state" default:"dead" validate:"oneof=waiting running done dead"`
	Kind  string     `query:"kind" default:"" validate:"max=63"`
	Limit int        `query:"limit" default:"100" validate:"min=1,max=1000"`
}

// jobsList is the JSON of JobsPage.
type jobsList struct {
	Count map[jobs.State]int `json:"count"`
	Jobs  []jobOfList        `json:"jobs"`
}

// jobOfList is a job in the JSON of JobsPage. Times that do not exist are null, and texts "".
type jobOfList struct {
	ID          string     `json:"id"`
	Kind        string     `json:"kind"`
	State       jobs.State `json:"state"`
	Attempt     int        `json:"attempt"`
	Key         string     `json:"key"`
	EnqueuedAt  time.Time  `json:"enqueued_at"`
	RunAt       time.Time  `json:"run_at"`
	EndedAt     *time.Time `json:"ended_at"`
	Args        any        `json:"args"`
	Error       string     `json:"error"`
	Traceparent string     `json:"traceparent"`
	RequestID   string     `json:"request_id"`
}

// view asks the engine.
func (p *jobsPage) view(ctx context.Context, in *jobsQuery) (v jobspage.View, err error) {
	v.Filter = jobs.Filter{State: in.State, Kind: in.Kind, Limit: in.Limit}
	if v.Count, err = p.engine.Count(ctx); err == nil {
		v.Jobs, err = p.engine.List(ctx, v.Filter)
	}
	return v, err
}

// show answers with the page.
func (p *jobsPage) show(ctx context.Context, in *jobsQuery) (*Response, error) {
	v, err := p.view(ctx, in)
	if err != nil {
		return nil, err
	}
	return uncached(response.HTML(jobspage.HTML(v)).SetHeader("Content-Security-Policy", jobspage.Policy)), nil
}

// list answers with JSON.
func (p *jobsPage) list(ctx context.Context, in *jobsQuery, res *Response) (*jobsList, error) {
	v, err := p.view(ctx, in)
	if err != nil {
		return nil, err
	}
	uncached(res)
	out := &jobsList{Count: v.Count, Jobs: []jobOfList{}}
	for _, r := range v.Jobs {
		job := jobOfList{
			ID: r.ID, Kind: r.Kind, State: r.State, Attempt: r.Attempt, Key: strings.ToValidUTF8(r.Key, "\uFFFD"), EnqueuedAt: r.EnqueuedAt.UTC(), RunAt: r.RunAt.UTC(),
			Error: r.Err, Traceparent: r.Traceparent, RequestID: r.RequestID,
		}
		if !r.Ended.IsZero() {
			ended := r.Ended.UTC()
			job.EndedAt = &ended
		}
		if job.Args, err = json.UnmarshalAny(r.Payload); err != nil {
			job.Args = strings.ToValidUTF8(string(r.Payload), "\uFFFD") // of another program
		}
		out.Jobs = append(out.Jobs, job)
	}
	return out, nil
}

// uncached makes a response that no cache stores and no browser guesses the type of.
func uncached(r *Response) *Response {
	return r.SetHeader("Cache-Control", "no-store").SetHeader("X-Content-Type-Options", "nosniff")
}

// jobID is the job that a request changes.
type jobID struct {
	ID string `path:"id" validate:"max=255"`
}

func (p *jobsPage) revive(ctx context.Context, in *jobID) (*Response, error) {
	return changed(p.engine.Revive(ctx, in.ID))
}

func (p *jobsPage) delete(ctx context.Context, in *jobID) (*Response, error) {
	return changed(p.engine.Delete(ctx, in.ID))
}

// changed answers a request that has changed a dead job.
func changed(err error) (*Response, error) {
	switch {
	case err == nil:
		return response.Redirect("../../jobs?state=dead").Status(http.StatusSeeOther), nil
	case errors.Is(err, jobs.ErrNotFound):
		return nil, Error(http.StatusNotFound, "There is no dead job with this ID").WithCause(err)
	case errors.Is(err, jobs.ErrKeyTaken):
		return nil, Error(http.StatusConflict, "Another job has the key of this one").WithCause(err)
	}
	return nil, err
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
	return uncached(out), nil
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
