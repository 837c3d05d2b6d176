package guide

import (
	"encoding/json"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/brio-go/brio/internal/testkit"
)

// repository is the site of this repository, made once.
var repository = sync.OnceValues(func() (*Site, error) { return Build(os.DirFS("../../.."), "/") })

func buildRepository(t *testing.T) *Site {
	t.Helper()
	site, err := repository()
	if err != nil {
		t.Fatal(err)
	}
	return site
}

var (
	attribute = regexp.MustCompile(`\s(href|src|id|data-index)="([^"]*)"`)
	forbidden = regexp.MustCompile(`(?i)<style|\sstyle="|\son[a-z]+="|<script>|javascript:|<[^>]+\s(?:src|href)="//`)
)

// idsOf returns the IDs of a page.
func idsOf(t *testing.T, file, text string) map[string]bool {
	ids := map[string]bool{}
	for _, m := range attribute.FindAllStringSubmatch(text, -1) {
		if m[1] != "id" {
			continue
		}
		if ids[m[2]] {
			t.Errorf("%s: two elements have the ID %s", file, m[2])
		}
		ids[m[2]] = true
	}
	return ids
}

// TestLinksOfSiteLead: each link of each page leads to a file of the site, and to an ID if it has a fragment. It reads the HTML, not what
// Build knows about it.
func TestLinksOfSiteLead(t *testing.T) {
	site := buildRepository(t)
	ids := map[string]map[string]bool{}
	for name, content := range site.Files {
		if strings.HasSuffix(name, ".html") {
			ids[name] = idsOf(t, name, string(content))
		}
	}
	links := 0
	for name := range ids {
		for _, m := range attribute.FindAllStringSubmatch(string(site.Files[name]), -1) {
			u, err := url.Parse(strings.ReplaceAll(m[2], "&amp;", "&"))
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if m[1] == "id" || u.Scheme != "" {
				continue
			}
			links++
			to := name
			switch {
			case strings.HasPrefix(u.Path, "/"): // 404.html
				to = u.Path[1:]
			case u.Path != "":
				to = path.Join(path.Dir(name), u.Path)
			}
			if u.Path != "" && (strings.HasSuffix(u.Path, "/") || to == "") {
				to = path.Join(to, "index.html")
			}
			if site.Files[to] == nil {
				t.Errorf("%s: %s leads to no file", name, m[2])
			}
			if u.Fragment != "" && !ids[to][u.Fragment] {
				t.Errorf("%s: %s leads to no element of %s", name, m[2], to)
			}
		}
	}
	if links < 10_000 || len(ids) < 150 {
		t.Errorf("only %d links on %d pages: the site has another form than this test expects", links, len(ids))
	}
}

// TestPagesObeyPolicy: no page has an inline script or style, or loads a file from another host.
func TestPagesObeyPolicy(t *testing.T) {
	for name, content := range buildRepository(t).Files {
		if !strings.HasSuffix(name, ".html") {
			continue
		}
		for _, m := range regexp.MustCompile(`<[a-z][^>]*>`).FindAllString(string(content), -1) {
			if forbidden.MatchString(m) {
				t.Errorf("%s: the Content-Security-Policy forbids %s", name, m)
			}
		}
		if n := strings.Count(string(content), "<h1"); n != 1 {
			t.Errorf("%s: got %d titles, want 1", name, n)
		}
	}
}

// TestSearchIndexHasAllPages: each page of docs/ is found, with addresses that exist.
func TestSearchIndexHasAllPages(t *testing.T) {
	site := buildRepository(t)
	var entries []entry
	if err := json.Unmarshal(site.Files["search.json"], &entries); err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, e := range entries {
		page, _, _ := strings.Cut(e.URL, "#")
		found[page] = true
		if site.Files[page+"index.html"] == nil {
			t.Errorf("%s is no page", e.URL)
		}
	}
	err := fs.WalkDir(os.DirFS("../../.."), docsDir, func(file string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(file, ".md") && !found[urlOf(file)] {
			t.Errorf("the index lacks %s", file)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// small is a repository of a few pages.
func small() fstest.MapFS {
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"README.md":          "# Small\n\nA small repository.\n\n- **One.** Read [the guide](docs/README.md).\n- **Two.** Read [the program](docs/first/main.go).\n",
		"docs/README.md":     "# The guide\n\nAll pages.\n\n## Tutorial\n\n1. [First](first/README.md)\n\n## Reference\n\n- [All options](options.md): each of them\n",
		"docs/first/main.go": "package main\n\n// region main\nfunc main() {\n\tprintln(\"<hello>\", 1)\n}\n\n// endregion\n",
		"docs/options.md":    "# Options\n\nThe options.\n\n## Names\n\nNone.\n\n## Names\n\nNone again.\n",
		"docs/first/README.md": strings.ReplaceAll(`# First & second

What the *first* page is for: |main|.

|||go main.go#main
func main() {
	println("<hello>", 1)
}
|||

## Run |it|!

<!-- a comment -->

|||console
$ curl 127.0.0.1:8000/ \
  -i
HTTP/1.1 200 OK
|||

| name | number |
|---|---:|
| a | 1 |

See [the options](../options.md#names-1), [this part](#run-it), [the folder](../../examples) and <https://example.com/>.

![A picture](picture.svg)
`, "|||", "```"),
		"docs/first/picture.svg": `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 20"/>`,
		"examples/README.md":     "# Examples\n\nPrograms.\n",
		"examples/one/main.go":   "package main\n",
		"examples/one/data.bin":  "\xff\xfe",
	} {
		text = strings.ReplaceAll(text, "|main|", "`main`")
		files[name] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(text, "|it|", "`it`"))}
	}
	return files
}

// TestPageIsAsBefore holds the HTML of one page to a golden file, without the list of pages around it and without hashes.
func TestPageIsAsBefore(t *testing.T) {
	site, err := Build(small(), "/")
	if err != nil {
		t.Fatal(err)
	}
	page := regexp.MustCompile(`\?v=[0-9a-f]{8}`).ReplaceAllString(string(site.Files["docs/first/index.html"]), "?v=0")
	testkit.WantGolden(t, "testdata/first.html", page)
	want := []string{
		"404.html", "docs/first/index.html", "docs/first/main.go/index.html", "docs/first/picture.svg", "docs/index.html", "docs/options/index.html",
		"examples/index.html", "examples/one/index.html", "examples/one/main.go/index.html",
		"favicon.svg", "index.html", "search.json", "site.js", "style.css", "theme.js",
	}
	if got := slices.Sorted(maps.Keys(site.Files)); !slices.Equal(got, want) {
		t.Errorf("files: got %q, want %q", got, want)
	}
}

// TestMistakesStopBuild: each mistake of a page is reported with its place, and there is no site.
func TestMistakesStopBuild(t *testing.T) {
	fence := "```"
	for _, c := range []struct{ name, file, text, want string }{
		{"broken link", "docs/options.md", "# O\n\nText.\n\nSee [it](none.md).\n", "docs/options.md:5: the link none.md leads to no file"},
		{"link out of the repository", "docs/options.md", "# O\n\nSee [it](../../x.md).\n", "docs/options.md:3: the link ../../x.md leads to no file"},
		{"broken anchor", "docs/options.md", "# O\n\nSee [it](first/README.md#none).\n\n## Names\n\n## Names\n", "docs/options.md:3: docs/first/README.md has no heading #none"},
		{"broken anchor on the page", "docs/options.md", "# O\n\nSee [it](#none).\n\n## Names\n\n## Names\n", "docs/options.md:3: docs/options.md has no heading #none"},
		{"line that a file lacks", "docs/options.md", "# O\n\nSee [it](first/main.go#L99).\n\n## Names\n\n## Names\n", "docs/options.md:3: docs/first/main.go has no heading #L99"},
		{"slash behind a file", "docs/options.md", "# O\n\nSee [it](first/main.go/).\n", "docs/options.md:3: the link first/main.go/ ends with a slash and leads to a file"},
		{"unlisted page", "docs/new.md", "# New\n\nText.\n", "docs/README.md: does not list docs/new.md: add it where a reader looks for it"},
		{"page listed twice", "docs/README.md", "# G\n\n## A\n\n- [x](first/README.md)\n- [y](options.md)\n- [z](options.md)\n", "docs/README.md: lists docs/options.md twice"},
		{"no title", "docs/options.md", "Text.\n", "docs/options.md:1: want a title: # …"},
		{"two titles", "docs/options.md", "# O\n\nText.\n\n# P\n", "docs/options.md:5: a second title"},
		{"raw HTML", "docs/options.md", "# O\n\nText <b>bold</b>.\n", "docs/options.md:3: raw HTML is not shown: <b>"},
		{"block of raw HTML", "docs/options.md", "# O\n\nText.\n\n<script>\nalert(1)\n</script>\n", "docs/options.md:5: raw HTML is not shown: <script>\nalert(1)\n</script>"},
		{"code of no file", "docs/options.md", "# O\n\nText.\n\n" + fence + "go none.go\nx\n" + fence + "\n", "docs/options.md:5: there is no file none.go"},
		{"code of no region", "docs/options.md", "# O\n\nText.\n\n" + fence + "go first/main.go#none\nx\n" + fence + "\n", "docs/options.md:5: first/main.go has no region none"},
		{"picture of another host", "docs/options.md", "# O\n\nText.\n\n![x](https://example.com/x.png)\n", "docs/options.md:5: the picture https://example.com/x.png is on another host"},
		{"picture without text", "docs/options.md", "# O\n\nText.\n\n![](first/picture.svg)\n", "docs/options.md:5: the picture first/picture.svg has no alternative text"},
		{"picture without a size", "docs/first/picture.svg", "<svg/>", "docs/first/README.md:27: the picture picture.svg does not say its width and height"},
		{"source that is no text", "docs/options.md", "# O\n\nSee [it](../examples/one/data.bin).\n", "examples/one/data.bin: is linked to, and is no text that can be shown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := small()
			files[c.file] = &fstest.MapFile{Data: []byte(c.text)}
			site, err := Build(files, "/")
			if err == nil {
				t.Fatal("got a site, want an error")
			}
			if site != nil {
				t.Error("got a site and an error")
			}
			if !slices.Contains(strings.Split(strings.ReplaceAll(err.Error(), "<script>\nalert(1)\n</script>", "<script>"), "\n"), strings.ReplaceAll(c.want, "<script>\nalert(1)\n</script>", "<script>")) {
				t.Errorf("got %q, want a line %q", err, c.want)
			}
		})
	}
}

// TestAnchorsAreGitHubs: anchors have small letters and no punctuation; a second one of a text has -1 behind it.
func TestAnchorsAreGitHubs(t *testing.T) {
	a := anchors{}
	for _, c := range []struct{ text, want string }{
		{"What goes wrong", "what-goes-wrong"},
		{"What goes wrong", "what-goes-wrong-1"},
		{"What goes wrong", "what-goes-wrong-2"},
		{"Optional[T], and `null`!", "optionalt-and-null"},
		{"snake_case & more", "snake_case--more"},
		{"Größe der Datei", "größe-der-datei"},
		{"/docs", "docs"},
	} {
		if got := a.take(strings.ReplaceAll(c.text, "`", "")); got != c.want {
			t.Errorf("%s: got %q, want %q", c.text, got, c.want)
		}
	}
}

// TestConsoleMarksCommands: a command has no prompt inside, and goes on where its line ends with a backslash.
func TestConsoleMarksCommands(t *testing.T) {
	got := console("$ a \\\n  b\n$5\n$ c\n")
	want := `<span class="prompt">$ </span><span class="command">a \</span>` + "\n" + `<span class="command">  b</span>` + "\n$5\n" +
		`<span class="prompt">$ </span><span class="command">c</span>` + "\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestHighlightKeepsText: what a reader sees of highlighted code is the code.
func TestHighlightKeepsText(t *testing.T) {
	tag := regexp.MustCompile(`<[^>]*>`)
	code := "package main\n\n/* two\nlines */\nvar s = `a <b>\n&c`\n"
	for name, got := range map[string]string{"highlight": highlight("go", code), "numbered": first(numbered("go", code)), "unknown": highlight("none", code)} {
		plain := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&", "&#34;", `"`).Replace(tag.ReplaceAllString(got, ""))
		if plain != code {
			t.Errorf("%s: got %q, want %q", name, plain, code)
		}
	}
	if got, lines := numbered("go", code); lines != 6 || !strings.Contains(got, `id="L6"`) || strings.Contains(got, `id="L7"`) {
		t.Errorf("got %d lines, want 6: %s", lines, got)
	}
}

func first(code string, _ int) string { return code }
