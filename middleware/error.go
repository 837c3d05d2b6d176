package middleware

import (
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

// plainText answers with a text of FastAPI's middleware, which does not use the ErrorFormat.
func plainText(w http.ResponseWriter, r *http.Request, status int, text string) {
	answer(w, r, status, "text/plain; charset=utf-8", text)
}

func answer(w http.ResponseWriter, r *http.Request, status int, mediaType, body string) {
	x := exchange.Acquire(w, r)
	defer x.Release()
	_ = x.Send(status, nil, exchange.ContentTypeOf(mediaType), []byte(body)) // an error means that the client has gone
}
