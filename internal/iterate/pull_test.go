package iterate

import (
	"errors"
	"iter"
	"reflect"
	"testing"
)

func TestItemOf(t *testing.T) {
	type named func(yield func(string) bool)
	for _, tc := range []struct{ iterator, item reflect.Type }{
		{reflect.TypeFor[iter.Seq[int]](), reflect.TypeFor[int]()},
		{reflect.TypeFor[iter.Seq2[*int, error]](), reflect.TypeFor[*int]()},
		{reflect.TypeFor[named](), reflect.TypeFor[string]()},
		{reflect.TypeFor[iter.Seq2[int, string]](), nil},
		{reflect.TypeFor[func(func(...int) bool)](), nil},
		{reflect.TypeFor[func(...func(int) bool)](), nil},
		{reflect.TypeFor[func(func(int))](), nil},
		{reflect.TypeFor[func(func(int) error)](), nil},
		{reflect.TypeFor[func(func(int) bool) error](), nil},
		{reflect.TypeFor[func(func() bool)](), nil},
		{reflect.TypeFor[func()](), nil},
		{reflect.TypeFor[[]int](), nil},
		{nil, nil},
	} {
		if item, ok := ItemOf(tc.iterator); item != tc.item || ok != (tc.item != nil) {
			t.Errorf("%v: got %v, %t", tc.iterator, item, ok)
		}
	}
}

func TestPull(t *testing.T) {
	broken := errors.New("broken")
	ended := 0
	seq := func(yield func(int) bool) {
		defer func() { ended++ }()
		_ = yield(1) && yield(2)
	}
	seq2 := func(yield func(string, error) bool) {
		defer func() { ended++ }()
		_ = yield("a", nil) && yield("", broken) && yield("c", nil)
	}
	next, stop := Pull(reflect.ValueOf(seq))
	for i := range 3 {
		if item, err, ok := next(); err != nil || ok != (i < 2) || ok && item.Int() != int64(i+1) {
			t.Errorf("item %d: got %v, %v, %t", i, item, err, ok)
		}
	}
	if stop(); ended != 1 {
		t.Error("the iterator has not run its deferred calls")
	}
	next, stop = Pull(reflect.ValueOf(seq2))
	if item, err, ok := next(); item.String() != "a" || err != nil || !ok {
		t.Errorf("got %v, %v, %t", item, err, ok)
	}
	if item, err, ok := next(); item.String() != "" || err != broken || !ok {
		t.Errorf("got %v, %v, %t", item, err, ok)
	}
	if stop(); ended != 2 {
		t.Error("stop does not end an iterator that has more items")
	}
	if _, _, ok := next(); ok {
		t.Error("an item after stop")
	}
}
