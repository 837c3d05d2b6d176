package constraint

import (
	"reflect"
	"strings"
	"sync"
	"testing"
)

func TestFirstBrokenRuleIsReported(t *testing.T) {
	if f := one(t, "x1", "min=1,alpha,email", ""); f.Type != "string_pattern_mismatch" {
		t.Errorf("got %+v", f)
	}
}

// validator would take most of these, after up to 149 ms.
func TestSlowRulesRefuseLongTextsUnread(t *testing.T) {
	long := strings.Repeat("a", 1<<20)
	for tag, value := range map[string]string{
		"email": long + "@b.de", "html": "<p>" + long, "url": "http://a/é" + long, "uuid": long, "html|url": "<p>" + long,
		"email,max=100": long + "@b.de", "max=2000000,email,lte=100": long + "@b.de", "datetime=2006": "2006" + long, "jwt": long,
	} {
		if f := one(t, value, tag, ""); f == nil {
			t.Errorf("%s took it", tag)
		}
	}
	for tag, value := range map[string]string{
		// A limit is in characters, of which one may take four bytes.
		"email,max=24": strings.Repeat("ü", 14) + "@bücher.de", "url,len=20": "http://a/é" + strings.Repeat("é", 10),
		"url": "http://a/é" + strings.Repeat("a", 4000), "url,max=9000": "http://a/é" + strings.Repeat("a", 8000),
		"alpha": long, "ascii": long, "contains=b": long + "b", "base64": long, "datauri": "data:image/png," + long,
	} {
		if f := one(t, value, tag, ""); f != nil {
			t.Errorf("%s refused it: %.100v", tag, f)
		}
	}
}

func TestCheckDoesNotPanic(t *testing.T) {
	e := New()
	must(0, e.Register("explodes", func(v any, _ string) bool {
		if v == 7 {
			panic("boom")
		}
		return true
	}))
	hidden := struct{ n int }{7}
	for _, tag := range []string{"min=9", "explodes", "oneof=1 2", "eq=1|eq=2"} {
		r := must(e.Compile(reflect.TypeFor[int](), tag, "", Request))
		for _, v := range []reflect.Value{
			reflect.ValueOf(7), reflect.ValueOf("text"), reflect.ValueOf(true), reflect.ValueOf([]any{1}), reflect.ValueOf(model{}),
			reflect.ValueOf(hidden).Field(0), reflect.ValueOf(map[string]any{}), reflect.ValueOf(func() {}),
		} {
			if f := r.Check(v); f == nil && v.Kind() == reflect.Int {
				t.Errorf("%s of %v: no failure", tag, v)
			}
		}
		var null *int
		if r.Check(reflect.ValueOf(null)) != nil || r.Check(reflect.Value{}) != nil {
			t.Errorf("%s: nil is a matter of presence", tag)
		}
	}
}

func TestConcurrentChecks(t *testing.T) {
	e := New()
	text := must(e.Compile(reflect.TypeFor[string](), "min=1,email|url,ne=x", "", Request))
	number := must(e.Compile(reflect.TypeFor[int](), "min=1,oneof=1 2 3", "", Request))
	type between struct {
		Start int
		End   int `validate:"gtfield=Start"`
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 200 {
				text.Check(reflect.ValueOf("not an address"))
				number.Check(reflect.ValueOf(i))
				e.CheckCross(&between{i, 100}, []string{"End"})
			}
		})
	}
	wg.Wait()
}

func BenchmarkCheck(b *testing.B) {
	e := New()
	for _, c := range []struct {
		name, tag string
		value     any
	}{
		{"int", "min=1,max=150", 30}, {"string", "min=1,max=50", "name"}, {"email", "email", "someone@example.com"},
		{"email-by-validator", "email", "o'neill@example.com"}, {"uuid", "uuid4", "123e4567-e89b-42d3-a456-426614174000"},
	} {
		r := must(e.Compile(reflect.TypeOf(c.value), c.tag, "", Request))
		v := reflect.ValueOf(c.value)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r.Check(v)
			}
		})
	}
}
