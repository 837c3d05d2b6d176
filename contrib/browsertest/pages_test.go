package browsertest

import (
	"net/http"
	"strings"
	"testing"

	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/security"
)

// Item is for sale.
type Item struct {
	Name  string   `json:"name" validate:"min=1"`
	Price float64  `json:"price" validate:"gt=0"`
	Tags  []string `json:"tags,omitempty"`
	Made  *Maker   `json:"made,omitempty"`
}

// Maker makes items.
type Maker struct {
	Name string `json:"name"`
}

// User is signed in.
type User struct {
	Name string `json:"name"`
}

func currentUser(token *security.Token) (*User, error) {
	if token.Value != "good" {
		return nil, brio.Error(401, "Invalid credentials")
	}
	return &User{"Ann"}, nil
}

// readMe returns the user of the request.
func readMe(u *User) *User { return u }

// createItem adds an item. The user must be `signed in`.
//
//   - once,
//   - twice.
func createItem(_ *User, in *brio.Body[Item]) *Item { return &in.Value }

// servePages serves an app below a prefix that is taken off, as by a proxy, so that links must be relative. It returns the
// URL with the prefix.
func servePages(t *testing.T, opts ...brio.AppOption) string {
	t.Helper()
	app := brio.New(append([]brio.AppOption{
		brio.Title("Pages"), brio.Version("1.2.3"), brio.Description("Shows **pages**."), brio.RootPath("/proxied"),
		brio.Provide(security.HTTPBearer(), currentUser),
	}, opts...)...)
	app.Get("/users/me", readMe, brio.Tags("users"))
	app.Post("/items", createItem, brio.Tags("items"), brio.Status(201))
	mux := http.NewServeMux()
	mux.Handle("/proxied/", http.StripPrefix("/proxied", app))
	return serve(t, mux) + "/proxied"
}

// tryOut opens an operation of Swagger UI and sends its request.
func (p *tab) tryOut(operation string) {
	p.t.Helper()
	p.click(operation + " .opblock-summary-control")
	p.click(operation + " .try-out__btn")
	p.click(operation + " .execute")
}

// TestSwaggerUITriesOperations: /docs shows the document, signs in with a bearer token and sends requests.
func TestSwaggerUITriesOperations(t *testing.T) {
	p := openQuietTab(t)
	p.navigate(servePages(t) + "/docs")
	if title := p.text("#swagger-ui .info h2"); !strings.Contains(title, "Pages") || !strings.Contains(title, "1.2.3") {
		t.Errorf("title: got %q, want Pages and 1.2.3", title)
	}
	if n := p.count(".opblock"); n != 2 {
		t.Errorf("got %d operations, want 2", n)
	}
	p.screenshot("open")

	p.click(".auth-wrapper .authorize")
	p.do("write the token", chromedp.SendKeys(chromedp.CSS(".auth-container input"), "good", chromedp.NodeVisible))
	p.click(".auth-btn-wrapper .authorize")
	p.click(".auth-btn-wrapper .btn-done")
	p.waitGone(".modal-ux")
	p.tryOut(".opblock-get")
	if status := p.text(".live-responses-table tbody .response-col_status"); !strings.HasPrefix(status, "200") {
		t.Errorf("GET /users/me: got %q, want 200", status)
	}
	if body := p.text(".live-responses-table .highlight-code"); !strings.Contains(body, `"name": "Ann"`) {
		t.Errorf("GET /users/me: got %q, want Ann", body)
	}
	p.screenshot("answer")

	// The token survives a reload. The body of the request is the example of the schema.
	p.do("load it again", chromedp.Reload())
	p.tryOut(".opblock-post")
	if status := p.text(".opblock-post .live-responses-table tbody .response-col_status"); !strings.HasPrefix(status, "201") {
		t.Errorf("POST /items: got %q, want 201", status)
	}
	p.screenshot("answer of POST")
}

// TestSwaggerUISwitchesDocuments: an app with several documents has a list to choose from.
func TestSwaggerUISwitchesDocuments(t *testing.T) {
	p := openQuietTab(t)
	p.navigate(servePages(t, brio.Document("/v1/openapi.json", brio.Title("First"), brio.Version("1"))) + "/docs")
	if title := p.text("#swagger-ui .info h2"); !strings.Contains(title, "Pages") {
		t.Errorf("title: got %q, want Pages", title)
	}
	result(p, "choose the other document", chromedp.WaitEvent(cdppage.LoadEventFired, func(cdppage.EventLoadEventFired) bool { return true },
		chromedp.Evaluate[any](`{ const list = document.querySelector("#documents select"); list.value = "First 1"; list.dispatchEvent(new Event("change")) }`)))
	wait[bool](p, `[...document.querySelectorAll("#swagger-ui .info h2")].some((h) => h.textContent.startsWith("First"))`)
	if title := p.text("#swagger-ui .info h2"); !strings.Contains(title, "First") {
		t.Errorf("title: got %q, want First", title)
	}
	p.screenshot("other")
}

// TestReferenceLinksOperationsAndSchemas: /redoc leads from its list to an operation, and from there to a schema.
func TestReferenceLinksOperationsAndSchemas(t *testing.T) {
	p := openQuietTab(t)
	p.navigate(servePages(t) + "/redoc")
	if title := p.text("h1"); title != "Pages 1.2.3" {
		t.Errorf("title: got %q, want Pages 1.2.3", title)
	}
	if n := p.count("article.operation"); n != 2 {
		t.Errorf("got %d operations, want 2", n)
	}
	p.click(`nav a[href="#operation-createItem"]`)
	if heading := evaluate[string](p, `document.querySelector(":target h3").textContent`); heading != "Adds an item" {
		t.Errorf("heading: got %q, want Adds an item", heading)
	}
	p.click(`article.operation a[href="#schema-Item"]`)
	if heading := evaluate[string](p, `document.querySelector(":target h3").textContent`); heading != "Item" {
		t.Errorf("heading: got %q, want Item", heading)
	}
	if display := evaluate[string](p, `getComputedStyle(document.body).display`); display != "grid" {
		t.Errorf("display: got %q, want grid: the style sheet is not loaded", display)
	}
	evaluate[any](p, `scrollTo(0, 0)`)
	p.screenshot("top")
}

// TestRoutesPageShowsDependencies: the page of the routes, which Debug turns on, names what each route depends on.
func TestRoutesPageShowsDependencies(t *testing.T) {
	p := openQuietTab(t)
	p.navigate(servePages(t, brio.Debug(true)) + "/docs/routes")
	if n := p.count("details.route"); n != 2 {
		t.Errorf("got %d routes, want 2", n)
	}
	if text := p.text(`[id="POST-%2Fitems"]`); !strings.Contains(text, "currentUser") {
		t.Errorf("POST /items: got %q, want currentUser", text)
	}
	p.screenshot("top")
}
