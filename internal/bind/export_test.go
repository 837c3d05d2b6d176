package bind

import "github.com/brio-go/brio/internal/json"

// Walked returns b without scans that fill: the walk fills every value.
func (b *Binder) Walked() *Binder {
	shape := &json.Shape{Kind: json.Struct, Fields: []json.Field{{Name: "never", Required: true}}}
	shape.Prepare()
	walked, bound := *b, *b.body
	bound.shape, bound.scanFills = shape, false
	walked.body, walked.isFast = &bound, false
	return &walked
}

// WithoutFastPaths returns b without the fast readers of parameters.
func (b *Binder) WithoutFastPaths() *Binder {
	slow := *b
	slow.isFast = false
	slow.parameters = append([]parameter(nil), b.parameters...)
	for i := range slow.parameters {
		slow.parameters[i].fast = notFast
	}
	return &slow
}
