package document

import (
	"testing"

	"github.com/brio-go/brio/routing"
)

func TestSnake(t *testing.T) {
	for in, want := range map[string]string{
		"readItem": "read_item", "getStrID": "get_str_id", "getHTTPServer": "get_http_server", "read_item": "read_item", "v2Items": "v2_items",
		"itemV2x": "item_v2x", "get2FA": "get2_fa", "ID": "id", "get /items/{id}": "get_items_id", "": "", "éTé": "é_té",
	} {
		if got := Snake(in); got != want {
			t.Errorf("%s is %s, want %s", in, got, want)
		}
	}
}

func TestFastAPIOperationID(t *testing.T) {
	for _, c := range []struct {
		info routing.RouteInfo
		want string
	}{
		{routing.RouteInfo{Method: "GET", Path: "/items/", Name: "readItems", Function: "readItems"}, "read_items_items__get"},
		{routing.RouteInfo{Method: "POST", Path: "/now/items/{item_id}", Name: "create_item", Function: "x"}, "create_item_now_items__item_id__post"},
		{routing.RouteInfo{Method: "GET", Path: "/items/{id}", Name: "readItem", Function: "read"}, "read_item_items__id__get"}, // of the option Name
		{routing.RouteInfo{Method: "GET", Path: "/items", Name: "List all", Function: "list"}, "List_all_items_get"},
		{routing.RouteInfo{Method: "POST", Path: "new-sub", Name: "newSub", Function: "newSub"}, "new_subnew_sub_post"},
		{routing.RouteInfo{Method: "POST", Path: "{$callback_url}/inv/{$request.body.id}", Name: "invNote", Function: "invNote"}, "inv_note__callback_url__inv___request_body_id__post"},
		{routing.RouteInfo{Method: "GET", Path: "/f/{rest...}", Name: "file", Function: "file"}, "file_f__rest__get"},
	} {
		if got := FastAPIOperationID(c.info); got != c.want {
			t.Errorf("%+v: %s, want %s", c.info, got, c.want)
		}
	}
}

func TestMerge(t *testing.T) {
	into := map[string]any{"a": map[string]any{"b": 1, "c": []any{1}}, "d": "x", "e": []any{1}}
	got := mergeJSON(into, map[string]any{"a": map[string]any{"b": 2, "c": []any{2}, "n": 3}, "d": []any{"y"}, "e": "z"})
	want := `{"a":{"b":2,"c":[1,2],"n":3},"d":["y"],"e":"z"}`
	if text, _ := appendOrdered(nil, got); string(text) != want {
		t.Errorf("got %s, want %s", text, want)
	}
}
