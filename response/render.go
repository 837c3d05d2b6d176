package response

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"html/template"
)

const mediaXML = "application/xml"

// XML answers with v as encoding/xml writes it, after an XML declaration. It is written at once. No response model
// applies: fields have xml tags of their own.
func XML(v any) *Response {
	b, err := marshalXML(v)
	r := Bytes(mediaXML, b)
	if err != nil {
		r.fail(err)
	}
	return r
}

func marshalXML(v any) ([]byte, error) {
	b, err := xml.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("response: XML: %w", err)
	}
	return append([]byte(xml.Header), b...), nil
}

// Template answers with a page that html/template makes, which escapes what data holds for the place it stands in. name
// is the template's in the set, "" for t itself. It is executed at once, completely: a template that fails is a clean
// 500. For links give it *brio.URLs among the data: {{.URLs.For "readItem" "id" .ID}}.
func Template(t *template.Template, name string, data any) *Response {
	var b bytes.Buffer
	var err error
	switch {
	case t == nil:
		err = errors.New("there is no template")
	case name == "":
		err = t.Execute(&b, data)
	default:
		err = t.ExecuteTemplate(&b, name, data)
	}
	r := Bytes(mediaHTML, b.Bytes())
	if err != nil {
		r.fail(fmt.Errorf("response: Template: %w", err))
	}
	return r
}
