package params

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/constraint"
)

// Cursor is a parameter struct that says where in a list the client stands: at most Limit rows, next to the row that the cursor of an
// earlier answer names. Pages by cursor have no row twice and miss none, whatever is inserted and deleted between them, and page 1000
// costs what page 1 costs. CursorParams of fastapi-pagination is its like.
//
// The client receives a cursor in [response.Page] and sends it back as it is. It is signed with the keys of a [cookies.Codec], for the
// route that made it: clients cannot make one. With an encryption key they cannot read it either. Package sqlpages does all of it; a
// program with another store uses Write and Read.
//
// A struct that embeds Cursor may declare the parameter limit itself, see [Page].
//
// [response.Page]: https://pkg.go.dev/github.com/brio-go/brio/response#Page
type Cursor struct {
	Limit    int      `query:"limit" default:"50" validate:"min=1,max=100" doc:"How many rows the page has at most"`
	Position Position `query:"cursor,omitempty" doc:"The cursor of an earlier page; without one the first page is meant"`
}

// Position is the text of a cursor and the route that received it. Nothing of it is checked until Read.
type Position struct{ text, route string }

// maxCursor is the length of the longest cursor in bytes. The codec makes no longer ones.
const maxCursor = 4096

// UnmarshalText takes the text as it is.
func (p *Position) UnmarshalText(text []byte) error {
	p.text = string(text)
	return nil
}

// TextFormat implements the framework's interface for types with text methods. A cursor has no format of JSON Schema.
func (Position) TextFormat() string { return "" }

// SetRoute is for the framework. It says for which route cursors are written and read.
func (p *Position) SetRoute(pattern string) { p.route = pattern }

// IsSet reports whether the client sent a cursor. An empty text is none.
func (p Position) IsSet() bool { return p.text != "" }

// Write returns a cursor with v, which is written as JSON and signed with the first key of the codec. It is for the route of p. An error
// is one of the program: v is no JSON, or longer than about 3000 bytes.
func (p Position) Write(codec *cookies.Codec, v any) (string, error) {
	cookie, err := codec.Encode(p.name(), v)
	if err != nil {
		return "", fmt.Errorf("params: write a cursor: %w", err)
	}
	return cookie.Value, nil
}

// Read checks the cursor and decodes its value into the variable that v points to. Without a cursor it reports false and stores nothing.
//
// A cursor that is changed, cut, signed with an unknown key, of another route, or older than the MaxAge of the codec, gives a
// *ValidationError with the location query, cursor. A handler that returns it answers 422. Other errors are mistakes of the program.
func (p Position) Read(codec *cookies.Codec, v any) (sent bool, err error) {
	if !p.IsSet() {
		return false, nil
	}
	if len(p.text) <= maxCursor {
		err = codec.Decode(&http.Cookie{Name: p.name(), Value: p.text}, v)
		if err == nil {
			return true, nil
		}
		if !errors.Is(err, cookies.ErrInvalid) {
			return true, fmt.Errorf("params: read a cursor: %w", err)
		}
	}
	return true, p.Refuse("the cursor is not one of this list, or has expired; ask for the first page")
}

// Refuse returns the 422 for a cursor that is signed but does not fit the request, such as one of another order. reason is a sentence for
// the client.
func (p Position) Refuse(reason string) *ValidationError {
	failure := constraint.ValueError(reason)
	const most = 100 // bytes that the error echoes
	input := strings.ToValidUTF8(p.text[:min(len(p.text), most)], "\uFFFD")
	if len(p.text) > most {
		input += "…"
	}
	return &ValidationError{Errors: []ErrorDetail{{Type: failure.Type, Loc: []any{"query", "cursor"}, Msg: failure.Msg, Input: input, Ctx: failure.Ctx}}}
}

// name is the name under which the codec signs the cursors of the route.
func (p Position) name() string {
	sum := sha256.Sum256([]byte(p.route))
	return "cursor-" + hex.EncodeToString(sum[:16])
}
