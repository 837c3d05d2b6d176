package exchange

import (
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"
	"unsafe"
)

// A request leaves no value in any field for the next one.
func TestCloseZeroesEveryField(t *testing.T) {
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Exchange]()) {
		if f.Anonymous || f.Name == "rare" {
			continue
		}
		closes(t, f, func(x *Exchange) reflect.Value { return reflect.ValueOf(x).Elem().FieldByIndex(f.Index) })
	}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[rare]()) {
		closes(t, f, func(x *Exchange) reflect.Value { return reflect.ValueOf(x.writeRare()).Elem().FieldByIndex(f.Index) })
	}
}

func closes(t *testing.T, f reflect.StructField, of func(*Exchange) reflect.Value) {
	if f.Name == "countingType" || f.Name == "values" || f.Name == "limits" {
		return // these outlive the request
	}
	t.Run(f.Name, func(t *testing.T) {
		x := &Exchange{}
		x.Open(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
		field := reflect.NewAt(f.Type, unsafe.Pointer(of(x).UnsafeAddr())).Elem()
		switch f.Name {
		case "w", "r": // filled
		case "path":
			x.SetPath([]string{"a", "b"})
		case "paths":
			x.paths = 3
		case "files":
			x.writeRare().files = &storage{}
		default:
			fill(field)
		}
		x.Close()
		if field.Kind() == reflect.Slice {
			if field.Len() > 0 || field.Cap() > 0 && !field.Slice(0, 1).Index(0).IsZero() {
				t.Errorf("kept %v", field)
			}
		} else if !field.IsZero() {
			t.Errorf("kept %v", field)
		}
	})
}

// fill gives a field some value that is not zero.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.String:
		v.SetString("left")
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		if e := v.Index(0); e.Kind() == reflect.Uint8 {
			e.SetUint(1)
		} else if e.Kind() == reflect.String {
			e.SetString("left")
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
	case reflect.Interface:
		v.Set(reflect.ValueOf(ErrRead))
	default:
		panic("a field of a new kind: " + v.Type().String())
	}
}
