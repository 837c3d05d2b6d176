package briotest

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/contract"
	"github.com/brio-go/brio/internal/explore"
	"github.com/brio-go/brio/internal/funcname"
)

// ExploreOption configures Explore and Fuzz. Each Option, such as Override, is one too.
type ExploreOption interface{ applyExplore(*exploration) }

// exploreOption is an option that sets values of an exploration.
type exploreOption func(*exploration)

func (o exploreOption) applyExplore(e *exploration) { o(e) }

func (o option) applyExplore(e *exploration) { e.client = append(e.client, o) }

// exploration is what the options of Explore say.
type exploration struct {
	client   []Option
	seed     uint64
	requests int
	limit    time.Duration
	stateful bool
	login    func(r *http.Request, scheme string, scopes []string)
	left     []leftOut
}

// leftOut is an operation, or one check of it, that is not explored.
type leftOut struct{ place, operation, check string }

// Seed chooses the requests of Explore. The same seed and app make the same requests. It is 1 without the option.
func Seed(n uint64) ExploreOption { return exploreOption(func(e *exploration) { e.seed = n }) }

// Requests is the number of random valid requests for each operation, 20 without the option. The requests for examples, for the bounds of
// each rule and for each broken rule are sent in addition.
func Requests(n int) ExploreOption { return exploreOption(func(e *exploration) { e.requests = n }) }

// For bounds the time of Explore. It is 30 seconds without the option. What was not reached is not explored, and the test says so.
func For(d time.Duration) ExploreOption { return exploreOption(func(e *exploration) { e.limit = d }) }

// Stateful has Explore create things, follow their Location, read, change and delete them, and read them again.
func Stateful() ExploreOption { return exploreOption(func(e *exploration) { e.stateful = true }) }

// Credentials sets the credentials of a security scheme on a request. scheme is the name in the document, scopes is what the
// credentials have to cover. Explore also calls f with a scope less than an operation needs, and expects a refusal.
func Credentials(f func(r *http.Request, scheme string, scopes []string)) ExploreOption {
	return exploreOption(func(e *exploration) { e.login = f })
}

// LeaveOut leaves an operation out, "POST /payments", or one check of it, "GET /now repeat". "* repeat" is the check of all operations.
// reason is for readers of the test, and not empty. The checks are listed at Explore.
func LeaveOut(operation, reason string) ExploreOption {
	place := funcname.Caller(1)
	return exploreOption(func(e *exploration) {
		out := leftOut{place, operation, ""}
		for _, name := range explore.Names() {
			if rest, ok := strings.CutSuffix(operation, " "+name); ok {
				out.operation, out.check = rest, name
			}
		}
		if reason == "" {
			out.place += ": a reason is missing"
		}
		e.left = append(e.left, out)
	})
}

// Explore sends requests to each operation of the app's document, and fails the test with what does not hold. The requests are made of
// the document: its examples, random values, the bounds of each rule, then the same with one rule broken at a time, with bodies that are
// no JSON and with odd headers.
//
// The checks, by the names that LeaveOut takes:
//
//	whole            the app does not panic, and answers
//	no 5xx           no answer is a 5xx
//	documented       status, headers, media type and body are declared; no member is there that is not
//	valid accepted   a valid request is not refused with 400, 413, 415 or 422; rules that a schema cannot say are allowed to
//	invalid refused  a request with a broken rule is answered with a 4xx
//	location         a 422 names the place that was broken
//	no secret        no answer has a value that was sent for a member that is write-only or a password
//	no canary        no answer has a text of another request that stores nothing
//	limit            a list is not longer than the parameter limit, page_size and the like
//	entity tag       one URL and one strong ETag have one body
//	repeat           the second answer to a GET is the first one
//	HEAD             has status, Content-Type and ETag of GET
//	conditional      If-None-Match with the ETag is answered with 304, with another one not
//	idempotent       a second PUT leaves what the first one left
//	auth             without credentials, with wrong ones, and with a scope too few, an operation with security is refused
//	order            answers to safe requests do not depend on other safe requests
//	created found    with Stateful: what was created can be read
//	deleted gone     with Stateful: what was deleted cannot be read
//	Location         with Stateful: the Location of a 201 leads somewhere
//
// A failure has the smallest request that was found, as a curl command and as a test. Each check of an operation fails once.
//
// The app runs in memory. What it changes outside of itself, such as a database, it really changes. Requests come from changing
// addresses.
func Explore(t testing.TB, app *brio.App, opts ...ExploreOption) {
	t.Helper()
	e := newExploration(opts)
	run := e.prepare(t, app)
	run.Source, run.Seed = rand.NewPCG(e.seed, 0), e.seed
	run.Until = time.Now().Add(e.limit)
	run.Report = func(f explore.Finding) { t.Errorf("%s\n(seed %d)", f, e.seed) }
	run.Explore()
	if len(run.Unmade) > 0 {
		t.Logf("briotest.Explore: nothing was sent to %s: no valid request was found; an example in the document would be one", operationNames(run.Unmade))
	}
	if time.Now().After(run.Until) {
		t.Logf("briotest.Explore: not everything was explored in %v; %d requests were sent", e.limit, run.Sent)
	}
}

// Fuzz is a fuzz target of an app: the fuzzer's bytes choose an operation, a request to it, and perhaps a broken rule. The checks are
// those of Explore that look at one answer.
//
//	func FuzzApp(f *testing.F) { briotest.Fuzz(f, newApp()) }
func Fuzz(f *testing.F, app *brio.App, opts ...ExploreOption) {
	f.Helper()
	e := newExploration(opts)
	prepared := e.prepare(f, app)
	for _, seed := range []string{"", "0", "brio", strings.Repeat("\x80\x01\xfe\x7f", 16)} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, choices []byte) {
		run := *prepared
		run.Source = explore.Choices(choices)
		run.Report = func(finding explore.Finding) { t.Errorf("%s", finding) }
		run.One()
	})
}

func newExploration(opts []ExploreOption) *exploration {
	e := &exploration{seed: 1, requests: 20, limit: 30 * time.Second}
	for _, o := range opts {
		o.applyExplore(e)
	}
	return e
}

// prepare starts the app, and reads its document.
func (e *exploration) prepare(t testing.TB, app *brio.App) *explore.Run {
	t.Helper()
	c := New(t, app, e.client...)
	doc, err := contract.New(app.OpenAPI())
	if err != nil {
		t.Fatalf("briotest.Explore: the document: %v", err)
	}
	operations := doc.Operations()
	for _, l := range e.left {
		known := l.operation == "*" || slices.ContainsFunc(operations, func(op *contract.Operation) bool { return op.Method+" "+op.Path == l.operation })
		if strings.HasSuffix(l.place, "missing") {
			t.Fatalf("briotest.LeaveOut(%q): %s", l.operation, l.place)
		}
		if !known {
			t.Fatalf("%s: briotest.LeaveOut(%q): the document has no such operation; it has %s", l.place, l.operation, operationNames(operations))
		}
	}
	return &explore.Run{
		Document: doc, Handler: c.handler, Requests: e.requests, Stateful: e.stateful, Credentials: e.login,
		AllowedHeaders: c.settings.headers, AllowedStatuses: c.settings.statuses,
		Left: func(operation, check string) bool {
			return check == "documented" && c.settings.undeclared || slices.ContainsFunc(e.left, func(l leftOut) bool {
				return (l.operation == operation || l.operation == "*" && check != "") && l.check == check
			})
		},
	}
}

func operationNames(operations []*contract.Operation) string {
	var names []string
	for _, op := range operations {
		names = append(names, op.Method+" "+op.Path)
	}
	return fmt.Sprintf("%q", names)
}
