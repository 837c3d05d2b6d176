package bind

import (
	"iter"

	"github.com/brio-go/brio/internal/json"
)

// node is one value of what a client sent: a place in the JSON document, or what stands below a name of a deepObject. The walker
// reads both in one way. The zero node is an absent member.
type node struct {
	json.Span
	names *names // not nil: of a deepObject, and the Span is unused
}

// isPresent reports whether there is a value.
func (n node) isPresent() bool { return n.End != 0 || n.names != nil }

// isNull reports whether the node is JSON null. A deepObject has no null.
func (w *walker) isNull(n node) bool { return n.names == nil && w.doc[n.Start] == 'n' }

// isObject reports whether the node has members.
func (w *walker) isObject(n node) bool {
	if n.names != nil {
		return len(n.names.order) > 0
	}
	return w.doc[n.Start] == '{'
}

// members yields the names and values of an object, in the order of the request.
func (w *walker) members(n node) iter.Seq2[string, node] {
	return func(yield func(string, node) bool) {
		if n.names != nil {
			for _, name := range n.names.order {
				if !yield(name, node{names: n.names.members[name]}) {
					return
				}
			}
			return
		}
		for name, at := range json.Members(w.doc, n.Start) {
			if !yield(name, node{Span: at}) {
				return
			}
		}
	}
}

// elements yields the elements of a list, each with the index that errors give it.
func (w *walker) elements(n node) iter.Seq2[int, node] {
	return func(yield func(int, node) bool) {
		if n.names != nil {
			for _, e := range n.names.elements() {
				if !yield(e.index, node{names: e.names}) {
					return
				}
			}
			return
		}
		for i, at := range json.Elements(w.doc, n.Start) {
			if !yield(i, node{Span: at}) {
				return
			}
		}
	}
}

// raw returns the bytes of a value of the document.
func (w *walker) raw(at json.Span) []byte { return w.doc[at.Start:at.End] }

// echo returns a value as errors echo it, nil if it is secret.
func (w *walker) echo(n node, secret bool) any {
	if secret || w.secret {
		return nil
	}
	if n.names != nil {
		return n.names.input()
	}
	if n.Start+1 == w.veiled {
		return nil
	}
	if raw := w.raw(n.Span); w.owned && len(raw) <= maxInput {
		return json.RawMessage(raw[:len(raw):len(raw)])
	}
	return jsonInput(w.raw(n.Span))
}
