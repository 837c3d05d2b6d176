package brio_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/contract"
	"github.com/brio-go/brio/internal/testkit"
)

const internalErrorBody = testkit.InternalError

func quiet() brio.AppOption { return testkit.Quiet() }

// logged is an app option whose log lands in the buffer.
func logged() (brio.AppOption, *bytes.Buffer) {
	var b bytes.Buffer
	return brio.Logger(slog.New(slog.NewTextHandler(&b, nil))), &b
}

// wantInternalError is the one clean 500, with its cause in the log.
func wantInternalError(t *testing.T, w *httptest.ResponseRecorder, log *bytes.Buffer, cause string) {
	t.Helper()
	wantStatus(t, w, 500)
	wantBody(t, w, internalErrorBody)
	wantHeader(t, w, "Content-Type", "application/json")
	testkit.WantContains(t, log.String(), cause)
}

// ask sends a request to an app in memory; headers are "Key: value".
func ask(h http.Handler, method, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for _, line := range headers {
		if key, value, ok := strings.Cut(line, ": "); ok {
			r.Header.Add(key, value)
		}
	}
	w := httptest.NewRecorder()
	contract.Serve(h, w, r)
	return w
}

// toyEncode is an encoder as MessagePack's are, in text: it shows the types that it was given.
func toyEncode(v any) ([]byte, error) {
	switch v := v.(type) {
	case map[string]any:
		var parts []string
		for k, elem := range v {
			b, err := toyEncode(elem)
			if err != nil {
				return nil, err
			}
			parts = append(parts, k+"="+string(b))
		}
		slices.Sort(parts)
		return []byte("{" + strings.Join(parts, " ") + "}"), nil
	case []any:
		var b []byte
		for _, elem := range v {
			e, err := toyEncode(elem)
			if err != nil {
				return nil, err
			}
			b = append(append(b, e...), ';')
		}
		return b, nil
	case string:
		if v == "refuse" {
			return nil, errors.New("the encoder refuses")
		}
		return []byte(v), nil
	}
	return fmt.Appendf(nil, "%T:%v", v, v), nil
}
