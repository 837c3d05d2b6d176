package oastest

import (
	"bytes"
	"embed"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

//go:embed *.json
var files embed.FS

// judges are the compiled schemas by the versions of documents.
var judges = sync.OnceValue(func() map[string]*jsonschema.Schema {
	compiler := jsonschema.NewCompiler()
	out := map[string]*jsonschema.Schema{}
	for version, url := range map[string]string{
		"3.0": "https://spec.openapis.org/oas/3.0/schema/2024-10-18",
		"3.1": "https://spec.openapis.org/oas/3.1/schema/2025-11-23",
		"3.2": "https://spec.openapis.org/oas/3.2/schema/2025-11-23",
	} {
		must(compiler.AddResource(url, read("oas"+strings.ReplaceAll(version, ".", "")+".json")))
		if version != "3.0" {
			joined := fmt.Sprintf(`{"$schema":"https://json-schema.org/draft/2020-12/schema","$ref":%q,
				"$defs":{"schema":{"$dynamicAnchor":"meta","$ref":"https://json-schema.org/draft/2020-12/schema"}}}`, url)
			doc, err := jsonschema.UnmarshalJSON(strings.NewReader(joined))
			must(err)
			url = "brio:openapi-" + version
			must(compiler.AddResource(url, doc))
		}
		schema, err := compiler.Compile(url)
		must(err)
		out[version] = schema
	}
	return out
})

func read(name string) any {
	text, err := files.ReadFile(name)
	must(err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	must(err)
	return doc
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// Check fails the test when a document is none of the version that it names, or refers to what it does not have.
func Check(t testing.TB, document []byte) {
	t.Helper()
	for _, problem := range Problems(document) {
		t.Error(problem)
	}
}

// Served fails the test unless an app serves a valid document of each version, and YAML. A document of 3.1 in FastAPI's words
// with items of streams is not judged: FastAPI writes itemSchema there.
func Served(t testing.TB, app http.Handler) {
	t.Helper()
	get := func(path string) []byte {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != http.StatusOK || w.Body.Len() == 0 {
			t.Errorf("GET %s: %d %s", path, w.Code, w.Body)
		}
		return w.Body.Bytes()
	}
	document := get("/openapi.json")
	if !bytes.Contains(document, []byte(`"itemSchema"`)) {
		Check(t, document)
	}
	Check(t, get("/openapi.json?version=3.2"))
	Check(t, get("/openapi.json?version=3.0"))
	get("/openapi.yaml")
}

// Problems are what is wrong with a document.
func Problems(document []byte) (problems []string) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		return []string{err.Error()}
	}
	top, _ := doc.(map[string]any)
	version, _ := top["openapi"].(string)
	judge := judges()[version[:min(len(version), 3)]]
	if judge == nil {
		return []string{fmt.Sprintf("the document is of version %q", version)}
	}
	if err := judge.Validate(doc); err != nil {
		problems = append(problems, fmt.Sprintf("the document is not valid as %s: %v", version, err))
	}
	problems = append(problems, dangling(top, doc)...)
	return append(problems, twice(top)...)
}

// dangling are the references into the document that lead nowhere.
func dangling(top map[string]any, v any) (problems []string) {
	switch v := v.(type) {
	case map[string]any:
		if ref, ok := v["$ref"].(string); ok && strings.HasPrefix(ref, "#/") {
			var at any = top
			for part := range strings.SplitSeq(ref[2:], "/") {
				object, _ := at.(map[string]any)
				at = object[strings.NewReplacer("~1", "/", "~0", "~").Replace(part)]
			}
			if at == nil {
				problems = append(problems, "the reference "+ref+" leads nowhere")
			}
		}
		for _, inner := range v {
			problems = append(problems, dangling(top, inner)...)
		}
	case []any:
		for _, inner := range v {
			problems = append(problems, dangling(top, inner)...)
		}
	}
	return problems
}

// twice are the operationIds that several operations have.
func twice(v any) (problems []string) {
	seen := map[string]int{}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if id, ok := v["operationId"].(string); ok && v["responses"] != nil {
				if seen[id]++; seen[id] == 2 {
					problems = append(problems, "several operations have the operationId "+id)
				}
			}
			for _, inner := range v {
				walk(inner)
			}
		case []any:
			for _, inner := range v {
				walk(inner)
			}
		}
	}
	walk(v)
	return problems
}
