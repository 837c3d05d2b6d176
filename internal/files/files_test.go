package files

import (
	"io"
	"io/fs"
	"testing"
	"testing/fstest"
)

// newMemory makes a Folder of files in memory, name and text in turn.
func newMemory(o Options, pairs ...string) *Folder {
	files := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		files[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return NewFolder(files, o)
}

// textOf reads a file that was found, and closes it.
func textOf(t *testing.T, f Found) string {
	t.Helper()
	if f.File == nil {
		return ""
	}
	defer f.Close()
	b, err := io.ReadAll(f.File)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Names as bundlers write them have a hash. Words, versions and dates are none: a wrong immutable lasts a year.
func TestHasHash(t *testing.T) {
	for name, want := range map[string]bool{
		"index-BX3kq2d9.js": true, "main.3f5a1c9e.chunk.css": true, "3f5a1c9e7b2d4a60.js": true, "logo.9d2f4c1b.svg": true,
		"index.js": false, "jquery-3.7.1.min.js": false, "report-20261202.pdf": false, "Spielfilm.mp4": false, "app-Version2.js": false,
		"deadbeef.js": false, "app.facade.js": false, "": false, ".js": false, "-.": false,
	} {
		if got := hasHash(name); got != want {
			t.Errorf("%q: got %t, want %t", name, got, want)
		}
	}
}

// Find says what there is for a path, with the pages for missing files last.
func TestFindChoosesKind(t *testing.T) {
	site := []string{"index.html", "home", "a.txt", "a", "docs/index.html", "docs", "css/x.css", "x", "404.html", "none", ".env", "secret", ".well-known/x", "public",
		"line\n.txt", "x", "delete\x7f.txt", "x", "back\\slash.txt", "x"}
	for _, tc := range []struct {
		name     string
		o        Options
		path     string
		isFolder bool
		kind     Kind
		text     string
	}{
		{"file", Options{}, "a.txt", false, File, "a"},
		{"file with a slash", Options{}, "a.txt/", true, Missing, ""},
		{"folder without HTML", Options{}, "docs/", true, Missing, ""},
		{"folder with an index", Options{HTML: true}, "docs/", true, File, "docs"},
		{"folder without its slash", Options{HTML: true}, "docs", false, Index, ""},
		{"folder without an index", Options{HTML: true}, "css/", true, Missing, ""},
		{"folder to be listed", Options{Listing: true}, "css/", true, List, ""},
		{"root", Options{HTML: true}, "", true, File, "home"},
		{"missing", Options{Fallback: MissingPage}, "b.txt", false, Page, "none"},
		{"missing in an app", Options{Fallback: IndexPage}, "b.txt", false, AppPage, "home"},
		{"missing, auto", Options{Fallback: Auto}, "b.txt", false, Page, "none"},
		{"dot file", Options{}, ".env", false, Missing, ""},
		{"dot file, admitted", Options{Hidden: true}, ".env", false, File, "secret"},
		{"well-known", Options{}, ".well-known/x", false, File, "public"},
		{"outside", Options{}, "../a.txt", false, Missing, ""},
		{"backslash", Options{}, `docs\index.html`, false, Missing, ""},
		{"control character", Options{}, "a.txt\x00", false, Missing, ""},
		{"line feed of a file's name", Options{}, "line\n.txt", false, Missing, ""},
		{"DEL of a file's name", Options{}, "delete\x7f.txt", false, Missing, ""},
		{"backslash of a file's name", Options{}, `back\slash.txt`, false, Missing, ""},
	} {
		found, err := newMemory(tc.o, site...).Find(tc.path, tc.isFolder)
		if err != nil || found.Kind != tc.kind {
			t.Errorf("%s: got kind %d, %v; want %d", tc.name, found.Kind, err, tc.kind)
		}
		if text := textOf(t, found); text != tc.text {
			t.Errorf("%s: got %q, want %q", tc.name, text, tc.text)
		}
	}
}

// A missing page that the program has named is an error, and so is a folder that CheckDir(false) has let pass.
func TestFindReportsWhatIsGone(t *testing.T) {
	for name, f := range map[string]*Folder{
		"page": newMemory(Options{Function: "Static", Fallback: MissingPage}, "a", ""), "folder": NewFolder(gone{}, Options{Function: "Static"}),
	} {
		if _, err := f.Find("b", false); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// gone is a file system without a root.
type gone struct{}

func (gone) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// The client's weights choose the sibling, of one weight the smallest form (RFC 9110, 12.5.3).
func TestEncodedFollowsWeights(t *testing.T) {
	f := newMemory(Options{Precompressed: true}, "a.js", "plain", "a.js.br", "br", "a.js.zst", "zstd", "a.js.gz", "gzip", "b.js", "plain", "b.js.gz", "gzip")
	for _, tc := range []struct{ name, accept, text, coding string }{
		{"a.js", "gzip, br, zstd", "br", "br"},
		{"a.js", "gzip, zstd", "zstd", "zstd"},
		{"a.js", "br;q=0.5, gzip;q=0.9", "gzip", "gzip"},
		{"a.js", "br;q=0, *", "zstd", "zstd"},
		{"a.js", "x-gzip", "gzip", "gzip"},
		{"a.js", "identity, br;q=0.5", "plain", ""},
		{"a.js", "deflate", "plain", ""},
		{"b.js", "br, gzip;q=0.1", "gzip", "gzip"},
	} {
		found, err := f.Find(tc.name, false)
		if err != nil {
			t.Fatal(err)
		}
		best, coding, err := f.Encoded(found, []string{tc.accept})
		if text := textOf(t, best); err != nil || text != tc.text || coding != tc.coding {
			t.Errorf("%s, %s: got %q %q, %v; want %q %q", tc.name, tc.accept, text, coding, err, tc.text, tc.coding)
		}
	}
}

// Files without a time have a tag of their content.
func TestTagIsOfContent(t *testing.T) {
	f := newMemory(Options{}, "a", "1", "b", "1", "c", "2")
	tags := map[string]string{}
	for _, name := range []string{"a", "b", "c", "a"} {
		found, err := f.Find(name, false)
		if err != nil {
			t.Fatal(err)
		}
		tag, err := f.Tag(found)
		found.Close()
		if before, again := tags[name]; err != nil || again && before != tag {
			t.Errorf("%s: %s, %v", name, tag, err)
		}
		tags[name] = tag
	}
	if tags["a"] != tags["b"] || tags["a"] == tags["c"] || len(tags["a"]) != 34 {
		t.Errorf("got %v", tags)
	}
}

func TestCachingOfNames(t *testing.T) {
	hashed := newMemory(Options{Immutable: true})
	named := newMemory(Options{Immutable: true, Patterns: []string{"*.css", "assets/"}, CacheControl: "max-age=60"})
	for _, tc := range []struct {
		f          *Folder
		name, want string
	}{
		{hashed, "index-BX3kq2d9.js", immutable}, {hashed, "index.html", "no-cache"},
		{named, "a.css", immutable}, {named, "assets/x/y", immutable}, {named, "x/a.css", "max-age=60"}, {newMemory(Options{}), "a", ""},
	} {
		if got := tc.f.Caching(tc.name); got != tc.want {
			t.Errorf("%s: got %q, want %q", tc.name, got, tc.want)
		}
	}
}
