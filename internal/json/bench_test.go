package json

import "testing"

// userDocument is what a client may well send: 243 bytes.
const userDocument = `{"id":123456,"name":"Ada Lovelace","email":"ada@example.org","age":36,"active":true,"score":98.25,` +
	`"tags":["math","poetry","engines"],"address":{"street":"12 St James's Square","city":"London","zip":"SW1Y 4JH"},` +
	`"created":"2026-10-29T12:30:45Z"}`

type user struct {
	ID      int64    `json:"id"`
	Name    string   `json:"name"`
	Email   string   `json:"email"`
	Age     uint8    `json:"age"`
	Active  bool     `json:"active"`
	Score   float64  `json:"score"`
	Tags    []string `json:"tags"`
	Address struct {
		Street string `json:"street"`
		City   string `json:"city"`
		Zip    string `json:"zip"`
	} `json:"address"`
	Created string `json:"created"`
}

func userShape() *Shape {
	text := &Shape{Kind: String}
	s := &Shape{Kind: Struct, Fields: []Field{
		{"id", &Shape{Kind: Int, Bits: 64}, true}, {"name", text, true}, {"email", text, true}, {"age", &Shape{Kind: Uint, Bits: 8}, true},
		{"active", &Shape{Kind: Bool}, true}, {"score", &Shape{Kind: Float, Bits: 64}, true}, {"tags", &Shape{Kind: List, Elem: text}, true},
		{"address", &Shape{Kind: Struct, Fields: []Field{{"street", text, true}, {"city", text, true}, {"zip", text, true}}}, true},
		{"created", text, true},
	}}
	s.Prepare()
	return s
}

func BenchmarkScan(b *testing.B) {
	s, doc := userShape(), []byte(userDocument)
	run := func(name string, s *Shape) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(doc)))
			for b.Loop() {
				if Scan(s, doc, Limits{}).Verdict != Fits {
					b.Fatal("does not fit")
				}
			}
		})
	}
	run("struct", s)
	run("any", nil)
}

func BenchmarkUnmarshal(b *testing.B) {
	doc := []byte(userDocument)
	b.ReportAllocs()
	for b.Loop() {
		var v user
		if err := Unmarshal(doc, &v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	var v user
	if err := Unmarshal([]byte(userDocument), &v); err != nil {
		b.Fatal(err)
	}
	dst := make([]byte, 0, 1024)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Append(dst, &v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendString(b *testing.B) {
	dst := make([]byte, 0, 1024)
	for name, s := range map[string]string{"ascii": "The quick brown fox jumps over the lazy dog, twice.", "greek": "Η γρήγορη καφέ αλεπού πηδάει"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				AppendString(dst, s)
			}
		})
	}
}
