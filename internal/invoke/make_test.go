package invoke

import (
	"reflect"
	"runtime"
	"testing"
)

func TestMakeMakesZeroValues(t *testing.T) {
	type node struct {
		text string
		next *node
		list []string
		n    int8
	}
	var first *node
	for i := range 2000 {
		n := (*node)(Make(reflect.TypeFor[node]()))
		if !reflect.DeepEqual(*n, node{}) {
			t.Fatalf("made %+v", *n)
		}
		n.text, n.next, n.list, n.n = string(rune('a'+i%26)), first, make([]string, 3), int8(i)
		first = n
		if i%500 == 0 {
			runtime.GC() // what the values hold stays: they were made with their type
		}
	}
	for i := 1999; i >= 0; i, first = i-1, first.next {
		if first.text != string(rune('a'+i%26)) || len(first.list) != 3 || first.n != int8(i) {
			t.Fatalf("the %d-th became %+v", i, *first)
		}
	}
}
