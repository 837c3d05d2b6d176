package health

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/jobs"
)

// mail has the arguments of the jobs of these tests.
type mail struct {
	To string `json:"to"`
}

// newWithJobs returns an app with a page of its jobs, of which each is dead at once while isDown is true.
func newWithJobs(t *testing.T, isDown *bool) (*brio.App, *jobs.Memory) {
	t.Helper()
	engine := jobs.NewMemory()
	app := brio.New(testkit.Quiet(), brio.Jobs(engine, jobs.Workers(1), jobs.Handle("mail", func(job *jobs.Job[mail]) error {
		if *isDown {
			return jobs.Permanent(errors.New("<no> server"))
		}
		return nil
	})))
	app.Include(brio.JobsPage(engine, requireAdmin), brio.Prefix("/admin"))
	app.Post("/mail", func(ctx context.Context, queue *jobs.Queue, in *struct {
		To string `query:"to"`
	}) error {
		return queue.Enqueue(ctx, mail{in.To}, jobs.Unique("key of "+in.To))
	})
	t.Cleanup(func() { _ = app.Shutdown(context.Background()) })
	return app, engine
}

// send sends a request with headers.
func send(app *brio.App, method, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	return w
}

// No request passes without the guard, and no document has the routes.
func TestJobsPageIsGuarded(t *testing.T) {
	t.Parallel()
	isDown := true
	app, engine := newWithJobs(t, &isDown)
	testkit.WantStatus(t, send(app, "POST", "/mail?to=ann"), 204)
	if err := engine.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"GET /admin/jobs", "GET /admin/jobs.json", "GET /admin/jobs?state=none", "POST /admin/jobs/2/revive", "POST /admin/jobs/1/revive", "POST /admin/jobs/1/delete"} {
		method, path, _ := strings.Cut(target, " ")
		w := send(app, method, path)
		testkit.WantStatus(t, w, 403)
		if strings.Contains(w.Body.String(), "ann") {
			t.Errorf("%s: %s", target, w.Body)
		}
	}
	if doc := send(app, "GET", "/openapi.json").Body.String(); strings.Contains(doc, "jobs") {
		t.Error("the document has the page")
	}
	if n, _ := engine.Count(t.Context()); n[jobs.StateDead] != 1 {
		t.Errorf("got %v, want the dead job", n)
	}
}

// A page without a guard that is one, or without an engine, keeps the app from starting.
func TestJobsPageNeedsGuard(t *testing.T) {
	t.Parallel()
	for want, page := range map[string]*brio.Router{
		"nil":                           brio.JobsPage(jobs.NewMemory(), nil),
		"the engine of JobsPage is nil": brio.JobsPage(nil, requireAdmin),
	} {
		app := brio.New()
		app.Include(page)
		if err := app.Check(); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "jobspage_test.go:") {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestJobsPage(t *testing.T) {
	t.Parallel()
	isDown := true
	app, engine := newWithJobs(t, &isDown)
	wait := func() {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if err := engine.Wait(ctx); err != nil {
			t.Fatal(err)
		}
	}
	admin := func(method, path string, header ...string) *httptest.ResponseRecorder {
		return send(app, method, path, append(header, "X-Key", "admin")...)
	}
	for _, to := range []string{"ann", "bob"} {
		testkit.WantStatus(t, send(app, "POST", "/mail?to="+to, "Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), 204)
		wait()
	}
	dead, err := engine.List(t.Context(), jobs.Filter{State: jobs.StateDead, Limit: 10})
	if err != nil || len(dead) != 2 {
		t.Fatal(dead, err)
	}
	ann, bob := dead[1].ID, dead[0].ID

	page := admin("GET", "/admin/jobs")
	testkit.WantStatus(t, page, 200)
	testkit.WantHeader(t, page, "Cache-Control", "no-store")
	testkit.WantContains(t, page.Header().Get("Content-Security-Policy"), "default-src 'none'", "frame-ancestors 'none'")
	testkit.WantContains(t, page.Body.String(), "<strong>dead 2</strong>", "&lt;no&gt; server", fmt.Sprintf(`action="jobs/%s/revive"`, ann), "0af7651916cd43dd8448eb211c80319c")
	list := admin("GET", "/admin/jobs.json?limit=1")
	testkit.WantStatus(t, list, 200)
	testkit.WantContains(t, list.Body.String(), `"dead":2`, `"id":"`+bob+`"`, `"args":{"to":"bob"}`, `"error":"<no> server"`, `"key":"key of bob"`, `"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"`)
	testkit.WantContains(t, admin("GET", "/admin/jobs.json?kind=other").Body.String(), `"jobs":[]`)
	for _, query := range []string{"state=none", "limit=0", "limit=1001", "kind=" + strings.Repeat("k", 64)} {
		testkit.WantStatus(t, admin("GET", "/admin/jobs.json?"+query), 422)
	}

	revive := "/admin/jobs/" + ann + "/revive"
	testkit.WantStatus(t, admin("POST", revive, "Sec-Fetch-Site", "cross-site"), 403)
	testkit.WantStatus(t, admin("POST", "/admin/jobs/999/revive"), 404)
	testkit.WantStatus(t, admin("POST", "/admin/jobs/999/delete"), 404)
	isDown = false
	w := admin("POST", revive, "Sec-Fetch-Site", "same-origin")
	testkit.WantStatus(t, w, 303)
	testkit.WantHeader(t, w, "Location", "../../jobs?state=dead")
	wait()
	testkit.WantStatus(t, admin("POST", revive), 404)
	testkit.WantStatus(t, admin("POST", "/admin/jobs/"+bob+"/delete"), 303)
	testkit.WantContains(t, admin("GET", "/admin/jobs?state=done").Body.String(), "<strong>done 1</strong>", ">dead 0</a>")

	// A key that another job has.
	isDown = true
	testkit.WantStatus(t, send(app, "POST", "/mail?to=eve"), 204)
	wait()
	dead, _ = engine.List(t.Context(), jobs.Filter{State: jobs.StateDead, Limit: 1})
	if _, err := engine.Enqueue(t.Context(), jobs.Entry{Kind: "mail", Key: "key of eve", RunAt: time.Now().Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	testkit.WantStatus(t, admin("POST", "/admin/jobs/"+dead[0].ID+"/revive"), 409)
}
