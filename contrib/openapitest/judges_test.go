// Package openapitest lets tools of others judge the document of the app everything, and its requests and answers by it.
package openapitest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/errors"

	"github.com/brio-go/brio/contrib/openapitest/everything"
)

func document(t *testing.T, version string) []byte {
	t.Helper()
	w := httptest.NewRecorder()
	everything.New().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/openapi.json?version="+version, nil))
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", version, w.Code, w.Body)
	}
	return w.Body.Bytes()
}

// kin-openapi reads documents of 3.0, and of 3.1 since 0.136; it knows no 3.2.
func TestKinOpenAPIAcceptsDocument(t *testing.T) {
	for _, version := range []string{"3.0.3", "3.1.0"} {
		t.Run(version, func(t *testing.T) {
			loader := openapi3.NewLoader()
			doc, err := loader.LoadFromData(document(t, version))
			if err != nil {
				t.Fatal(err)
			}
			if err := doc.Validate(loader.Context); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestLibopenapiAcceptsDocument(t *testing.T) {
	for _, version := range []string{"3.0.3", "3.1.0", "3.2.0"} {
		t.Run(version, func(t *testing.T) {
			for _, problem := range problems(newValidator(t, version).ValidateDocument()) {
				t.Error(problem)
			}
		})
	}
}

func newValidator(t *testing.T, version string) validator.Validator {
	t.Helper()
	doc, err := libopenapi.NewDocument(document(t, version))
	if err != nil {
		t.Fatal(err)
	}
	v, errs := validator.NewValidator(doc)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return v
}

func problems(ok bool, list []*errors.ValidationError) (out []string) {
	for _, e := range list {
		out = append(out, e.Error())
		for _, s := range e.SchemaValidationErrors {
			out = append(out, fmt.Sprintf("%s at %s", s.Reason, s.FieldPath))
		}
	}
	if !ok && len(out) == 0 {
		out = append(out, "it is not valid")
	}
	return out
}
