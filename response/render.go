package response

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"html/template"
)

const mediaXML = "application/xml"

// XML answers with an XML declaration and v, as encoding/xml writes it. v is encoded at once. No response model applies: xml
// tags rename and omit fields.
func XML(v any) *Response {
	b, err := marshalXML(v)
	r := Bytes(mediaXML, b)
	if err != nil {
		r.answer.Fail(err)
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

// Template answers with a page of html/template, which escapes the data for its context. name is the name of a template in
// t's set, "" for t itself. The template is executed at once and completely: if it fails, the client receives a 500 and no
// part of the page. For links put *brio.URLs into the data: {{.URLs.For "readItem" "id" .ID}}.
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
		r.answer.Fail(fmt.Errorf("response: Template: %w", err))
	}
	return r
}
