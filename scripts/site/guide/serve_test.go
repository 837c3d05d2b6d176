package guide

import (
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/brio-go/brio/briotest"
)

// TestAppServesSite: pages have the Content-Security-Policy, folders get a slash, and a missing page is 404.html.
func TestAppServesSite(t *testing.T) {
	site, err := Build(small(), "/")
	if err != nil {
		t.Fatal(err)
	}
	client := briotest.New(t, NewApp(site.FS()))
	client.Get("/").Status(200).Header("Content-Security-Policy", Policy+"; frame-ancestors 'none'").Header("Content-Type", "text/html; charset=utf-8")
	client.Get("/docs/first/").Status(200)
	client.Get("/docs/first").Status(307)
	client.Get("/search.json").Status(200).Header("Content-Type", "application/json")
	missing := httptest.NewRequest("GET", "/none/", nil)
	missing.Header.Set("Accept", "text/html")
	if body := string(client.Do(missing).Status(404).Bytes()); !strings.Contains(body, `href="/style.css`) {
		t.Errorf("/none/: got %s, want 404.html with links from the root", body)
	}
}

// TestLiveBuildsAgain: a page that has changed is built again when it is opened. While pages have mistakes, the last good site stays.
func TestLiveBuildsAgain(t *testing.T) {
	files := small()
	live, err := NewLive(files)
	if err != nil {
		t.Fatal(err)
	}
	read := func() string {
		content, err := fs.ReadFile(live, "docs/options/index.html")
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	change := func(text string, minutes int) {
		files["docs/options.md"] = &fstest.MapFile{Data: []byte(text), ModTime: time.Unix(int64(minutes)*60, 0)}
	}
	if text := read(); !strings.Contains(text, "The options.") {
		t.Errorf("first: got %s", text)
	}
	change("# Options\n\nOther words.\n\n## Names\n\n## Names\n", 1)
	if text := read(); !strings.Contains(text, "Other words.") {
		t.Errorf("after a change: got %s", text)
	}
	change("# Options\n\nA [broken link](none.md).\n", 2)
	if text := read(); !strings.Contains(text, "Other words.") {
		t.Errorf("with a mistake: got %s", text)
	}
	change("# Options\n\nMended.\n\n## Names\n\n## Names\n", 3)
	if text := read(); !strings.Contains(text, "Mended.") {
		t.Errorf("after the mistake: got %s", text)
	}
}

// TestWriteReplacesSite: a second Write leaves nothing of the first, and no folder with other files is touched.
func TestWriteReplacesSite(t *testing.T) {
	site, err := Build(small(), "/")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "out")
	if err := site.Write(dir); err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(dir, "old.html")
	if err := os.WriteFile(old, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := site.Write(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); err == nil {
		t.Error("the second Write keeps a file of the first")
	}
	if content, err := os.ReadFile(filepath.Join(dir, "docs", "index.html")); err != nil || string(content) != string(site.Files["docs/index.html"]) {
		t.Errorf("docs/index.html: %v", err)
	}
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "thesis.txt"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := site.Write(other); err == nil {
		t.Error("Write has replaced a folder with other files")
	}
}
