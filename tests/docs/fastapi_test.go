package docs_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// features is how many features FastAPI has in each section of docs/fastapi-features.md, as counted in FastAPI 0.141.
var features = map[string]int{
	"Routes":                               13,
	"Path parameters":                      7,
	"Query parameters":                     10,
	"Header parameters":                    5,
	"Cookie parameters":                    3,
	"Options of parameters":                16,
	"Parameter models":                     5,
	"JSON bodies":                          18,
	"Models and types":                     9,
	"Forms":                                7,
	"Files":                                7,
	"Response models":                      10,
	"Status codes and direct responses":    5,
	"Response classes":                     10,
	"Streams":                              9,
	"Errors":                               9,
	"Configuration of routes":              3,
	"Encoding and updates":                 4,
	"Dependencies":                         23,
	"Security":                             12,
	"Middleware":                           7,
	"Routers":                              10,
	"Background tasks":                     4,
	"Document and docs pages":              8,
	"Files, templates and mounts":          6,
	"Lifespan":                             4,
	"WebSockets":                           11,
	"Behind a proxy":                       4,
	"The request":                          2,
	"Settings and databases":               2,
	"Testing":                              4,
	"Commands and deployment":              5,
	"Recipes of the FastAPI documentation": 17,
}

// TestFeaturesHavePages: docs/fastapi-features.md has a row for each feature of FastAPI. A row has a page, or a reason why there is none.
func TestFeaturesHavePages(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(docs, "fastapi-features.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]int{}
	seen := map[string]bool{}
	section := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		if title, ok := strings.CutPrefix(line, "## "); ok {
			section = title
		}
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| FastAPI |") {
			continue
		}
		cells := strings.Split(strings.ReplaceAll(strings.Trim(line, "| "), `\|`, "/"), " | ")
		if len(cells) != 3 || slices.Contains(cells, "") {
			t.Errorf("%s: want a feature, a counterpart and a page: %s", section, line)
			continue
		}
		if page := cells[2]; page != "–" && !strings.HasPrefix(page, "[") {
			t.Errorf("%s: %s: want a link or –: %s", section, cells[0], page)
		}
		if key := section + cells[0]; seen[key] {
			t.Errorf("%s: %s stands there twice", section, cells[0])
		} else {
			seen[key] = true
		}
		rows[section]++
	}
	for _, section := range slices.Sorted(maps.Keys(features)) {
		if rows[section] != features[section] {
			t.Errorf("%s has %d rows, FastAPI has %d features there", section, rows[section], features[section])
		}
	}
	if len(rows) != len(features) {
		t.Errorf("%d sections have rows, want %d", len(rows), len(features))
	}
}

var publicName = regexp.MustCompile(`\b(brio|background|briotest|cookies|dependencies|middleware|params|response|responsemodel|routing|security)\.([A-Z][A-Za-z0-9]*)`)

// TestNamesExist: each public name that the pages mention is one of tests/house/testdata/names.txt.
func TestNamesExist(t *testing.T) {
	list, err := os.ReadFile("../house/testdata/names.txt")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for line := range strings.Lines(string(list)) { // "background: func Drop"
		if words := strings.Fields(line); len(words) == 3 {
			names[strings.TrimSuffix(words[0], ":")+"."+words[2]] = true
		}
	}
	mentions := 0
	for _, p := range readPages(t) {
		if !strings.HasPrefix(p.file, "docs/") || strings.HasPrefix(p.file, "docs/adr/") {
			continue
		}
		for i, line := range p.lines {
			for _, m := range publicName.FindAllStringSubmatch(line, -1) {
				mentions++
				if !names[m[1]+"."+m[2]] {
					t.Errorf("%s:%d: there is no %s", p.file, i+1, m[0])
				}
			}
		}
	}
	if mentions < 500 {
		t.Errorf("only %d names: the pages have another form than this test expects", mentions)
	}
}
