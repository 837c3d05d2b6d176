package middleware

import (
	"errors"
	"net/http"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/json"
)

// refuse answers with an error in the app's ErrorFormat, or as {"detail": …} outside of an app. The caller sets headers
// before.
func refuse(w http.ResponseWriter, r *http.Request, status int, detail string) {
	owner, _ := exchange.OwnerOf(w)
	if app, ok := owner.(interface {
		Refuse(w http.ResponseWriter, r *http.Request, status int, detail string)
	}); ok {
		app.Refuse(w, r, status, detail)
		return
	}
	body := append(json.AppendString([]byte(`{"detail":`), detail), '}')
	answer(w, r, status, "application/json", string(body))
}

// refuseError answers with an error of the exchange: a wrong header, or a body that cannot be read. Outside of an app the answer has
// FastAPI's form.
func refuseError(w http.ResponseWriter, r *http.Request, err error) {
	owner, _ := exchange.OwnerOf(w)
	if app, ok := owner.(interface {
		RefuseError(w http.ResponseWriter, r *http.Request, err error)
	}); ok {
		app.RefuseError(w, r, err)
		return
	}
	wrong, isHeader := errors.AsType[*exchange.HeaderError](err)
	switch {
	case isHeader:
		body := json.AppendString([]byte(`{"detail":[{"type":`), wrong.Kind)
		body = json.AppendString(append(body, `,"loc":["header",`...), wrong.Header)
		body = json.AppendString(append(body, `],"msg":`...), wrong.Msg)
		answer(w, r, http.StatusBadRequest, "application/json", string(append(body, `,"input":null}]}`...)))
	case errors.Is(err, exchange.ErrTooLarge):
		refuse(w, r, http.StatusRequestEntityTooLarge, http.StatusText(http.StatusRequestEntityTooLarge))
	case errors.Is(err, exchange.ErrStalled):
		refuse(w, r, http.StatusRequestTimeout, http.StatusText(http.StatusRequestTimeout))
	default:
		refuse(w, r, http.StatusBadRequest, "There was an error parsing the body")
	}
}

// plainText answers with a text of FastAPI's middleware, which does not use the ErrorFormat.
func plainText(w http.ResponseWriter, r *http.Request, status int, text string) {
	answer(w, r, status, "text/plain; charset=utf-8", text)
}

func answer(w http.ResponseWriter, r *http.Request, status int, mediaType, body string) {
	x := exchange.Acquire(w, r)
	defer x.Release()
	_ = x.Send(status, nil, exchange.ContentTypeOf(mediaType), []byte(body)) // an error means that the client has gone
}
