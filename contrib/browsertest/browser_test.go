// Package browsertest looks at the pages of an app with Chromium. It is a module of its own, for what drives a browser is
// nothing that the core needs. scripts/chromium.sh installs the browser; make browser runs the tests.
package browsertest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// page is a tab of a browser that reaches nothing but this machine.
type page struct {
	context.Context
	t *testing.T

	mu         sync.Mutex
	complaints []string // what the console has
	elsewhere  []string // requests to other hosts
}

// open starts a browser that ends with the test. It is skipped where BRIO_BROWSER is not set.
func open(t *testing.T) *page {
	t.Helper()
	if os.Getenv("BRIO_BROWSER") == "" {
		t.Skip("BRIO_BROWSER is not set; make browser does it")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox,
		chromedp.ExecPath("chromium"),
		chromedp.UserDataDir(t.TempDir()),
		chromedp.WindowSize(1280, 1600),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"), // the network is cut
		chromedp.Flag("no-proxy-server", true),
		chromedp.WSURLReadTimeout(time.Minute),
	)
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	p := &page{Context: ctx, t: t}
	if err := chromedp.Listen(ctx, p.listen); err != nil {
		t.Fatal("scripts/chromium.sh installs the browser: ", err)
	}
	if _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if len(p.complaints) > 0 {
			t.Errorf("the browser complains:\n%s", strings.Join(p.complaints, "\n"))
		}
		if len(p.elsewhere) > 0 {
			t.Errorf("requests to other hosts: %s", strings.Join(p.elsewhere, " "))
		}
	})
	return p
}

// listen notes what must not happen: errors, breaches of the Content-Security-Policy, requests to other hosts.
func (p *page) listen(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		p.complaints = append(p.complaints, e.ExceptionDetails.Text)
		if x := e.ExceptionDetails.Exception; x != nil {
			p.complaints = append(p.complaints, x.Description)
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			for _, a := range e.Args {
				p.complaints = append(p.complaints, fmt.Sprintf("console.%s %s%s", e.Type, a.Value, a.Description))
			}
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Source == log.EntrySourceSecurity {
			p.complaints = append(p.complaints, fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL))
		}
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(e.Request.URL); err == nil && strings.HasPrefix(u.Scheme, "http") && u.Hostname() != "127.0.0.1" {
			p.elsewhere = append(p.elsewhere, e.Request.URL)
		}
	}
}

// do takes steps, and ends the test when one fails.
func (p *page) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p, steps...); err != nil {
		p.shot("failed")
		p.t.Fatalf("%s: %v", what, err)
	}
}

// get is what an action gives; the test ends when it fails.
func get[T any](p *page, what string, a chromedp.Action[T]) T {
	p.t.Helper()
	v, err := chromedp.Run(p, a)
	if err != nil {
		p.shot("failed")
		p.t.Fatalf("%s: %v", what, err)
	}
	return v
}

// once is what an expression of the first element of a selector gives, e, as soon as that element is visible and the
// expression is not empty. Each look is one step in the page: no element can move, or be drawn anew, between two of them.
func once[T any](p *page, selector, expression string) T {
	p.t.Helper()
	return get(p, selector+": "+expression, chromedp.Poll[T](fmt.Sprintf(
		`((e) => e && e.checkVisibility() && (%s))(document.querySelector(%q))`, expression, selector)))
}

// click clicks the first element of a selector, once it can be clicked.
func (p *page) click(selector string) {
	p.t.Helper()
	once[bool](p, selector, `!e.disabled && (e.click(), true)`)
}

// text is that of the first element of a selector, once it has one.
func (p *page) text(selector string) string {
	p.t.Helper()
	return once[string](p, selector, `e.innerText`)
}

// gone waits until a selector has no element.
func (p *page) gone(selector string) {
	p.t.Helper()
	get(p, selector+" is gone", chromedp.Poll[bool](fmt.Sprintf(`!document.querySelector(%q)`, selector)))
}

// count is how many elements a selector has.
func (p *page) count(selector string) int {
	p.t.Helper()
	return eval[int](p, fmt.Sprintf("document.querySelectorAll(%q).length", selector))
}

// eval is the value of an expression in the page. The page's policy does not matter for it.
func eval[T any](p *page, expression string) T {
	p.t.Helper()
	return get(p, expression, chromedp.Evaluate[T](expression))
}

// shot keeps a picture in the folder BRIO_SCREENSHOTS, for people to look at.
func (p *page) shot(name string) {
	dir := os.Getenv("BRIO_SCREENSHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(p, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Log(err)
		return
	}
	if err := os.WriteFile(filepath.Join(dir, p.t.Name()+"-"+name+".png"), png, 0o666); err != nil {
		p.t.Log(err)
	}
}
