package exchange

import (
	"io"
	"math"
	"strings"
)

// Value is one field of a form: a text or a file.
type Value struct {
	Name string
	Text string
	File *File // nil: it is a text
}

// Form is the body as a form, in the order of the body.
type Form struct {
	Values    []Value
	fieldSize int64 // the limit of a text
}

// LastValue returns the last value of the named field, as FastAPI takes it.
func (f *Form) LastValue(name string) (v Value, ok bool) {
	for i := len(f.Values) - 1; i >= 0; i-- {
		if f.Values[i].Name == name {
			return f.Values[i], true
		}
	}
	return Value{}, false
}

// AllValues returns the values of the named field in the order of the body.
func (f *Form) AllValues(name string) (all []Value) {
	for _, v := range f.Values {
		if v.Name == name {
			all = append(all, v)
		}
	}
	return all
}

// ReadText reads the last value of the named field, a file declared as JSON, into its text: browsers send a part with a
// Content-Type only as a file. The limit is that of text fields, FormLimits.FieldSize. ok is false for other files.
func (f *Form) ReadText(name string) (ok bool, err error) {
	i := len(f.Values) - 1
	for f.Values[i].Name != name {
		i--
	}
	v := &f.Values[i]
	if mediaType, _ := mediaTypeOf(v.File.ContentType); !IsJSON(mediaType) {
		return false, nil
	}
	if v.File.Size > unlimited(f.fieldSize) {
		return true, partTooLarge("Part", f.fieldSize)
	}
	if v.Text == "" {
		var all []byte
		all, err = v.File.ReadAll()
		v.Text = string(all)
	}
	return true, err
}

// emptyForm is the form of a request whose body is no form.
var emptyForm = &Form{}

// Form reads the body as application/x-www-form-urlencoded or multipart/form-data, once, and returns the same Form on each call.
// With any other Content-Type it reads nothing and returns an empty form. Files stay in memory up to l.Memory bytes; the rest is
// in a temporary file until Release. Texts stay valid after Release.
//
// All errors but those of the temporary file are ErrTooLarge or ErrRead. Some have a text for the client ([FormError]).
func (x *Exchange) Form(l FormLimits) (*Form, error) {
	if x.rare.form == nil && x.rare.formErr == nil {
		switch mediaType, _ := x.MediaType(); mediaType {
		case "application/x-www-form-urlencoded":
			x.writeRare().form, x.rare.formErr = x.urlencoded(l)
		case "multipart/form-data":
			x.writeRare().form, x.rare.formErr = x.multipart(l)
		default:
			x.writeRare().form = emptyForm
		}
	}
	return x.rare.form, x.rare.formErr
}

// ParsedForm returns the result of Form. Before Form it returns an empty form.
func (x *Exchange) ParsedForm() *Form {
	if x.rare.form == nil {
		return emptyForm
	}
	return x.rare.form
}

// urlencoded reads the pairs of the body with the rules of the query.
func (x *Exchange) urlencoded(l FormLimits) (*Form, error) {
	if x.HasBody() && x.Encoded() {
		return nil, ErrEncoding
	}
	body, err := x.Body(l.Text)
	if err != nil {
		return nil, err
	}
	f := &Form{fieldSize: l.FieldSize}
	text := string(body)
	var p pair
	for at := 0; at < len(text); {
		if at = p.read(text, at); p.name == p.end {
			continue
		}
		if int64(len(f.Values)) >= unlimited(l.Fields) {
			return nil, tooManyFields(l.Fields)
		}
		v := Value{Name: decode(text[p.name:p.nameEnd]), Text: decode(text[p.value:p.end])}
		if int64(len(v.Text)) > unlimited(l.FieldSize) {
			return nil, partTooLarge("Field", l.FieldSize)
		}
		f.Values = append(f.Values, v)
	}
	return f, nil
}

// multipart reads all parts. Texts are held in memory, so names and texts together may take l.Memory plus one full field.
func (x *Exchange) multipart(l FormLimits) (*Form, error) {
	parts, _, err := x.Parts(l)
	if err != nil {
		return nil, err
	}
	x.writeRare().files = &storage{free: unlimited(l.Memory)}
	most := unlimited(l.FieldSize)
	most += min(unlimited(l.Memory), math.MaxInt64-most)
	text, f := most, &Form{fieldSize: l.FieldSize}
	for {
		part, err := parts.Next()
		if err == io.EOF {
			// The rest after the last part counts too: whether a body exceeds its limit does not depend on its chunks.
			_, err = io.Copy(io.Discard, parts.from)
			return f, err
		}
		if err != nil {
			return nil, err
		}
		v := Value{Name: part.Name}
		if part.File {
			v.File = &File{Filename: part.Filename, ContentType: part.ContentType, Header: part.Header}
			if err := x.rare.files.keep(v.File, part); err != nil {
				return nil, err
			}
			if v.File.Size == 0 && part.Filename == "" {
				continue // browsers send this when the user has chosen no file
			}
		} else {
			value, err := io.ReadAll(part)
			if err != nil {
				return nil, err
			}
			v.Text = strings.ToValidUTF8(string(value), "\uFFFD")
			if text -= int64(len(value)) + int64(len(v.Name)); text < 0 {
				return nil, partTooLarge("Form fields", most)
			}
		}
		f.Values = append(f.Values, v)
	}
}
