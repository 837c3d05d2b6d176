package exchange

import (
	"io"
	"math"
	"strings"
)

// Value is what one field of a form has sent: a text, or a file.
type Value struct {
	Name string
	Text string
	File *File // nil: it is a text
}

// Form is the body as a form, in the order it was sent.
type Form struct{ Values []Value }

// LastValue returns the last value of the named field, as FastAPI takes it.
func (f *Form) LastValue(name string) (v Value, ok bool) {
	for i := len(f.Values) - 1; i >= 0; i-- {
		if f.Values[i].Name == name {
			return f.Values[i], true
		}
	}
	return Value{}, false
}

// AllValues returns the values of the named field in the order they were sent.
func (f *Form) AllValues(name string) (all []Value) {
	for _, v := range f.Values {
		if v.Name == name {
			all = append(all, v)
		}
	}
	return all
}

// ReadText makes a file that is declared as JSON, the last value of the named field, a text too. Browsers send a part with
// a Content-Type only as a file. The text has the limit of other fields, l.FieldSize. ok is false for other files.
func (f *Form) ReadText(name string, l FormLimits) (ok bool, err error) {
	i := len(f.Values) - 1
	for f.Values[i].Name != name {
		i--
	}
	v := &f.Values[i]
	if mediaType, _ := mediaTypeOf(v.File.ContentType); !IsJSON(mediaType) {
		return false, nil
	}
	if v.File.Size > unlimited(l.FieldSize) {
		return true, partTooLarge("Part", l.FieldSize)
	}
	if v.Text == "" {
		var all []byte
		all, err = v.File.ReadAll()
		v.Text = string(all)
	}
	return true, err
}

// noForm is the form of a body that is none.
var noForm = &Form{}

// Form reads the body as application/x-www-form-urlencoded or multipart/form-data, once, and returns the same Form on
// each call. A body that is declared as something else is not read, and is an empty form. Files are kept in memory up
// to l.Memory, and beyond it in a temporary file, until Release. Text is valid for ever.
//
// All errors but those of the temporary file are ErrTooLarge or ErrRead, some of them with a text for the client
// ([FormError]).
func (x *Exchange) Form(l FormLimits) (*Form, error) {
	if x.rare.form == nil && x.rare.formErr == nil {
		switch mediaType, _ := x.MediaType(); mediaType {
		case "application/x-www-form-urlencoded":
			x.writeRare().form, x.rare.formErr = x.urlencoded(l)
		case "multipart/form-data":
			x.writeRare().form, x.rare.formErr = x.multipart(l)
		default:
			x.writeRare().form = noForm
		}
	}
	return x.rare.form, x.rare.formErr
}

// ParsedForm returns what Form has read, and an empty form before.
func (x *Exchange) ParsedForm() *Form {
	if x.rare.form == nil {
		return noForm
	}
	return x.rare.form
}

// urlencoded reads pairs as a query is read.
func (x *Exchange) urlencoded(l FormLimits) (*Form, error) {
	if x.HasBody() && x.Encoded() {
		return nil, ErrEncoding
	}
	body, err := x.Body(l.Text)
	if err != nil {
		return nil, err
	}
	f := &Form{}
	text := string(body)
	var p pair
	for at := 0; at < len(text); {
		if at = p.read(text, at); p.empty() {
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

// multipart reads all parts. Texts are memory, so names and texts together are bounded, too: they have what files have
// and one full field.
func (x *Exchange) multipart(l FormLimits) (*Form, error) {
	parts, _, err := x.Parts(l)
	if err != nil {
		return nil, err
	}
	x.writeRare().files = &storage{free: unlimited(l.Memory)}
	most := unlimited(l.FieldSize)
	most += min(unlimited(l.Memory), math.MaxInt64-most)
	text, f := most, &Form{}
	for {
		part, err := parts.Next()
		if err == io.EOF {
			// What follows the last part is read too: a body is over the limit or not, however it was sent.
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
				continue // what browsers send when no file was chosen
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
