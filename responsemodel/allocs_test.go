//go:build !race

package responsemodel_test

import (
	"testing"
	"time"

	"github.com/brio-go/brio/responsemodel"
)

// TestEncoderAllocations: Append allocates nothing beside dst for plain types, and Encode allocates its result alone.
func TestEncoderAllocations(t *testing.T) {
	type item struct {
		ID    int       `json:"id"`
		Name  string    `json:"name"`
		Price float64   `json:"price"`
		Made  time.Time `json:"made"`
		Tags  []string  `json:"tags"`
		Next  *item     `json:"next"`
	}
	type row struct {
		item
		Secret string
	}
	name := "Ada"
	nickname := &name
	v := row{item{ID: 1, Name: "tea", Price: 2.5, Made: time.Unix(0, 0).UTC(), Tags: []string{"a", "b"}, Next: &item{}}, "x"}
	items := []item{v.item, v.item}
	buf := make([]byte, 0, 4096)
	own := responsemodel.Must(responsemodel.New[item]())
	as := responsemodel.Must(responsemodel.As[row, item](responsemodel.Exclude("next.tags"), responsemodel.ExcludeNone()))
	list := responsemodel.Must(responsemodel.New[[]item]())
	pointer := responsemodel.Must(responsemodel.As[*row, item]())
	text := responsemodel.Must(responsemodel.New[*string]())
	number := responsemodel.Must(responsemodel.New[int]())
	for _, c := range []struct {
		name string
		max  float64
		f    func()
	}{
		{"New", 0, func() { _, _ = own.Append(buf, v.item) }},
		{"As", 0, func() { _, _ = as.Append(buf, v) }},
		{"list", 0, func() { _, _ = list.Append(buf, items) }},
		{"pointer", 0, func() { _, _ = pointer.Append(buf, &v) }},
		{"text", 0, func() { _, _ = text.Append(buf, nickname) }},
		{"number", 0, func() { _, _ = number.Append(buf, 1<<30) }},
		{"package", 0, func() { _, _ = responsemodel.Append(buf, &v.item) }},
		{"Encode", 1, func() { _, _ = as.Encode(v) }},
	} {
		c.f()
		if n := testing.AllocsPerRun(100, c.f); n > c.max {
			t.Errorf("%s: %v allocations, want %v", c.name, n, c.max)
		}
	}
}
