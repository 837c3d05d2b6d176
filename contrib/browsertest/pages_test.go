package browsertest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/security"
)

// Item is what is sold.
type Item struct {
	Name  string   `json:"name" validate:"min=1"`
	Price float64  `json:"price" validate:"gt=0"`
	Tags  []string `json:"tags,omitempty"`
	Made  *Maker   `json:"made,omitempty"`
}

// Maker is who made it.
type Maker struct {
	Name string `json:"name"`
}

// User is who signed in.
type User struct {
	Name string `json:"name"`
}

func currentUser(token *security.Token) (*User, error) {
	if token.Value != "good" {
		return nil, brio.Error(401, "Invalid credentials")
	}
	return &User{"Ann"}, nil
}

// readMe gives the user who asks.
func readMe(u *User) *User { return u }

// createItem adds an item. It is for those who have `signed in`.
//
//   - once,
//   - twice.
func createItem(_ *User, in *brio.Body[Item]) *Item { return &in.Value }

// serve runs an app as a proxy would that takes a prefix away, so that links must be relative.
func serve(t *testing.T, opts ...brio.AppOption) string {
	t.Helper()
	app := brio.New(append([]brio.AppOption{
		brio.Title("Pages"), brio.Version("1.2.3"), brio.Description("Shows **pages**."), brio.RootPath("/proxied"),
		brio.Provide(security.HTTPBearer(), currentUser),
	}, opts...)...)
	app.Get("/users/me", readMe, brio.Tags("users"))
	app.Post("/items", createItem, brio.Tags("items"), brio.Status(201))
	mux := http.NewServeMux()
	mux.Handle("/proxied/", http.StripPrefix("/proxied", app))
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL + "/proxied"
}

func TestSwaggerUI(t *testing.T) {
	p := open(t)
	at := serve(t)
	p.do("open /docs", chromedp.Navigate(at+"/docs"))
	if title := p.text("#swagger-ui .info h2"); !strings.Contains(title, "Pages") || !strings.Contains(title, "1.2.3") {
		t.Errorf("the title is %q", title)
	}
	if n := p.count(".opblock"); n != 2 {
		t.Errorf("%d operations", n)
	}
	p.shot("open")

	p.click(".auth-wrapper .authorize")
	p.do("write the token", chromedp.SendKeys(chromedp.CSS(".auth-container input"), "good", chromedp.NodeVisible))
	p.click(".auth-btn-wrapper .authorize")
	p.click(".auth-btn-wrapper .btn-done")
	p.gone(".modal-ux")
	p.tryOut(".opblock-get")
	if status := p.text(".live-responses-table tbody .response-col_status"); !strings.HasPrefix(status, "200") {
		t.Errorf("GET /users/me: %q", status)
	}
	if body := p.text(".live-responses-table .highlight-code"); !strings.Contains(body, `"name": "Ann"`) {
		t.Errorf("GET /users/me: %q", body)
	}
	p.shot("answer")

	// What people authorise with stays, so that the page can be loaded again; the body is the example of the schema.
	p.do("load it again", chromedp.Reload())
	p.tryOut(".opblock-post")
	if status := p.text(".opblock-post .live-responses-table tbody .response-col_status"); !strings.HasPrefix(status, "201") {
		t.Errorf("POST /items: %q", status)
	}
	p.shot("answer of POST")
}

// tryOut opens an operation and sends its request; the answer is what is read next.
func (p *page) tryOut(operation string) {
	p.t.Helper()
	p.click(operation + " .opblock-summary-control")
	p.click(operation + " .try-out__btn")
	p.click(operation + " .execute")
}

func TestSwaggerUIOfSeveralDocuments(t *testing.T) {
	p := open(t)
	at := serve(t, brio.Document("/v1/openapi.json", brio.Title("First"), brio.Version("1")))
	p.do("open /docs", chromedp.Navigate(at+"/docs"))
	if title := p.text("#swagger-ui .info h2"); !strings.Contains(title, "Pages") {
		t.Errorf("the title is %q", title)
	}
	get(p, "choose the other", chromedp.WaitEvent(cdppage.LoadEventFired, func(cdppage.EventLoadEventFired) bool { return true },
		chromedp.Evaluate[any](`{ const list = document.querySelector("#documents select"); list.value = "First 1"; list.dispatchEvent(new Event("change")) }`)))
	get(p, "wait for the other", chromedp.Poll[bool](`[...document.querySelectorAll("#swagger-ui .info h2")].some((h) => h.textContent.startsWith("First"))`))
	if title := p.text("#swagger-ui .info h2"); !strings.Contains(title, "First") {
		t.Errorf("the title is %q", title)
	}
	p.shot("other")
}

func TestReference(t *testing.T) {
	p := open(t)
	at := serve(t)
	p.do("open /redoc", chromedp.Navigate(at+"/redoc"))
	if title := p.text("h1"); title != "Pages 1.2.3" {
		t.Errorf("the title is %q", title)
	}
	if n := p.count("article.operation"); n != 2 {
		t.Errorf("%d operations", n)
	}
	p.click(`nav a[href="#operation-createItem"]`)
	if heading := eval[string](p, `document.querySelector(":target h3").textContent`); heading != "Adds an item" {
		t.Errorf("it leads to %q", heading)
	}
	p.click(`article.operation a[href="#schema-Item"]`)
	if heading := eval[string](p, `document.querySelector(":target h3").textContent`); heading != "Item" {
		t.Errorf("it leads to %q", heading)
	}
	if display := eval[string](p, `getComputedStyle(document.body).display`); display != "grid" {
		t.Errorf("the style sheet is not in force: %q", display)
	}
	eval[any](p, `scrollTo(0, 0)`)
	p.shot("top")
}

func TestRoutes(t *testing.T) {
	p := open(t)
	at := serve(t, brio.Debug(true))
	p.do("open /docs/routes", chromedp.Navigate(at+"/docs/routes"))
	if n := p.count("details.route"); n != 2 {
		t.Errorf("%d routes", n)
	}
	if text := p.text(`[id="POST-%2Fitems"]`); !strings.Contains(text, "currentUser") {
		t.Errorf("POST /items: %q", text)
	}
	p.shot("top")
}
