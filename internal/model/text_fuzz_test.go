package model_test

import (
	"math"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
)

var texts = []string{
	"", " ", "0", "-0", "+0", "1", "-1", " 7 ", "+7", "--7", "007", "1_000", "_1", "1__0", "1.0", "1.", ".5", "1e3", "1e400", "1e-400", "-1e39", "0x10", "0x1p-2", "٣",
	"127", "128", "-128", "-129", "255", "256", "32768", "65536", "2147483648", "4294967296", "9223372036854775807", "9223372036854775808", "-9223372036854775809",
	"18446744073709551615", "18446744073709551616", "inf", "-Infinity", "NaN", "+nan", "infinite", "true", "TRUE", "yes", "Off", "t", " true", "oN", "ſ",
	"2026-01-02T03:04:05Z", "2026-01-02T03:04:05.999999999+01:00", "2026-01-02T03:04:05", "2026-02-30T00:00:00Z", "2026-01-02 03:04:05Z", "0000-01-01T00:00:00Z", "\xff", "\x00",
}

// scalars are the types that are read from text by the reader itself.
var scalars = []any{
	false, int(0), int8(0), int16(0), int32(0), int64(0), uint(0), uint8(0), uint16(0), uint32(0), uint64(0), float32(0), float64(0), time.Time{},
}

func readers() (types []*model.Type) {
	r := model.NewReader(constraint.New())
	for _, v := range scalars {
		types = append(types, r.Type(reflect.TypeOf(v)))
	}
	return types
}

// FuzzSetText compares what is read from text with readings by other means, and the lax reading with the strict one: it
// takes all that is taken, as the same.
func FuzzSetText(f *testing.F) {
	for _, s := range texts {
		f.Add(s)
	}
	types := readers()
	f.Fuzz(func(t *testing.T, s string) {
		for _, typ := range types {
			v, lax := reflect.New(typ.Go).Elem(), reflect.New(typ.Go).Elem()
			failure, laxFailure := typ.SetText(s, v), typ.SetTextLax(s, lax)
			if want, ok := oracle(typ.Go, s); (failure == nil) != ok || ok && !same(v.Interface(), want) {
				t.Errorf("%s of %q: %v (%v), want %v (%v)", typ, s, v, failure, want, ok)
			}
			if failure == nil && (laxFailure != nil || !same(v.Interface(), lax.Interface())) {
				t.Errorf("%s of %q: strictly %v, laxly %v (%v)", typ, s, v, lax, laxFailure)
			}
			for _, f := range []*constraint.Failure{failure, laxFailure} {
				if f != nil && (f.Type == "" || f.Msg == "" || s != "" && len(s) > 40 && strings.Contains(f.Msg, s)) {
					t.Errorf("%s of %q: %+v", typ, s, f)
				}
			}
		}
	})
}

// oracle reads s by other means than the reader does.
func oracle(t reflect.Type, s string) (v any, ok bool) {
	out := reflect.New(t).Elem()
	switch trimmed := strings.TrimSpace(s); t.Kind() {
	case reflect.Bool:
		for i, words := range []string{"|0|off|f|false|n|no|", "|1|on|t|true|y|yes|"} {
			if s != "" && !strings.Contains(s, "|") && strings.Contains(words, "|"+strings.ToLower(s)+"|") {
				return i == 1, true
			}
		}
		return nil, false
	case reflect.Float32, reflect.Float64:
		x, err := strconv.ParseFloat(trimmed, t.Bits())
		if err != nil || math.IsInf(x, 0) || math.IsNaN(x) || strings.ContainsAny(trimmed, "xX_") {
			return nil, false
		}
		out.SetFloat(x)
	case reflect.Struct:
		x, err := time.Parse(time.RFC3339Nano, s)
		strict := err == nil && x.Year() >= 0 && len(s) >= 20 && s[10] == 'T' && s[13] == ':' && !strings.Contains(s, ",")
		return x, strict && new(time.Time).UnmarshalText([]byte(s)) == nil
	default:
		digits := strings.TrimLeft(trimmed, "+-")
		n, parsed := new(big.Int).SetString(digits, 10)
		if !parsed || len(trimmed)-len(digits) > 1 || strings.Contains(digits, "_") {
			return nil, false
		}
		if strings.HasPrefix(trimmed, "-") {
			n.Neg(n)
		}
		switch {
		case out.CanInt() && n.IsInt64() && !out.OverflowInt(n.Int64()):
			out.SetInt(n.Int64())
		case out.CanUint() && n.IsUint64() && !out.OverflowUint(n.Uint64()) && trimmed[0] != '-':
			out.SetUint(n.Uint64())
		default:
			return nil, false
		}
	}
	return out.Interface(), true
}

func same(a, b any) bool {
	if t, ok := a.(time.Time); ok {
		return t.Equal(b.(time.Time))
	}
	return a == b
}

// FuzzLax holds the scan and the walk to one reading of JSON scalars: what the scan converts the walk takes, as the value
// that the decoder makes of it; what the scan does not convert the walk refuses, floats that are not finite apart.
func FuzzLax(f *testing.F) {
	for _, s := range texts {
		f.Add([]byte(s))
		f.Add(json.AppendString(nil, strings.ToValidUTF8(s, "?")))
	}
	for _, s := range []string{"null", "[]", "{}", `"\u0031"`, "1.5", "9223372036854775808.0", "1e18", "-1e2", `"1\n"`} {
		f.Add([]byte(s))
	}
	types := readers()[:13]
	r := model.NewReader(constraint.New())
	f.Fuzz(func(t *testing.T, doc []byte) {
		for _, typ := range types {
			shape := r.Shape(typ)
			report := json.ScanLax(shape, doc, json.Limits{})
			if strict := json.Scan(shape, doc, json.Limits{}); strict.Verdict == json.Fits && report != strict {
				t.Errorf("%s of %s: strictly %+v, laxly %+v", typ, doc, strict, report)
			}
			if report.Verdict == json.Malformed {
				continue
			}
			start := json.Space(doc, 0)
			at := json.Span{Start: start, End: json.Skip(doc, start)}
			walked, decoded := reflect.New(typ.Go), reflect.New(typ.Go)
			failure := typ.SetLax(doc[at.Start:at.End], walked.Elem())
			if report.Verdict != json.Fits {
				if f := walked.Elem(); failure == nil && !(f.CanFloat() && (math.IsInf(f.Float(), 0) || math.IsNaN(f.Float()))) {
					t.Errorf("%s of %s: %+v, and walked %v", typ, doc, report, f)
				}
				continue
			}
			out, ok := (&model.Rewriter{Doc: doc, Lax: report.Converts}).Append(nil, typ, at)
			if err := json.Unmarshal(out, decoded.Interface()); !ok || err != nil {
				t.Fatalf("%s of %s: rewritten as %s: %v", typ, doc, out, err)
			}
			if failure != nil || walked.Elem().Interface() != decoded.Elem().Interface() {
				t.Errorf("%s of %s: decoded %v, walked %v (%v)", typ, doc, decoded.Elem(), walked.Elem(), failure)
			}
		}
	})
}
