package oastest

import (
	"strings"
	"testing"
)

func TestProblems(t *testing.T) {
	for _, c := range []struct{ name, document, want string }{
		{"valid", `{"openapi":"3.1.0","info":{"title":"T","version":"1"},"paths":{"/x":{"get":{"responses":{"200":{"description":"ok"}}}}}}`, ""},
		{"no version", `{}`, "of version"},
		{"no title", `{"openapi":"3.1.0","info":{"version":"1"},"paths":{}}`, "title"},
		{"a keyword of 3.2", `{"openapi":"3.1.0","info":{"title":"T","version":"1"},"paths":{"/x":{"get":{"responses":{"200":{"description":"ok","content":{"a/b":{"itemSchema":{}}}}}}}}}`, "itemSchema"},
		{"an ill schema", `{"openapi":"3.1.0","info":{"title":"T","version":"1"},"components":{"schemas":{"A":{"properties":{"b":{"type":"text"}}}}}}`, "type"},
		{"an ill schema in 3.0", `{"openapi":"3.0.3","info":{"title":"T","version":"1"},"paths":{},"components":{"schemas":{"A":{"type":["string","null"]}}}}`, "not valid"},
		{"a dangling reference", `{"openapi":"3.1.0","info":{"title":"T","version":"1"},"components":{"schemas":{"A":{"$ref":"#/components/schemas/B"}}}}`, "leads nowhere"},
		{"an id twice", `{"openapi":"3.1.0","info":{"title":"T","version":"1"},"paths":{"/x":{"get":{"operationId":"a","responses":{"200":{"description":"ok"}}},"put":{"operationId":"a","responses":{"200":{"description":"ok"}}}}}}`, "operationId a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := strings.Join(Problems([]byte(c.document)), "\n")
			if c.want == "" && got != "" || !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
