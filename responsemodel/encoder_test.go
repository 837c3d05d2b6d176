package responsemodel_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/brio-go/brio/responsemodel"
)

// keeper is a type whose method keeps the pointer that it is called on, as a method with a pointer receiver may.
type keeper struct {
	N    int
	kept **keeper
}

func (k *keeper) MarshalJSON() ([]byte, error) {
	*k.kept = k
	return fmt.Appendf(nil, `%d`, k.N), nil
}

// TestEncoderGivesMethodsMemoryOfTheirOwn: a pointer that a method has kept does not see the next value.
func TestEncoderGivesMethodsMemoryOfTheirOwn(t *testing.T) {
	type holder struct{ Inner keeper }
	e := responsemodel.Must(responsemodel.New[holder]())
	var first, second *keeper
	for i, kept := range []**keeper{&first, &second} {
		if _, err := e.Encode(holder{keeper{N: i + 1, kept: kept}}); err != nil {
			t.Fatal(err)
		}
	}
	if first.N != 1 || second.N != 2 {
		t.Errorf("kept values are %d and %d, want 1 and 2", first.N, second.N)
	}
}

// TestEncoderReturnsResultsOfTheirOwn: results of Encode do not share memory with each other.
func TestEncoderReturnsResultsOfTheirOwn(t *testing.T) {
	e := responsemodel.Must(responsemodel.New[string]())
	a, _ := e.Encode("first")
	b, _ := e.Encode("other")
	if string(a) != `"first"` || string(b) != `"other"` {
		t.Errorf("got %s and %s", a, b)
	}
}

// TestEncoderIsSafeForConcurrentUse: many goroutines write their own values with one Encoder, of a declared type and of types that
// are known at run time only.
func TestEncoderIsSafeForConcurrentUse(t *testing.T) {
	type item struct {
		ID    int            `json:"id"`
		Name  string         `json:"name"`
		Attrs map[string]int `json:"attrs"`
	}
	typed := responsemodel.Must(responsemodel.New[item](responsemodel.Exclude("name")))
	dynamic := responsemodel.Must(responsemodel.As[any, []item](responsemodel.Include("*.id", "attrs.*")))
	var wg sync.WaitGroup
	start := make(chan struct{}) // all meet the types at once
	for g := range 8 {
		wg.Go(func() {
			<-start
			var buf []byte
			for i := range 200 {
				id := g*1000 + i
				v := item{ID: id, Name: "x", Attrs: map[string]int{"b": id, "a": 1}}
				want := fmt.Sprintf(`{"id":%d,"attrs":{"a":1,"b":%d}}`, id, id)
				buf, _ = typed.Append(buf[:0], v)
				text, _ := dynamic.Encode([]any{v, map[string]any{"id": id, "name": "y", "attrs": v.Attrs}})
				free, _ := responsemodel.Append(nil, v.Attrs)
				if string(buf) != want || string(text) != "["+want+","+want+"]" || string(free) != fmt.Sprintf(`{"a":1,"b":%d}`, id) {
					t.Errorf("got %s, %s and %s, want %s", buf, text, free, want)
					return
				}
			}
		})
	}
	close(start)
	wg.Wait()
}

// TestErrorsLeaveDestination: on an error the destination is as it was, and the error is a *MismatchError with the path.
func TestErrorsLeaveDestination(t *testing.T) {
	type item struct {
		Name string          `json:"name"`
		Doc  json.RawMessage `json:"doc"`
	}
	e := responsemodel.Must(responsemodel.New[[]item]())
	bad := []item{{Name: "a"}, {Name: "b", Doc: json.RawMessage(`{`)}}
	for name, write := range map[string]func([]byte) ([]byte, error){
		"Encoder": func(dst []byte) ([]byte, error) { return e.Append(dst, bad) },
		"package": func(dst []byte) ([]byte, error) { return responsemodel.Append(dst, bad) },
	} {
		out, err := write([]byte("before"))
		var mismatch *responsemodel.MismatchError
		if string(out) != "before" || !errors.As(err, &mismatch) || mismatch.Path != "result[1].doc" {
			t.Errorf("%s: got %q and %v", name, out, err)
		}
	}
	if out, err := e.Encode(bad); out != nil || err == nil {
		t.Errorf("Encode: got %q and %v", out, err)
	}
}

// TestNilWritesNullWhereModelIsPointer: the model *T may be null, the model T may not, as ResponseModel[*T] and ResponseModel[T].
func TestNilWritesNullWhereModelIsPointer(t *testing.T) {
	type item struct{ ID int }
	for name, c := range map[string]struct {
		text []byte
		err  error
	}{
		"New[*item]":       result(responsemodel.Must(responsemodel.New[*item]()), nil),
		"New[any]":         result(responsemodel.Must(responsemodel.New[any]()), nil),
		"As[*item, *item]": result(responsemodel.Must(responsemodel.As[*item, *item]()), nil),
	} {
		if string(c.text) != "null" || c.err != nil {
			t.Errorf("%s: got %s and %v", name, c.text, c.err)
		}
	}
	text, err := responsemodel.Must(responsemodel.As[*item, item]()).Encode(nil)
	if text != nil || err == nil || !strings.Contains(err.Error(), "not nullable") {
		t.Errorf("As[*item, item]: got %s and %v", text, err)
	}
	if text, err := responsemodel.Append(nil, nil); string(text) != "null" || err != nil {
		t.Errorf("Append: got %s and %v", text, err)
	}
}

func result[T any](e *responsemodel.Encoder[T], v T) (out struct {
	text []byte
	err  error
}) {
	out.text, out.err = e.Encode(v)
	return out
}

// TestMistakesAreErrors: New and As return each mistake of types and options.
func TestMistakesAreErrors(t *testing.T) {
	type item struct {
		ID   int    `json:"id"`
		Name string `json:"name" validate:"sku"`
	}
	type channel struct{ C chan int }
	type defaulted struct {
		Count int `json:"count" default:"many"`
	}
	type plain struct {
		ID int `json:"id"`
	}
	isSKU := func(value any, _ string) bool { return strings.HasPrefix(value.(string), "s") }
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"no form":         {failure(responsemodel.New[channel]()), "New[responsemodel_test.channel]: result.C: chan int has no JSON form"},
		"wrong default":   {failure(responsemodel.New[defaulted]()), `default:"many" does not fit int`},
		"wrong path":      {failure(responsemodel.New[plain](responsemodel.Exclude("idd"))), `exclude path "idd": plain has no member "idd"; it has id`},
		"unknown rule":    {failure(responsemodel.New[item]()), "sku"},
		"a rule's name":   {failure(responsemodel.New[item](responsemodel.RegisterValidation("min", isSKU))), `RegisterValidation("min")`},
		"missing":         {failure(responsemodel.As[plain, struct{ Other int }]()), "the required field Other"},
		"other type":      {failure(responsemodel.As[struct{ ID string }, plain]()), "cannot be written as the model's int"},
		"two at once":     {failure(responsemodel.New[plain](responsemodel.Include("a", "b"))), "include path \"b\""},
		"two switches":    {failure(responsemodel.New[plain](responsemodel.ExcludeNone(true, false))), "ExcludeNone has 2 arguments; legal is one bool or none"},
		"registered rule": {failure(responsemodel.New[item](responsemodel.RegisterValidation("sku", isSKU))), ""},
	} {
		switch {
		case c.want == "" && c.err != nil:
			t.Errorf("%s: got %v, want no error", name, c.err)
		case c.want != "" && (c.err == nil || !strings.Contains(c.err.Error(), c.want)):
			t.Errorf("%s: got %v, want %q", name, c.err, c.want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("Must does not panic")
		}
	}()
	responsemodel.Must(responsemodel.New[channel]())
}

func failure[T any](_ *responsemodel.Encoder[T], err error) error { return err }

type refusing struct {
	Name string `json:"name" validate:"sku"`
}

func (r refusing) Validate(context.Context) error {
	if r.Name == "sold" {
		return errors.New("it is sold")
	}
	return nil
}

// TestCheckRulesChecksValues: rules of tags, rules of the program and Validate methods refuse values, each with its path.
func TestCheckRulesChecksValues(t *testing.T) {
	rule := responsemodel.RegisterValidation("sku", func(value any, _ string) bool { return strings.HasPrefix(value.(string), "s") })
	for _, c := range []struct{ name, on, off string }{
		{"sugar", "", ""},
		{"tea", "responsemodel: result[0].name: it breaks a rule of the model: Value error, must satisfy sku", ""},
		{"sold", "responsemodel: result[0]: its Validate refuses it: it is sold", ""},
	} {
		for on, want := range map[bool]string{true: c.on, false: c.off} {
			e := responsemodel.Must(responsemodel.New[[]refusing](rule, responsemodel.CheckRules(on)))
			_, err := e.Encode([]refusing{{c.name}})
			if got := fmt.Sprint(err); got != want && (want != "" || err != nil) {
				t.Errorf("%s, CheckRules(%v): got %v, want %q", c.name, on, err, want)
			}
		}
	}
}

// TestSwitchesTakeFalse: a switch without an argument is on, and the last one counts.
func TestSwitchesTakeFalse(t *testing.T) {
	type item struct {
		Next *int `json:"next"`
		Size int  `json:"size" default:"3"`
	}
	for name, c := range map[string]struct {
		opts []responsemodel.Option
		want string
	}{
		"none":                {nil, `{"next":null,"size":3}`},
		"ExcludeNone":         {[]responsemodel.Option{responsemodel.ExcludeNone()}, `{"size":3}`},
		"ExcludeNone, off":    {[]responsemodel.Option{responsemodel.ExcludeNone(), responsemodel.ExcludeNone(false)}, `{"next":null,"size":3}`},
		"ExcludeUnset":        {[]responsemodel.Option{responsemodel.ExcludeUnset()}, `{"size":3}`},
		"ExcludeDefaults":     {[]responsemodel.Option{responsemodel.ExcludeDefaults()}, `{}`},
		"ByAlias":             {[]responsemodel.Option{responsemodel.ByAlias()}, `{"next":null,"size":3}`},
		"ByAlias, off":        {[]responsemodel.Option{responsemodel.ByAlias(false)}, `{"Next":null,"Size":3}`},
		"Include, add up":     {[]responsemodel.Option{responsemodel.Include("next"), responsemodel.Include("size")}, `{"next":null,"size":3}`},
		"Include and Exclude": {[]responsemodel.Option{responsemodel.Include("next", "size"), responsemodel.Exclude("next")}, `{"size":3}`},
	} {
		e := responsemodel.Must(responsemodel.New[item](c.opts...))
		if got, err := e.Encode(item{Size: 3}); string(got) != c.want || err != nil {
			t.Errorf("%s: got %s and %v, want %s", name, got, err, c.want)
		}
	}
}
