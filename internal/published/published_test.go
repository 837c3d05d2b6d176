package published

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
)

// TestReadNamesLines: an example and a mistake have their line in the file.
func TestReadNamesLines(t *testing.T) {
	const one = "{\n  \"GET /a\": {\n    \"x\": {\"request\": {\"query\": {\"n\": 1.50}}, \"response\": {\"status\": 200}}\n  }\n}\n"
	for _, c := range []struct{ name, text, want, mistake string }{
		{"one", one, "a.json:3", ""},
		{"none", "{}", "", ""},
		{"twice", `{"GET /a": {"x": {"response": {"status": 200}},` + "\n" + `"x": {}}}`, "a.json:1", `a.json:2: a second example of GET /a with the name "x"; the first is at a.json:1`},
		{"no JSON", "{\n\n]", "", "a.json:"},
		{"a list", "[]", "", "an object is needed"},
		{"another list", `{"GET /a": []}`, "", "an object is needed"},
		{"unknown member", `{"GET /a": {"x": {"reply": 1}}}`, "", `unknown field "reply"`},
		{"wrong type", "{\"GET /a\": {\"x\": {\"response\":\n {\"status\": \"a\"}}}}", "", `the example "x" of GET /a`},
		{"two values", "{} {}", "", "there is data after the value"},
		{"empty", "", "", "EOF"},
		{"cut", `{"GET /a": {`, "", "EOF"},
	} {
		all, mistakes := Read(fstest.MapFS{"a.json": {Data: []byte(c.text)}}, "a.json")
		place, wrong := "", ""
		if len(all) > 0 {
			place = all[0].Place
		}
		if len(mistakes) > 0 {
			wrong = mistakes[0].String()
		}
		if place != c.want || (c.mistake == "") != (wrong == "") || !strings.Contains(strings.ReplaceAll(wrong, "\n", " "), c.mistake) {
			t.Errorf("%s: got the place %q and the mistake %q, want %q and %q", c.name, place, wrong, c.want, c.mistake)
		}
	}
	if _, mistakes := Read(fstest.MapFS{}, "a.json"); len(mistakes) != 1 {
		t.Errorf("a missing file has the mistakes %v", mistakes)
	}
}

// TestPutAndLoad: what Put has written, Load reads, with the digits of numbers.
func TestPutAndLoad(t *testing.T) {
	file := filepath.Join(t.TempDir(), "folder", "a.json")
	want := Exchange{
		Request:  Request{Query: map[string]any{"n": json.Number("1.50")}},
		Response: Response{200, Content{"application/json", map[string]any{"text": "<a> & b"}}},
	}
	for _, name := range []string{"x", "y"} {
		if err := Put(file, "GET /a", name, func(_ Exchange, known bool) Exchange {
			if known {
				t.Errorf("%s is known before it is written", name)
			}
			return want
		}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Load(file)
	if err != nil || !reflect.DeepEqual(got, File{"GET /a": {"x": want, "y": want}}) {
		t.Errorf("got %v and the error %v", got, err)
	}
	if text, _ := os.ReadFile(file); !strings.Contains(string(text), "<a> & b") {
		t.Errorf("the file has escapes that a reader does not need: %s", text)
	}
	if err := os.WriteFile(file, []byte("[]"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Put(file, "GET /a", "z", func(x Exchange, _ bool) Exchange { return x }); err == nil || !strings.Contains(err.Error(), file+":1: the file is no file of examples") {
		t.Errorf("a file of another form: %v", err)
	}
	if err := Put(filepath.Join(file, "below"), "GET /a", "z", func(x Exchange, _ bool) Exchange { return x }); err == nil {
		t.Error("a file below a file is written")
	}
}

// TestRemove: the last example of an operation takes the operation with it. A file without it stays as it is.
func TestRemove(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.json")
	for _, name := range []string{"x", "y"} {
		if err := Put(file, "GET /a", name, func(x Exchange, _ bool) Exchange { return x }); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name string
		left File
	}{{"x", File{"GET /a": {"y": {}}}}, {"x", File{"GET /a": {"y": {}}}}, {"y", File{}}} {
		if err := Remove(file, "GET /a", c.name); err != nil {
			t.Fatal(err)
		}
		if got, err := Load(file); err != nil || !reflect.DeepEqual(got, c.left) {
			t.Errorf("without %s: got %v and the error %v", c.name, got, err)
		}
	}
	if _, err := os.Stat(file + ".lock"); !os.IsNotExist(err) {
		t.Errorf("the lock is still there: %v", err)
	}
}

// TestStaleLock: a lock that a killed process has left is named after ten seconds. An example that has no JSON changes nothing.
func TestStaleLock(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.json")
	if err := Put(file, "GET /a", "x", func(x Exchange, _ bool) Exchange { x.Request.Query = map[string]any{"f": t.Log}; return x }); err == nil {
		t.Error("a function has become JSON")
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("the file is there: %v", err)
	}
	if err := os.WriteFile(file+".lock", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		if err := Remove(file, "GET /a", "x"); err == nil || !strings.Contains(err.Error(), file+".lock has been there for 10s") {
			t.Errorf("got %v", err)
		}
	})
}
