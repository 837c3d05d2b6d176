package bind_test

import (
	"testing"

	"github.com/brio-go/brio/params"
)

// TestBodiesDecodeLikeEncodingJSON: a body that binds has the value that encoding/json decodes. FuzzBody looks for documents where
// they differ.
func TestBodiesDecodeLikeEncodingJSON(t *testing.T) {
	whole, small := compile[params.Body[rich]](t), compile[params.Body[lean]](t)
	for _, doc := range append(seeds,
		`{"mi":{" 1":null}}`, `{"mi":{"+1":null}}`, `{"mi":{"1 ":null}}`, `{"mi":{"-0":null}}`, `{"mi":{"01":null}}`, `{"mi":{"128":null}}`, `{"mi":{"":null}}`,
		`{"mi":{"\u0031":null}}`, `{"mu":{"ab":null}}`, `{"mu":{"a\u0062":1}}`, `{"m":{"\ud83d\ude00":{},"":{}}}`, `{"m":{"a":null}}`,
		`{"any":-0}`, `{"any":1e-999}`, `{"any":123456789012345678901234567890}`, `{"any":"\u2028"}`, `{"any":[[],{},"",null,true]}`,
		`{"raw":null}`, `{"raw": {"a" : 1} }`, `{"raw":"x"}`, `{"pt":null}`, `{"pt":[1,2]}`, `{"pt":[1,2,3]}`, `{"pt":[1]}`, `{"up":"é"}`,
		`{"n":1.50}`, `{"n":-0}`, `{"n":1E+2}`, `{"f":1E5}`, `{"f":0.1e-7}`, `{"f32":16777217}`, `{"f32":3.4028234663852886e38}`, `{"f32":1e-46}`,
		`{"i":-9223372036854775808}`, `{"i8":-128}`, `{"u":0}`, `{"by":""}`, `{"by":"YQ"}`, `{"by":"YQ=="}`, `{"by":"YQ\n=="}`, `{"by":"_-8="}`,
		`{"t":"2026-01-02T03:04:05.123456789+01:30"}`, `{"t":"0000-01-01T00:00:00Z"}`, `{"t":"2026-02-30T00:00:00Z"}`, `{"t":"2026-01-02T24:00:00Z"}`, `{"t":"2016-12-31T23:59:60Z"}`,
		`{"t":"2026-01-02T03:04:05+25:00"}`, `{"t":"2026-01-02T03:04:05.Z"}`,
		`{"pl":[]}`, `{"pl":[null]}`, `{"l":[]}`, `{"a":[{},{}]}`, `{"o":[]}`, `{"o":["a",""]}`, `{"pp":null}`, `{"pp":""}`, `{"z":{}}`, `{"z":null}`,
		`{"far":""}`, `{"near":null}`, `{"near":true}`, `{"unknown":{"a":[1e999]}}`, `{"é<\u0026\t":"x"}`, `{"e":2}`, ` { "i" : 1 } `, "\t{\n}\r",
	) {
		t.Run(doc, func(t *testing.T) {
			compare[params.Body[rich], rich](t, whole, []byte(doc))
			compare[params.Body[lean], lean](t, small, []byte(doc))
		})
	}
}
