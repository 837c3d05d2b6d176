//go:build generated

package client

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	_ "github.com/oapi-codegen/runtime" // which the generated client imports

	"github.com/brio-go/brio/contrib/openapitest/everything"
)

// The generated client compiles and understands the app everything: members that are always written are no pointers,
// and what it sends is accepted.
func TestClientUsesServer(t *testing.T) {
	server := httptest.NewServer(everything.New())
	t.Cleanup(server.Close)
	c, err := NewClientWithResponses(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	made, err := c.CreateItemWithResponse(context.Background(), CreateItemJSONRequestBody{Name: "hat", Price: 1.5, Any: "x"})
	if err != nil {
		t.Fatal(err)
	}
	if made.StatusCode() != http.StatusCreated || made.JSON201 == nil || made.JSON201.Name != "hat" || made.JSON201.Price != 1.5 {
		t.Errorf("%s %s", made.Status(), made.Body)
	}
	text := "a b"
	found, err := c.LookupWithResponse(context.Background(), 5, &LookupParams{Text: &text, Names: &[]string{"a", "b"}})
	if err != nil {
		t.Fatal(err)
	}
	if found.JSON200 == nil || found.JSON200.Id != 5 || found.JSON200.Text != text || len(found.JSON200.Names) != 2 {
		t.Errorf("%s %s", found.Status(), found.Body)
	}
	refused, err := c.LookupWithResponse(context.Background(), 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	if refused.StatusCode() != http.StatusUnprocessableEntity || refused.JSON422 == nil {
		t.Errorf("%s %s", refused.Status(), refused.Body)
	}
}
