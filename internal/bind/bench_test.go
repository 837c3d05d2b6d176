package bind_test

import (
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/switches"
	"github.com/brio-go/brio/params"
)

// benchUser is the body of the benchmarks' workload W3.
type benchUser struct {
	Username string   `json:"username" validate:"min=3,max=32"`
	Email    string   `json:"email" validate:"email"`
	FullName *string  `json:"full_name" validate:"max=100"`
	Password string   `json:"password" validate:"min=8,max=72"`
	Age      int      `json:"age" validate:"gte=0,lte=130"`
	Tags     []string `json:"tags" validate:"max=10,dive,max=20"`
	Address  struct {
		Street string `json:"street"`
		City   string `json:"city"`
		Zip    string `json:"zip" validate:"min=4,max=10"`
	} `json:"address"`
}

const benchBody = `{"username":"johndoe","email":"john.doe@example.com","full_name":"John Ronald Doe","password":"correct-horse-battery-staple","age":42,"tags":["admin","staff","beta-tester"],"address":{"street":"221B Baker Street, Marylebone, second floor","city":"London","zip":"NW16XE"}}`

var benchInvalid = strings.NewReplacer("john.doe@example.com", "not-an-email", `"age":42`, `"age":200`, "NW16XE", "N1").Replace(benchBody)

func BenchmarkBind(b *testing.B) {
	type query struct {
		ID    int      `path:"a" validate:"gt=0"`
		Q     *string  `query:"q" validate:"max=50"`
		Limit int      `query:"limit" default:"10" validate:"gte=1,lte=100"`
		Tags  []string `query:"tags"`
		Token string   `header:"X-Token"`
		Sess  string   `cookie:"session"`
	}
	b.Run("W3", func(b *testing.B) { benchmark[params.Body[benchUser]](b, input{body: benchBody}, true) })
	b.Run("W6", func(b *testing.B) { benchmark[params.Body[benchUser]](b, input{body: benchInvalid}, false) })
	b.Run("W2", func(b *testing.B) {
		benchmark[query](b, input{path: []string{"42"}, query: "q=hello+world&limit=20&tags=a&tags=b",
			headers: []string{"X-Token", "tok-0123456789", "Cookie", "session=s-0123456789; theme=dark"}}, true)
	})
}

func benchmark[T any](b *testing.B, in input, valid bool) {
	bound := compile[T](b)
	r := in.request()
	s := &bind.Settings{MaxBody: 1 << 20, Switches: switches.Default}
	rd := strings.NewReader(in.body)
	w := httptest.NewRecorder()
	b.ReportAllocs()
	for b.Loop() {
		_, _ = rd.Seek(0, io.SeekStart)
		r.Body = io.NopCloser(rd)
		x := exchange.Acquire(w, r)
		x.SetPath(in.path)
		var v T
		var errs bind.Errors
		if err := bound.Bind(b.Context(), x, s, memory.Of(&v), &errs); err != nil || errs.Empty() != valid {
			b.Fatal(err, errs.Err())
		}
		x.Release()
	}
}
