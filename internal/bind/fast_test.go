package bind_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// TestFastReadersAgree: the fast readers of strings, ints and lists of strings give the values and errors of the general reader.
func TestFastReadersAgree(t *testing.T) {
	type usual struct {
		A    string   `path:"a"`
		B    int      `path:"b" validate:"gt=0"`
		Q    string   `query:"q,omitempty" validate:"max=3"`
		N    int      `query:"n" default:"7" validate:"min=1,max=1000000"`
		Must int      `query:"must"`
		List []string `query:"list,omitempty" validate:"max=2"`
		All  []string `query:"all" validate:"min=1"`
		Or   []string `query:"or" default:"x,y"`
		H    string   `header:"X-H" validate:"min=2"`
		Hs   []string `header:"X-Hs,omitempty"`
		C    string   `cookie:"c" default:"none"`
	}
	b := compile[usual](t)
	slow := b.WithoutFastPaths()
	r := rand.New(rand.NewPCG(1, 2))
	texts := []string{"", "a", "abc", "abcd", "%20", "+", "%zz", "é", "%ff", "0", "7", "-1", "+5", " 5", "007", "1e3", "1.0", "999999999", "1000000000", "99999999999999999999", "0x10", "1_0"}
	right, wrong := 0, 0
	for range 3000 {
		pick := func() string { return texts[r.IntN(len(texts))] }
		good := func(s string) string {
			if r.IntN(3) > 0 {
				return s
			}
			return pick()
		}
		in := input{path: []string{pick(), strings.TrimSpace(good("42"))}}
		var query []string
		for _, name := range []string{"q", "n", "must", "list", "all", "or", "list", "must", "other"} {
			if r.IntN(5) > 0 {
				query = append(query, name+"="+strings.ReplaceAll(good("12"), " ", "+"))
			}
		}
		in.query = strings.Join(query, "&")
		for _, h := range []string{"X-H", "X-Hs", "X-Hs"} {
			if r.IntN(4) > 0 {
				in.headers = append(in.headers, h, good("hh"))
			}
		}
		if r.IntN(2) > 0 {
			in.headers = append(in.headers, "Cookie", "c="+good("cc"))
		}
		v, errs, err := try[usual](t, b, in)
		want, wantErrs, wantErr := try[usual](t, slow, in)
		if fmt.Sprint(errs, err) != fmt.Sprint(wantErrs, wantErr) || len(errs) == 0 && !reflect.DeepEqual(v, want) {
			t.Fatalf("%+v:\n%+v %v %v, want\n%+v %v %v", in, v, errs, err, want, wantErrs, wantErr)
		}
		if len(errs) == 0 {
			right++
		} else {
			wrong++
		}
	}
	if right < 100 || wrong < 100 {
		t.Errorf("%d were right and %d wrong", right, wrong)
	}
}
