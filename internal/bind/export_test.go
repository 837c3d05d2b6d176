package bind

import "github.com/brio-go/brio/internal/json"

// Walked is b as it works for documents that do not fit: the walk fills every value, and the decoder none as a whole.
func (b *Binder) Walked() *Binder {
	shape := &json.Shape{Kind: json.Struct, Fields: []json.Field{{Name: "never", Required: true}}}
	shape.Prepare()
	walked, bound := *b, *b.body
	bound.shape, bound.scanFills = shape, false
	walked.body = &bound
	return &walked
}

// Unhurried is b without the short ways for parameters that are plainly right.
func (b *Binder) Unhurried() *Binder {
	slow := *b
	slow.isFast = false
	slow.parameters = append([]parameter(nil), b.parameters...)
	for i := range slow.parameters {
		slow.parameters[i].fast = notFast
	}
	return &slow
}
