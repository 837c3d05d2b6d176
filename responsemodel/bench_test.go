package responsemodel_test

import (
	"encoding/json"
	"testing"

	"github.com/brio-go/brio/responsemodel"
)

// BenchmarkEncoder compares an Encoder that filters with encoding/json, which writes a struct of the same fields.
func BenchmarkEncoder(b *testing.B) {
	users := responsemodel.Must(responsemodel.As[UserRow, User]())
	row := UserRow{ID: 7, Name: "Ada Lovelace", PasswordHash: "$2a$"}
	b.Run("Append", func(b *testing.B) {
		buf := make([]byte, 0, 256)
		b.ReportAllocs()
		for b.Loop() {
			buf, _ = users.Append(buf[:0], row)
		}
	})
	b.Run("Encode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = users.Encode(row)
		}
	})
	b.Run("encoding json", func(b *testing.B) {
		user := User{ID: 7, Name: "Ada Lovelace"}
		b.ReportAllocs()
		for b.Loop() {
			_, _ = json.Marshal(user)
		}
	})
	b.Run("parallel", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			buf := make([]byte, 0, 256)
			for pb.Next() {
				buf, _ = users.Append(buf[:0], row)
			}
		})
	})
}
