package asyncapitest

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

//go:embed asyncapi30.json
var official []byte

// judge is the compiled schema of documents, which asserts formats.
var judge = sync.OnceValue(func() *jsonschema.Schema {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(official))
	if err != nil {
		panic(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("brio:asyncapi-3.0.0", doc); err != nil {
		panic(err)
	}
	return c.MustCompile("brio:asyncapi-3.0.0")
})

// Check fails the test when a document is no AsyncAPI 3.0.0, or refers to what it does not have.
func Check(t testing.TB, document []byte) {
	t.Helper()
	for _, problem := range Problems(document) {
		t.Error(problem)
	}
}

// Problems says what is wrong with a document.
func Problems(document []byte) (problems []string) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		return []string{err.Error()}
	}
	if err := judge().Validate(doc); err != nil {
		problems = append(problems, err.Error())
	}
	var tree map[string]any
	if err := json.Unmarshal(document, &tree); err != nil {
		return append(problems, err.Error())
	}
	return append(append(problems, danglingRefs(tree, tree)...), foreignMessages(tree)...)
}

// danglingRefs returns the references that lead nowhere.
func danglingRefs(root, v any) (problems []string) {
	switch v := v.(type) {
	case map[string]any:
		if ref, ok := v["$ref"].(string); ok && lookUp(root, ref) == nil {
			problems = append(problems, fmt.Sprintf("%s leads nowhere", ref))
		}
		for _, inner := range v {
			problems = append(problems, danglingRefs(root, inner)...)
		}
	case []any:
		for _, inner := range v {
			problems = append(problems, danglingRefs(root, inner)...)
		}
	}
	slices.Sort(problems)
	return problems
}

// lookUp returns what a reference leads to, nil for nothing.
func lookUp(v any, ref string) any {
	for name := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
		o, _ := v.(map[string]any)
		v = o[name]
	}
	return v
}

// foreignMessages returns the messages of operations that are not listed in the operation's channel, which the specification requires.
func foreignMessages(doc map[string]any) (problems []string) {
	operations, _ := doc["operations"].(map[string]any)
	for name, o := range operations {
		operation, _ := o.(map[string]any)
		channel, _ := operation["channel"].(map[string]any)
		at, _ := channel["$ref"].(string)
		messages, _ := operation["messages"].([]any)
		for _, m := range messages {
			message, _ := m.(map[string]any)
			if ref, _ := message["$ref"].(string); !strings.HasPrefix(ref, at+"/messages/") {
				problems = append(problems, fmt.Sprintf("operation %s: %s is no message of %s", name, ref, at))
			}
		}
	}
	slices.Sort(problems)
	return problems
}
