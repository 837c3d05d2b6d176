package guide

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing/fstest"
	"time"
)

// Policy is the Content-Security-Policy of every page.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"

//go:embed page.html assets
var embedded embed.FS

var pageTemplate = template.Must(template.ParseFS(embedded, "page.html"))

// Site is the guide, ready to be written to a folder or served.
type Site struct {
	Files map[string][]byte // by path: "docs/routing/index.html"

	read map[string]time.Time // what it was made of
}

// Build makes the site of a repository. base is the path of the site on its host; 404.html alone depends on it, because a host sends
// that page for any path. The error has all mistakes, each with file and line.
func Build(repository fs.FS, base string) (*Site, error) {
	b := &builder{fsys: repository, read: map[string]time.Time{}, pages: map[string]*page{}, assets: map[string][]byte{}}
	b.readAll()
	b.putInOrder()
	for _, p := range b.order {
		b.render(p)
	}
	if err := b.errorOf(); err != nil {
		return nil, err
	}
	s := &Site{Files: b.assets, read: b.read}
	v := views{b: b, assets: map[string]string{}}
	s.put("search.json", b.searchIndex())
	v.assets["search.json"] = version(s.Files["search.json"])
	for _, name := range []string{"style.css", "theme.js", "site.js", "favicon.svg"} {
		content, err := embedded.ReadFile("assets/" + name)
		if err != nil {
			return nil, err
		}
		s.put(name, content)
		v.assets[name] = version(content)
	}
	for _, p := range b.order {
		content, err := v.write(p, p.root())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.file, err)
		}
		s.put(p.url+"index.html", content)
	}
	missing := &page{title: "This page does not exist", top: template.HTML(`<h1>This page does not exist</h1>
<p>It may have another address now. <a href="` + template.HTMLEscapeString(base) + `docs/">The list of all pages</a> leads to it.</p>
`)}
	content, err := v.write(missing, base)
	if err != nil {
		return nil, err
	}
	s.put("404.html", content)
	return s, s.clash()
}

func (s *Site) put(name string, content []byte) { s.Files[name] = content }

// clash reports two files whose names differ only by case: some file systems hold one of them.
func (s *Site) clash() error {
	names := map[string]string{}
	for name := range s.Files {
		lower := strings.ToLower(name)
		if other := names[lower]; other != "" {
			return fmt.Errorf("%s and %s have one name on some systems", name, other)
		}
		names[lower] = name
	}
	return nil
}

// version is a short hash of a file. It is part of the file's address, so that no browser uses an old one.
func version(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:4])
}

// FS returns the files as a file system.
func (s *Site) FS() fs.FS {
	files := fstest.MapFS{}
	now := time.Now()
	for name, content := range s.Files {
		files[name] = &fstest.MapFile{Data: content, Mode: 0o444, ModTime: now}
	}
	return files
}

// Write writes the files to a folder, in the place of what an earlier Write has put there. It refuses a folder that has other files.
func (s *Site) Write(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if _, err := os.Stat(filepath.Join(dir, "search.json")); err != nil && len(entries) > 0 {
		return fmt.Errorf("%s has files, and no site: choose an empty folder", dir)
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.CopyFS(dir, s.FS())
}

// views writes pages with the template.
type views struct {
	b      *builder
	assets map[string]string // name → version
}

// view is what the template shows.
type view struct {
	*page
	Policy, Root       string
	SiteTitle, Title   string
	Description        string
	Eyebrow            string
	Top, Body          template.HTML
	Crumbs             []link
	Contents           []contents
	Nav                []navSection
	Previous, Next     *link
	File               string
	IsHome, HasSidebar bool
	IsSource           bool
	Assets             map[string]string
}

type link struct {
	Title, URL string
	Current    bool
}

type navSection struct {
	Name  string
	Open  bool
	Links []link
}

// contents is a heading of the second level with those below it.
type contents struct {
	heading
	Below []heading
}

func (v *views) write(p *page, root string) ([]byte, error) {
	x := view{
		page: p, Policy: Policy, Root: root, SiteTitle: "Brio", Title: p.title, Description: p.lead, Top: p.top, Body: p.body + p.list, File: p.file,
		IsHome: p.url == "" && p.file != "", IsSource: p.isSource, HasSidebar: true, Assets: v.assets,
	}
	if p.section != nil && !x.IsHome {
		x.Eyebrow = p.section.name
	}
	if p.isSource {
		x.Crumbs = v.crumbs(p, root)
	} else if p.file != "" {
		for _, h := range p.headings {
			if n := len(x.Contents); h.Level == 2 || n == 0 {
				x.Contents = append(x.Contents, contents{heading: h})
			} else if h.Level == 3 {
				x.Contents[n-1].Below = append(x.Contents[n-1].Below, h)
			}
		}
	}
	var order []*page
	for _, s := range v.b.sections {
		n := navSection{Name: s.name, Open: s == p.section || p.section == nil && len(x.Nav) < 2}
		for _, q := range s.pages {
			n.Links = append(n.Links, link{q.navTitle(), root + q.url, q == p})
		}
		x.Nav = append(x.Nav, n)
		order = append(order, s.pages...)
	}
	if i := slices.Index(order, p); i >= 0 {
		if i > 0 {
			x.Previous = &link{Title: order[i-1].navTitle(), URL: root + order[i-1].url}
		}
		if i+1 < len(order) {
			x.Next = &link{Title: order[i+1].navTitle(), URL: root + order[i+1].url}
		}
	}
	var out bytes.Buffer
	err := pageTemplate.Execute(&out, x)
	return out.Bytes(), err
}

func (p *page) navTitle() string {
	if p.url == "" {
		return "Home"
	}
	return p.title
}

// crumbs returns the folders around a source page. A folder with a page is a link.
func (v *views) crumbs(p *page, root string) []link {
	var crumbs []link
	names := strings.Split(p.file, "/")
	for i := 1; i < len(names); i++ {
		c := link{Title: names[i-1]}
		if q := v.b.pages[urlOf(strings.Join(names[:i], "/"))]; q != nil {
			c.URL = root + q.url
		}
		crumbs = append(crumbs, c)
	}
	return crumbs
}

// entry is one part of a page in the search index.
type entry struct {
	URL     string `json:"u"`
	Page    string `json:"p"`
	Heading string `json:"h,omitempty"`
	Text    string `json:"t,omitempty"`
	Code    string `json:"c,omitempty"` // names that the code of the part uses
}

// searchIndex has each part of each page that the list has, in its order.
func (b *builder) searchIndex() []byte {
	entries := []entry{}
	for _, s := range b.sections {
		for _, p := range s.pages {
			for i := range p.parts {
				part := &p.parts[i]
				e := entry{URL: p.url, Page: p.title, Heading: part.heading, Text: part.text.String(), Code: strings.TrimSpace(part.code.String())}
				if part.id != "" {
					e.URL += "#" + part.id
				}
				entries = append(entries, e)
			}
		}
	}
	content, err := json.Marshal(entries)
	if err != nil {
		b.mistakes = append(b.mistakes, err)
	}
	return content
}
