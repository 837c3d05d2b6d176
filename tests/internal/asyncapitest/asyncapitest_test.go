package asyncapitest

import (
	"strings"
	"testing"
)

const valid = `{"asyncapi":"3.0.0","info":{"title":"t","version":"1"},
	"channels":{"a":{"address":"/a","messages":{"m":{"$ref":"#/components/messages/m"}}},"b":{"address":"/b","messages":{}}},
	"operations":{"aReceive":{"action":"receive","channel":{"$ref":"#/channels/a"},"messages":[{"$ref":"#/channels/a/messages/m"}]}},
	"components":{"messages":{"m":{"payload":{"type":"string"}}}}}`

// Each kind of mistake is found, so a document without problems has none of them.
func TestProblems(t *testing.T) {
	Check(t, []byte(valid))
	for _, c := range []struct{ from, to, want string }{
		{`"receive"`, `"listen"`, "action"},
		{`"type":"string"`, `"type":"text"`, "payload"},
		{`{"m":{"payload"`, `{"n":{"payload"`, "#/components/messages/m leads nowhere"},
		{`"channel":{"$ref":"#/channels/a"}`, `"channel":{"$ref":"#/channels/b"}`, "is no message of #/channels/b"},
		{`"version":"1"`, `"termsOfService":"terms","version":"1"`, "termsOfService"},
	} {
		if got := strings.Join(Problems([]byte(strings.Replace(valid, c.from, c.to, 1))), "\n"); !strings.Contains(got, c.want) {
			t.Errorf("%s for %s: got %q, want %q", c.to, c.from, got, c.want)
		}
	}
}
