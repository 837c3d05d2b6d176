package browsertest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/brio-go/brio/scripts/site/guide"
)

// guideApp is the guide as `make docs` serves it, made once.
var guideApp = sync.OnceValues(func() (http.Handler, error) {
	site, err := guide.Build(os.DirFS("../.."), "/")
	if err != nil {
		return nil, err
	}
	return guide.NewApp(site.FS()), nil
})

// openGuide opens a page of the guide in a window of a width, for a system with a theme: "light" or "dark". It returns the URL of the
// home page.
func openGuide(t *testing.T, page string, width int64, theme string) (*tab, string) {
	t.Helper()
	p := openQuietTab(t)
	app, err := guideApp()
	if err != nil {
		t.Fatal(err)
	}
	url := serve(t, app) + "/"
	if _, err := chromedp.Call(p, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}); err != nil {
		t.Fatal(err) // a page without the focus may not write to the clipboard
	}
	p.resize(width, theme)
	p.navigate(url + page)
	return p, url
}

// resize sets the width of the window and the theme of the system.
func (p *tab) resize(width int64, theme string) {
	p.t.Helper()
	p.do("set the width", chromedp.EmulateViewport(width, 900))
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}, {Name: "prefers-reduced-motion", Value: "reduce"}}}
	if _, err := chromedp.Call(p, emulation.SetEmulatedMedia, media); err != nil {
		p.t.Fatal(err)
	}
}

// press presses keys one after another.
func (p *tab) press(keys ...string) {
	p.t.Helper()
	for _, key := range keys {
		p.do("press "+fmt.Sprintf("%q", key), chromedp.KeyEvent(key))
	}
}

// axe returns the source of axe-core, which package-lock.json pins.
var axe = sync.OnceValues(func() (string, error) {
	source, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	return string(source), err
})

// violation is a rule that axe-core finds broken.
type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

// judge fails the test for each rule of accessibility that axe-core finds broken on the page.
func (p *tab) judge(what string) {
	p.t.Helper()
	source, err := axe()
	if err != nil {
		p.t.Fatalf("make browser installs axe-core: %v", err)
	}
	evaluate[any](p, source+`; window.axeResult = ""; axe.run().then((r) => { window.axeResult = JSON.stringify(r.violations) }, (e) => { window.axeResult = JSON.stringify([{id: "error", help: String(e), nodes: []}]) }); 0`)
	var violations []violation
	if err := json.Unmarshal([]byte(wait[string](p, `window.axeResult`)), &violations); err != nil {
		p.t.Fatal(err)
	}
	for _, v := range violations {
		p.t.Errorf("%s: axe-core: %s: %s (%d times)", what, v.ID, v.Help, len(v.Nodes))
		for _, n := range v.Nodes[:min(3, len(v.Nodes))] {
			p.t.Logf("\t%s\n\t%s", n.HTML, n.Summary)
		}
	}
}

// TestGuideFitsAndIsAccessible: pages of each kind need no horizontal scrolling at three widths, do not shift while they load, and
// break no rule of axe-core, in both themes.
func TestGuideFitsAndIsAccessible(t *testing.T) {
	for name, page := range map[string]string{
		"home": "", "list": "docs/", "chapter": "docs/tutorial/first-steps/", "reference": "docs/options/", "picture": "docs/performance/",
		"source": "docs/routing/main.go/", "folder": "examples/shop/", "missing": "404.html",
	} {
		t.Run(name, func(t *testing.T) {
			maxShift := 0.01
			if name == "reference" {
				maxShift = 0.1 // columns of a long table may widen while its rows arrive
			}
			p, url := openGuide(t, page, 1280, "light")
			for _, width := range []int64{360, 768, 1280} {
				for _, theme := range []string{"light", "dark"} {
					what := fmt.Sprintf("%d-%s", width, theme)
					p.resize(width, theme)
					p.navigate(url + page)
					evaluate[any](p, `window.shift = 0; window.settled = false;
						new PerformanceObserver((list) => { for (const e of list.getEntries()) window.shift += e.value }).observe({type: "layout-shift", buffered: true});
						requestAnimationFrame(() => requestAnimationFrame(() => { window.settled = true })); 0`)
					wait[bool](p, `window.settled`)
					if shift := evaluate[float64](p, `window.shift`); shift > maxShift {
						t.Errorf("%s: the page shifts by %v while it loads", what, shift)
					}
					if excess := evaluate[int](p, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); excess > 0 {
						t.Errorf("%s: the page is %d pixels too wide", what, excess)
					}
					p.screenshot(what)
					if width == 360 && theme == "light" || width == 1280 && theme == "dark" { // together they have all elements
						p.judge(what)
					}
				}
			}
		})
	}
}

// TestGuideMenuOpensByKeyboard: on a small screen the list of pages opens and closes with the keyboard, and the focus returns. The first
// stop is the link that skips the bar.
func TestGuideMenuOpensByKeyboard(t *testing.T) {
	p, _ := openGuide(t, "docs/tutorial/path/", 360, "light")
	focus := func() string {
		return evaluate[string](p, `document.activeElement.className || document.activeElement.tagName`)
	}
	p.press(kb.Tab)
	if got := focus(); got != "skip" {
		t.Errorf("first stop: got %s, want skip", got)
	}
	p.screenshot("skip")
	p.press(kb.Tab)
	if got := focus(); got != "menu" {
		t.Errorf("second stop: got %s, want menu", got)
	}
	p.press(kb.Enter)
	wait[bool](p, `document.querySelector("#nav").matches(":popover-open")`)
	if text := p.text(`#nav a[aria-current="page"]`); text != "Path parameters" {
		t.Errorf("current page: got %q, want Path parameters", text)
	}
	p.press(kb.Tab)
	if !evaluate[bool](p, `document.querySelector("#nav").contains(document.activeElement)`) {
		t.Errorf("stop after the menu: got %s, want one in it", focus())
	}
	p.judge("menu")
	p.screenshot("open")
	p.press(kb.Escape)
	wait[bool](p, `!document.querySelector("#nav").matches(":popover-open")`)
	if got := focus(); got != "menu" {
		t.Errorf("focus after Escape: got %s, want menu", got)
	}
}

// TestGuideSearchFinds: "/" opens the search, the best result comes first, and the keyboard leads to it.
func TestGuideSearchFinds(t *testing.T) {
	for _, theme := range []string{"light", "dark"} {
		t.Run(theme, func(t *testing.T) {
			p, url := openGuide(t, "docs/routing/", 1280, theme)
			p.press("/")
			wait[bool](p, `document.activeElement.id === "query"`)
			for _, c := range []struct{ query, want string }{
				{"path parameters", "Path parameters"},
				{"Slashes in values", "Routing › Slashes in values"},
				{"RedirectSlashes", ""},
			} {
				evaluate[any](p, fmt.Sprintf(`{ const q = document.querySelector("#query"); q.value = %q; q.dispatchEvent(new Event("input")) }`, c.query))
				got := waitElement[string](p, "#search ol li .where", `e.innerText`)
				if c.want != "" && got != c.want {
					t.Errorf("%s: got %q first, want %q", c.query, got, c.want)
				}
			}
			p.judge("search")
			p.screenshot("results")
			evaluate[any](p, `{ const q = document.querySelector("#query"); q.value = "xyzzyq"; q.dispatchEvent(new Event("input")) }`)
			wait[bool](p, `document.querySelector("#search [role=status]").innerText === "Nothing found"`)
			evaluate[any](p, `{ const q = document.querySelector("#query"); q.value = ""; q.focus() }`)
			p.press("slashes in values")
			waitElement[bool](p, "#search ol li", `e.innerText.includes("Slashes in values")`)
			p.press(kb.ArrowDown)
			wait[bool](p, `document.activeElement.closest("#search ol li") !== null`)
			p.press(kb.Enter)
			wait[bool](p, `location.hash === "#slashes-in-values" && !document.querySelector("#search").open`)
			if got := evaluate[string](p, `location.href`); got != url+"docs/routing/#slashes-in-values" {
				t.Errorf("address: got %s", got)
			}
			if !evaluate[bool](p, `(() => { const top = document.querySelector(":target").getBoundingClientRect().top; return top > 50 && top < 300 })()`) {
				t.Error("the heading is not at the top, below the bar")
			}
		})
	}
}

// TestGuideRemembersTheme: the switch changes the theme, other pages have it too, and choosing the system's theme forgets the choice.
func TestGuideRemembersTheme(t *testing.T) {
	p, url := openGuide(t, "docs/routing/", 1280, "light")
	paper := func() string {
		return evaluate[string](p, `getComputedStyle(document.documentElement).backgroundColor`)
	}
	pressed := func() string { return evaluate[string](p, `document.querySelector(".theme").ariaPressed`) }
	light := paper()
	p.click(".theme")
	dark := paper()
	if light == dark || pressed() != "true" {
		t.Errorf("after the switch: the background %s was %s, pressed is %s", dark, light, pressed())
	}
	p.navigate(url + "docs/tutorial/path/")
	if got := paper(); got != dark || pressed() != "true" {
		t.Errorf("on another page: got the background %s, want %s", got, dark)
	}
	p.click(".theme")
	if got := paper(); got != light {
		t.Errorf("switched back: got the background %s, want %s", got, light)
	}
	p.judge("light")
	p.resize(1280, "dark")
	p.navigate(url)
	if got := paper(); got != dark {
		t.Errorf("the system has become dark: got the background %s, want %s", got, dark)
	}
}

// TestGuideCopiesCode: the button copies a program as it is, and of a terminal only the commands.
func TestGuideCopiesCode(t *testing.T) {
	p, url := openGuide(t, "docs/tutorial/first-steps/", 768, "light")
	for _, name := range []string{"clipboard-read", "clipboard-write"} {
		params := browser.SetPermissionParams{Permission: &browser.PermissionDescriptor{Name: name}, Setting: browser.PermissionSettingGranted, Origin: strings.TrimSuffix(url, "/")}
		if _, err := chromedp.CallBrowser(p, browser.SetPermission, params); err != nil {
			t.Fatal(err)
		}
	}
	copied := func(block int) string {
		evaluate[any](p, fmt.Sprintf(`window.clip = undefined; document.querySelectorAll(".copy")[%d].click()`, block))
		wait[bool](p, fmt.Sprintf(`document.querySelectorAll(".copy")[%d].innerText === "Copied"`, block))
		evaluate[any](p, `navigator.clipboard.readText().then((text) => { window.clip = text }); 0`)
		return wait[string](p, `window.clip`)
	}
	source, err := os.ReadFile("../../docs/tutorial/first-steps/main.go")
	if err != nil {
		t.Fatal(err)
	}
	if got := copied(0); got != string(source) {
		t.Errorf("program: got %q, want %q", got, source)
	}
	if got, want := copied(1), "go run .\n"; got != want {
		t.Errorf("terminal: got %q, want %q", got, want)
	}
}

// TestGuideWorksWithoutScripts: without scripts the pages, the menu and the links work, and what needs a script is not there.
func TestGuideWorksWithoutScripts(t *testing.T) {
	p, url := openGuide(t, "", 360, "light")
	if _, err := chromedp.Call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	p.navigate(url + "docs/tutorial/first-steps/")
	if evaluate[bool](p, `document.documentElement.classList.contains("scripted")`) {
		t.Fatal("the scripts of the page have run")
	}
	for _, selector := range []string{".copy", ".search-open", ".theme", "#search"} {
		if evaluate[bool](p, fmt.Sprintf(`document.querySelector(%q).checkVisibility()`, selector)) {
			t.Errorf("%s is shown", selector)
		}
	}
	p.press(kb.Tab, kb.Tab, kb.Enter)
	if !evaluate[bool](p, `document.querySelector("#nav").matches(":popover-open")`) {
		t.Error("the menu does not open")
	}
	p.screenshot("menu")
}
