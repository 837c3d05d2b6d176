package app

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/internal/route"
	"github.com/brio-go/brio/routing"
)

// Mountable is an App, as the app that it is mounted in sees it.
type Mountable interface {
	http.Handler
	Mounted() any // a Mounted
}

// Mounted is what an app that is mounted declares and runs.
type Mounted struct {
	Config   *Config
	Lifetime *Lifetime
}

// child is an App that is mounted in another one. It starts and stops with it.
type child struct {
	*Instance           // the one that answers; start replaces it if the App has started before
	lifetime  *Lifetime // of the App; nil with overrides: the test has a copy of the App
	isOwn     bool      // the app around has started it, and stops it
}

// ServeHTTP implements http.Handler.
func (c *child) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.Handler.ServeHTTP(w, r) }

// link builds the link of a route of the app, without the prefix of the mount. start may replace the Instance.
func (c *child) link(name string, params ...any) (origin.Link, error) {
	return c.Instance.Link(name, params...)
}

// mounting compiles the apps that are mounted in an app, each once.
type mounting struct {
	open      []*Config // the app and the apps around it
	overrides *inject.Overrides
	children  map[*Config]*child
	order     []*child
	errs      []error // that are no mistakes of declarations
}

// mount returns the app that h is, nil if h is none. It is the App of a route.Config.
func (m *mounting) mount(h http.Handler) *route.MountedApp {
	a, ok := h.(Mountable)
	if !ok {
		return nil
	}
	mounted := a.Mounted().(Mounted)
	config := mounted.Config
	if known := m.children[config]; known != nil {
		return &route.MountedApp{Handler: known, Routes: known.Routes(), Link: known.link}
	}
	if slices.Contains(m.open, config) {
		return &route.MountedApp{Handler: h, IsOuter: true}
	}
	in, err := compile(config, m.overrides, m.open)
	c := &child{Instance: in, lifetime: mounted.Lifetime}
	if m.overrides != nil {
		c.lifetime = nil
	}
	m.children[config], m.order = c, append(m.order, c)
	out := &route.MountedApp{Handler: c, Routes: in.Routes(), Link: c.link}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, err := range joined.Unwrap() {
			if report, ok := err.(routing.Report); ok {
				out.Report = append(out.Report, report...)
			} else {
				m.errs = append(m.errs, err)
			}
		}
	}
	return out
}

// start starts a mounted app, unless the program has started it, and returns the function that stops it.
func (c *child) start(ctx context.Context) (stop func(context.Context) (int, error), err error) {
	if c.lifetime == nil {
		c.isOwn = true
		return c.Stop, c.Start(ctx)
	}
	if err := c.lifetime.Start(ctx, func() (*Instance, error) { c.isOwn = true; return c.Instance, nil }); err != nil {
		return nil, err
	}
	if c.Instance = c.lifetime.Running.Load(); !c.isOwn {
		return nil, nil // its own Shutdown stops it
	}
	return c.lifetime.Stop, nil
}

// ownChildren yields the mounted apps that the app has started.
func (in *Instance) ownChildren(yield func(*child) bool) {
	for _, c := range in.children {
		if c.isOwn && !yield(c) {
			return
		}
	}
}

// checkDocumentPaths reports pages of the app that hide those of an app that Mount("/") has mounted. In other mounts AddPages finds them.
// Files of a page, which no option sets, follow the path of the page.
func (in *Instance) checkDocumentPaths() (report routing.Report) {
	for _, m := range in.table.Mounts() {
		c, ok := m.Handler.(*child)
		if !ok {
			continue
		}
		for _, page := range c.pages {
			i := slices.IndexFunc(in.pages, func(p route.Page) bool { return p.Path == m.Prefix+page.Path })
			if i < 0 || in.pages[i].Option == "" || strings.HasSuffix(page.Path, ".yaml") {
				continue
			}
			report = append(report, routing.Mistake{
				Path: m.Prefix + "/", Place: m.Place, Found: fmt.Sprintf("both apps have a page at %s; only that of the outer app answers", in.pages[i].Path),
				Legal: fmt.Sprintf("a path for each: %s sets it, \"\" switches the page off; or a prefix of its own for the mounted app", in.pages[i].Option),
			})
		}
	}
	return report
}

// startChildren starts the mounted apps in the order of declaration. It calls started with what stops each.
func (in *Instance) startChildren(ctx context.Context, started func(ending)) error {
	for _, c := range in.children {
		name := fmt.Sprintf("the mounted app %q", c.config.Document.Info.Title)
		stop, err := c.start(ctx)
		if err != nil {
			return fmt.Errorf("brio: %s: %w", name, err)
		}
		if stop != nil {
			started(ending{name, func(ctx context.Context) error { _, err := stop(ctx); return err }})
		}
	}
	return nil
}
