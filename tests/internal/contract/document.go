package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/brio-go/brio"
)

// document is an app's, compiled for judging. Schemas are compiled when they are first asked for.
type document struct {
	root map[string]any

	mu        sync.Mutex
	compilers [2]*jsonschema.Compiler // without and with formats checked
	schemas   map[string]*jsonschema.Schema
}

// kept is how many documents are kept: tests make an app, use it, and make another one.
const kept = 8

// documents are those of the latest apps.
var documents struct {
	sync.Mutex
	apps []*brio.App
	made map[*brio.App]func() (*document, error)
}

// documentOf returns the document of an app. It is read once, and kept for the latest apps.
func documentOf(app *brio.App) (*document, error) {
	documents.Lock()
	made, ok := documents.made[app]
	if !ok {
		made = sync.OnceValues(func() (*document, error) { return read(app) })
		if documents.made == nil {
			documents.made = map[*brio.App]func() (*document, error){}
		}
		if documents.made[app], documents.apps = made, append(documents.apps, app); len(documents.apps) > kept {
			delete(documents.made, documents.apps[0])
			documents.apps = documents.apps[1:]
		}
	}
	documents.Unlock()
	return made()
}

// read compiles the document of an app, once without and once with checks of formats.
func read(app *brio.App) (*document, error) {
	doc := app.OpenAPI()
	if doc == nil {
		return nil, errors.New("the app has none")
	}
	doc.OpenAPI = "3.2.0" // which has a place for every method
	text, err := json.Marshal(doc)
	if err != nil {
		return nil, err
	}
	root, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	d := &document{root: root.(map[string]any), schemas: map[string]*jsonschema.Schema{}}
	for i := range d.compilers {
		c := jsonschema.NewCompiler()
		if i == 1 {
			c.AssertFormat()
			c.AssertContent()
		}
		if err := c.AddResource(base, root); err != nil {
			return nil, err
		}
		d.compilers[i] = c
	}
	return d, nil
}

const base = "mem:///openapi.json"

var rest = regexp.MustCompile(`\.\.\.\}`)

// operation is that of a method and a pattern, with the place where the document has it.
func (d *document) operation(method, pattern string) (at []string, path string, op map[string]any) {
	if _, p, ok := strings.Cut(pattern, " "); ok {
		pattern = p
	}
	path = rest.ReplaceAllString(pattern, "}")
	at = d.place(method, path)
	op, _ = d.at(at...).(map[string]any)
	return at, path, op
}

// place is where the document has a method of a path. HEAD is answered by GET where it has nothing of its own.
func (d *document) place(method, path string) []string {
	usual := []string{"paths", path, strings.ToLower(method)}
	switch {
	case d.at(usual...) != nil:
		return usual
	case method == http.MethodHead:
		return []string{"paths", path, "get"}
	}
	return []string{"paths", path, "additionalOperations", method}
}

// at is what stands at a place of the document, given by the keys of objects and the indexes of lists; nil for nothing.
func (d *document) at(path ...string) any {
	var v any = d.root
	for _, key := range path {
		switch in := v.(type) {
		case map[string]any:
			v = in[key]
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(in) {
				return nil
			}
			v = in[i]
		default:
			return nil
		}
	}
	return v
}

// resolve follows a $ref of the document.
func (d *document) resolve(v any) map[string]any {
	m, _ := v.(map[string]any)
	ref, ok := m["$ref"].(string)
	if !ok {
		return m
	}
	parts := strings.Split(strings.TrimPrefix(ref, "#/"), "/")
	for i := range parts {
		parts[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(parts[i])
	}
	return d.resolve(d.at(parts...))
}

// valid judges a JSON text by the schema that stands at a place of the document.
func (d *document) valid(at []string, text []byte, formats bool) error {
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return d.validValue(at, v, formats)
}

func (d *document) validValue(at []string, v any, formats bool) error {
	if d.at(at...) == nil {
		return nil
	}
	s, err := d.schema(at, formats)
	if err != nil {
		return fmt.Errorf("the schema: %w", err)
	}
	return s.Validate(v)
}

// schema returns the compiled schema at a place of the document. formats chooses the compiler that checks formats.
func (d *document) schema(at []string, formats bool) (*jsonschema.Schema, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	i := 0
	if formats {
		i = 1
	}
	pointer := ""
	for _, key := range at {
		pointer += "/" + url.PathEscape(strings.NewReplacer("~", "~0", "/", "~1").Replace(key))
	}
	key := fmt.Sprint(i, pointer)
	if s := d.schemas[key]; s != nil {
		return s, nil
	}
	s, err := d.compilers[i].Compile(base + "#" + pointer)
	if err == nil {
		d.schemas[key] = s
	}
	return s, err
}
