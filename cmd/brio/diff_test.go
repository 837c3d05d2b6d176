package main

import (
	"os"
	"strings"
	"testing"
)

// What a command line of diff lacks is said before anything is built.
func TestDiffRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFile(t, "old.json", "{}")
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"", 2, "diff takes the arguments OLD [NEW]"},
		{"a b c", 2, "diff takes the arguments OLD [NEW]"},
		{"old.json old.json -pkg .", 2, "two documents are compared without a program"},
		{"old.json old.json -- -x", 2, "two documents are compared without a program"},
		{"old.json -format pdf", 2, `-format "pdf" is none of githubactions, html`},
		{"old.json new.json", 1, "there is no document new.json\n\tlegal: a file of brio openapi -o"},
		{"old.json", 1, "there is no program in the current folder and below it"},
	} {
		if code, stdout, stderr := brio(t, append([]string{"diff"}, strings.Fields(c.args)...)...); code != c.code || stdout != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("brio diff %s: exit code %d\n%s%s\nwant\n%s", c.args, code, stdout, stderr, c.want)
		}
	}
}

// A program is compared with the document that it had before: what is new breaks no client, what is gone or needed now does.
func TestDiffFindsWhatBreaks(t *testing.T) {
	needsCommand(t)
	source := func(routes string) string {
		return "package main\n\nimport \"github.com/brio-go/brio\"\n\nfunc main() {\n\tapp := brio.New(brio.Title(\"Shop\"))\n" + routes +
			"\tif err := app.Run(\"127.0.0.1:1\"); err != nil {\n\t\tpanic(err)\n\t}\n}\n"
	}
	const list, search, show = "\tapp.Get(\"/items\", func() []string { return nil })\n",
		"\tapp.Get(\"/items\", func(in *struct {\n\t\tQ string `query:\"q\"`\n\t}) []string { return nil })\n",
		"\tapp.Get(\"/items/{id}\", func(in *struct {\n\t\tID int `path:\"id\"`\n\t}) string { return \"\" })\n"
	t.Chdir(newModule(t, map[string]string{"main.go": source(list)}))
	if code, _, stderr := brio(t, "openapi", "-o", "old.json"); code != 0 {
		t.Fatal(stderr)
	}
	for _, c := range []struct {
		name, main, args string
		code             int
		want             string
	}{
		{"the same", source(list), "old.json", 0, "No changes detected"},
		{"a new route", source(list + show), "old.json -all", 0, "endpoint added"},
		{"a route is gone", source(show), "old.json", 1, "GET /items"},
		{"a parameter is needed", source(search), "old.json -format singleline", 1, "`q`"},
		{"written to a file", source(search), "old.json -o report.txt", 1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			writeFile(t, "main.go", c.main)
			code, stdout, stderr := brio(t, append([]string{"diff"}, strings.Fields(c.args)...)...)
			if code != c.code || stderr != "" || !strings.Contains(stdout, c.want) {
				t.Errorf("exit code %d\n%s%s\nwant %d\n%s", code, stdout, stderr, c.code, c.want)
			}
		})
	}
	if report, err := os.ReadFile("report.txt"); err != nil || !strings.Contains(string(report), "q") {
		t.Errorf("%v\n%s", err, report)
	}
	writeFile(t, "broken.json", "{")
	if code, stdout, stderr := brio(t, "diff", "broken.json", "old.json"); code != 1 || stdout != "" || !strings.Contains(stderr, "the documents cannot be compared") {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
}
