package guide

import (
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// The pages that exist without a link to them.
const (
	homeFile = "README.md"
	listFile = "docs/README.md" // lists the pages in their order
	docsDir  = "docs"
)

// builder reads the repository and collects pages and mistakes.
type builder struct {
	fsys     fs.FS
	read     map[string]time.Time // the files and folders that the site depends on, with their modification times
	pages    map[string]*page     // by URL
	order    []*page              // as they were found; it grows while it is walked
	assets   map[string][]byte    // pictures, by path
	uses     []anchorUse
	sections []*section
	mistakes []error
}

// page is one page of the site.
type page struct {
	file        string // the path in the repository, of a folder too
	url         string // relative to the root of the site, "" or with a slash at its end
	title       string // plain text
	lead        string // the first paragraph, plain text
	headings    []heading
	anchors     map[string]bool
	parts       []part        // for the search
	top, body   template.HTML // the title with the first paragraph; the rest
	list        template.HTML // the files of a folder
	section     *section      // nil for a page that the list does not have
	isSource    bool          // a file or folder, not a page for reading
	markdown    *markdown     // nil if there is none
	listedBelow []*page       // the pages of its own folder that a README.md links to, in order
}

// heading is an entry of a page's table of contents.
type heading struct {
	Level int
	ID    string
	Text  string
}

// part is what stands below one heading, for the search.
type part struct {
	id, heading string // "" for what stands below the title
	text, code  strings.Builder
}

// anchorUse is a link with a fragment. It is checked when all pages are read.
type anchorUse struct {
	place, fragment string
	target          *page
}

// section is a heading of the list with the pages below it.
type section struct {
	name  string
	pages []*page
}

// fail records a mistake.
func (b *builder) fail(place, format string, arguments ...any) {
	b.mistakes = append(b.mistakes, fmt.Errorf("%s: "+format, append([]any{place}, arguments...)...))
}

// readAll reads the pages of docs/, and then what they link to.
func (b *builder) readAll() {
	b.open(homeFile)
	err := fs.WalkDir(b.fsys, docsDir, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			b.note(file, d)
		} else if strings.HasSuffix(file, ".md") {
			b.open(file)
		}
		return nil
	})
	if err != nil {
		b.mistakes = append(b.mistakes, err)
	}
	for i := 0; i < len(b.order); i++ { // open appends
		b.fill(b.order[i])
		b.codeFiles(b.order[i])
	}
	for _, use := range b.uses {
		if !use.target.anchors[use.fragment] {
			b.fail(use.place, "%s has no heading #%s", use.target.file, use.fragment)
		}
	}
}

// note remembers when a file or folder was changed last.
func (b *builder) note(file string, d fs.DirEntry) {
	if info, err := d.Info(); err == nil {
		b.read[file] = info.ModTime()
	}
}

// readFile reads a file of the repository.
func (b *builder) readFile(file string) ([]byte, error) {
	content, err := fs.ReadFile(b.fsys, file)
	if err != nil {
		return nil, err
	}
	info, err := fs.Stat(b.fsys, file)
	if err != nil {
		return nil, err
	}
	b.read[file] = info.ModTime()
	return content, nil
}

// urlOf returns the URL of a file or folder.
func urlOf(file string) string {
	file = strings.TrimSuffix(file, ".md")
	if path.Base(file) == "README" {
		file = path.Dir(file)
	}
	if file == "." {
		return ""
	}
	return file + "/"
}

// open returns the page of a file or folder that exists. It is filled later.
func (b *builder) open(file string) *page {
	url := urlOf(file)
	if p := b.pages[url]; p != nil {
		return p
	}
	p := &page{file: file, url: url, anchors: map[string]bool{}}
	b.pages[url] = p
	b.order = append(b.order, p)
	return p
}

// fill reads the page's file, or the folder's list.
func (b *builder) fill(p *page) {
	info, err := fs.Stat(b.fsys, p.file)
	if err != nil {
		b.mistakes = append(b.mistakes, err)
		return
	}
	p.isSource = p.file != homeFile && !(strings.HasSuffix(p.file, ".md") && (path.Dir(p.file) == "." || strings.HasPrefix(p.file, docsDir+"/")))
	switch {
	case info.IsDir():
		b.readFolder(p)
	case path.Base(p.file) == "README.md" && p.isSource: // linked to as a file; it is the page of its folder
		p.file = path.Dir(p.file)
		b.readFolder(p)
	case strings.HasSuffix(p.file, ".md"):
		b.readMarkdown(p, p.file)
	default:
		b.readSource(p)
	}
}

// putInOrder reads the list in docs/README.md: its headings are sections, the first links of its items are pages. A README.md that is
// listed lists the other pages of its folder by linking to them.
func (b *builder) putInOrder() {
	list := b.pages[urlOf(listFile)]
	if list == nil || list.markdown == nil {
		b.fail(listFile, "there is no list of the pages")
		return
	}
	start := &section{name: "Start", pages: []*page{b.pages[""], list}}
	b.sections = append([]*section{start}, b.listed(list)...)
	for _, s := range b.sections {
		for i := 0; i < len(s.pages); i++ {
			p := s.pages[i]
			if p.section != nil {
				b.fail(listFile, "lists %s twice", p.file)
				s.pages = slices.Delete(s.pages, i, i+1)
				i--
				continue
			}
			p.section = s
			if p != list && p.url != "" && path.Base(p.file) == "README.md" {
				s.pages = slices.Insert(s.pages, i+1, p.listedBelow...)
			}
		}
	}
	for _, p := range b.order {
		if strings.HasPrefix(p.file, docsDir+"/") && !p.isSource && p.section == nil {
			b.fail(listFile, "does not list %s: add it where a reader looks for it", p.file)
		}
	}
}

// errorOf joins all mistakes in the order of their places.
func (b *builder) errorOf() error {
	if len(b.mistakes) == 0 {
		return nil
	}
	slices.SortStableFunc(b.mistakes, func(x, y error) int { return strings.Compare(x.Error(), y.Error()) })
	return errors.Join(b.mistakes...)
}
