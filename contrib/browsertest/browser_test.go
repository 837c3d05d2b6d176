package browsertest

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
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

	"github.com/brio-go/brio"
)

// patience is how long a page may take for all that a test does with it. It is long because machines under load are slow.
const patience = time.Minute

// tab is a tab of a browser that reaches nothing but this machine. It is the context of what chromedp does with it.
type tab struct {
	context.Context
	t *testing.T

	mu         sync.Mutex
	console    []string // errors and warnings of the console
	otherHosts []string // URLs of requests to other hosts
}

// openTab starts a browser that ends with the test. It skips the test when BRIO_BROWSER is not set. It fails the test when
// the page has sent a request to another host.
func openTab(t *testing.T) *tab {
	t.Helper()
	if os.Getenv("BRIO_BROWSER") == "" {
		t.Skip("BRIO_BROWSER is not set; make browser sets it")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox,
		chromedp.ExecPath("chromium"),
		chromedp.UserDataDir(t.TempDir()),
		chromedp.WindowSize(1280, 1600),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"), // no other host has an address
		chromedp.Flag("no-proxy-server", true),
		chromedp.WSURLReadTimeout(patience),
	)
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, patience)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	p := &tab{Context: ctx, t: t}
	if err := chromedp.Listen(ctx, p.record); err != nil {
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
		if len(p.otherHosts) > 0 {
			t.Errorf("requests to other hosts: %s", strings.Join(p.otherHosts, " "))
		}
	})
	return p
}

// openQuietTab is openTab for pages whose console must stay empty: no error, no warning, no breach of the
// Content-Security-Policy.
func openQuietTab(t *testing.T) *tab {
	t.Helper()
	p := openTab(t)
	t.Cleanup(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if len(p.console) > 0 {
			t.Errorf("the console has:\n%s", strings.Join(p.console, "\n"))
		}
	})
	return p
}

// record collects the events of the tab that a page must not cause.
func (p *tab) record(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		p.console = append(p.console, e.ExceptionDetails.Text)
		if x := e.ExceptionDetails.Exception; x != nil {
			p.console = append(p.console, x.Description)
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			for _, a := range e.Args {
				p.console = append(p.console, fmt.Sprintf("console.%s %s%s", e.Type, a.Value, a.Description))
			}
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Source == log.EntrySourceSecurity {
			p.console = append(p.console, fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL))
		}
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(e.Request.URL); err == nil && strings.HasPrefix(u.Scheme, "http") && u.Hostname() != "127.0.0.1" {
			p.otherHosts = append(p.otherHosts, e.Request.URL)
		}
	}
}

// do runs steps. It ends the test when one fails; what names them.
func (p *tab) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p, steps...); err != nil {
		p.screenshot("failed")
		p.t.Fatalf("%s: %v", what, err)
	}
}

// result returns the result of an action. It ends the test when the action fails; what names it.
func result[T any](p *tab, what string, a chromedp.Action[T]) T {
	p.t.Helper()
	v, err := chromedp.Run(p, a)
	if err != nil {
		p.screenshot("failed")
		p.t.Fatalf("%s: %v", what, err)
	}
	return v
}

// navigate opens a URL.
func (p *tab) navigate(url string) {
	p.t.Helper()
	p.do("open "+url, chromedp.Navigate(url))
}

// wait returns the value of an expression as soon as it is truthy.
func wait[T any](p *tab, expression string) T {
	p.t.Helper()
	return result(p, expression, chromedp.Poll[T](expression))
}

// waitElement returns the value of an expression of e, the first element of a selector, as soon as that element is visible
// and the value is truthy. Each look is one step in the page, so no element moves or is drawn anew between two of them.
func waitElement[T any](p *tab, selector, expression string) T {
	p.t.Helper()
	return wait[T](p, fmt.Sprintf(`((e) => e && e.checkVisibility() && (%s))(document.querySelector(%q))`, expression, selector))
}

// waitGone waits until a selector has no element.
func (p *tab) waitGone(selector string) {
	p.t.Helper()
	wait[bool](p, fmt.Sprintf(`!document.querySelector(%q)`, selector))
}

// click clicks the first element of a selector as soon as it is enabled.
func (p *tab) click(selector string) {
	p.t.Helper()
	waitElement[bool](p, selector, `!e.disabled && (e.click(), true)`)
}

// text returns the text of the first element of a selector as soon as there is one.
func (p *tab) text(selector string) string {
	p.t.Helper()
	return waitElement[string](p, selector, `e.innerText`)
}

// count returns the number of elements of a selector.
func (p *tab) count(selector string) int {
	p.t.Helper()
	return evaluate[int](p, fmt.Sprintf("document.querySelectorAll(%q).length", selector))
}

// evaluate returns the value of an expression in the page. The page's Content-Security-Policy does not apply to it.
func evaluate[T any](p *tab, expression string) T {
	p.t.Helper()
	return result(p, expression, chromedp.Evaluate[T](expression))
}

// screenshot writes a picture to the folder that BRIO_SCREENSHOTS names, for people to look at.
func (p *tab) screenshot(name string) {
	dir := os.Getenv("BRIO_SCREENSHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(p, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Log(err)
		return
	}
	if err := os.WriteFile(filepath.Join(dir, strings.ReplaceAll(p.t.Name(), "/", "-")+"-"+name+".png"), png, 0o666); err != nil {
		p.t.Log(err)
	}
}

// serve serves h on a free port of the loopback until the test ends and returns the server's URL.
func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// withoutLog lets an app whose handlers fail on purpose log nothing.
func withoutLog() brio.AppOption { return brio.Logger(slog.New(slog.DiscardHandler)) }
