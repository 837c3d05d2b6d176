package bind

import "github.com/brio-go/brio/internal/json"

// Walked is b as it works for documents that do not fit: the walk fills every value, and the decoder none as a whole.
func (b *Binder) Walked() *Binder {
	shape := &json.Shape{Kind: json.Struct, Fields: []json.Field{{Name: "never", Required: true}}}
	shape.Prepare()
	walked, bound := *b, *b.body
	bound.shape, bound.fills = shape, false
	walked.body = &bound
	return &walked
}

// Unhurried is b without the short ways for parameters that are plainly right.
func (b *Binder) Unhurried() *Binder {
	slow := *b
	slow.plain = false
	slow.texts = append([]text(nil), b.texts...)
	for i := range slow.texts {
		slow.texts[i].plain = notPlain
	}
	return &slow
}
