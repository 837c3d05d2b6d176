package documents_test

import (
	"encoding/json"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/security"
)

func compatPost(*struct {
	ItemID int       `path:"item_id" validate:"gte=1" title:"The ID"`
	Q      *string   `query:"q"`
	XTok   *[]string `header:"x-tok"`
	Ads    string    `cookie:"ads" default:"d" deprecated:"true"`
	Item   Item      `body:""`
}) *Item {
	return nil
}

func compatSub(brio.Body[Item]) *Item { return nil }

// TestFastAPICompatDocumentEqualsFastAPI: FastAPI 0.141 printed each wanted text for the same app in Python. Under
// FastAPICompat Brio's is equal as JSON.
func TestFastAPICompatDocumentEqualsFastAPI(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		declare func(*brio.App)
		path    []string
		want    string
	}{
		{"no routes", func(*brio.App) {}, nil, `{"openapi":"3.1.0","info":{"title":"FastAPI","version":"0.1.0"},"paths":{}}`},
		{"operation", func(a *brio.App) {
			a.Post("/items/{item_id}", compatPost, brio.Name("create_item"), brio.Tags("items"), brio.Description("Create an item."), brio.Deprecated(), brio.Status(201))
		}, []string{"paths", "/items/{item_id}", "post"}, `{"tags":["items"],"summary":"Create Item","description":"Create an item.","operationId":"create_item_items__item_id__post","deprecated":true,
			"parameters":[{"name":"item_id","in":"path","required":true,"schema":{"type":"integer","minimum":1,"title":"The ID"}},
			 {"name":"q","in":"query","required":false,"schema":{"anyOf":[{"type":"string"},{"type":"null"}],"title":"Q"}},
			 {"name":"x-tok","in":"header","required":false,"schema":{"anyOf":[{"type":"array","items":{"type":"string"}},{"type":"null"}],"title":"X-Tok"}},
			 {"name":"ads","in":"cookie","required":false,"schema":{"type":"string","deprecated":true,"default":"d","title":"Ads"},"deprecated":true}],
			"requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Item"}}}},
			"responses":{"201":{"description":"Successful Response","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Item"}}}},
			 "422":{"description":"Validation Error","content":{"application/json":{"schema":{"$ref":"#/components/schemas/HTTPValidationError"}}}}}}`},
		{"validation errors", func(a *brio.App) { a.Post("/", compatSub) }, []string{"components", "schemas", "HTTPValidationError"},
			`{"properties":{"detail":{"items":{"$ref":"#/components/schemas/ValidationError"},"type":"array","title":"Detail"}},"type":"object","title":"HTTPValidationError"}`},
		{"validation error", func(a *brio.App) { a.Post("/", compatSub) }, []string{"components", "schemas", "ValidationError"},
			`{"properties":{"loc":{"items":{"anyOf":[{"type":"string"},{"type":"integer"}]},"type":"array","title":"Location"},"msg":{"type":"string","title":"Message"},"type":{"type":"string","title":"Error Type"},"input":{"title":"Input"},"ctx":{"type":"object","title":"Context"}},"type":"object","required":["loc","msg","type"],"title":"ValidationError"}`},
		{"body fields", func(a *brio.App) {
			a.Post("/multi", func(*struct {
				Item       Item `body:"item"`
				Importance int  `body:"importance" validate:"gt=0"`
			}) any {
				return nil
			}, brio.Name("multi"))
		}, []string{"components", "schemas", "Body_multi_multi_post"},
			`{"properties":{"item":{"$ref":"#/components/schemas/Item"},"importance":{"type":"integer","exclusiveMinimum":0,"title":"Importance"}},"type":"object","required":["item","importance"],"title":"Body_multi_multi_post"}`},
		{"list", func(a *brio.App) { a.Post("/list", func() []int { return nil }, brio.Name("lst")) }, []string{"paths", "/list", "post", "responses", "200"},
			`{"description":"Successful Response","content":{"application/json":{"schema":{"type":"array","items":{"type":"integer"},"title":"Response Lst List Post"}}}}`},
		{"no result", func(a *brio.App) { a.Post("/none", noResult) }, []string{"paths", "/none", "post", "responses"},
			`{"200":{"description":"Successful Response","content":{"application/json":{"schema":{}}}}}`},
		{"redirect", func(a *brio.App) { a.Get("/go", getStrID, brio.ResponseClass(response.RedirectClass)) }, []string{"paths", "/go", "get", "responses"},
			`{"307":{"description":"Successful Response"}}`},
		{"html", func(a *brio.App) { a.Get("/page", getStrID, brio.ResponseClass(response.HTMLClass)) }, []string{"paths", "/page", "get", "responses"},
			`{"200":{"description":"Successful Response","content":{"text/html":{"schema":{"type":"string"}}}}}`},
		{"server-sent events", func(a *brio.App) { a.Get("/sse", someHats, brio.EventStream()) }, []string{"paths", "/sse", "get", "responses", "200", "content"},
			`{"text/event-stream":{"itemSchema":{"type":"object","properties":{"data":{"type":"string","contentMediaType":"application/json","contentSchema":{"$ref":"#/components/schemas/hat"}},"event":{"type":"string"},"id":{"type":"string"},"retry":{"type":"integer","minimum":0}},"required":["data"]}}}`},
		{"json lines", func(a *brio.App) { a.Get("/lines", someHats) }, []string{"paths", "/lines", "get", "responses", "200", "content"},
			`{"application/jsonl":{"itemSchema":{"$ref":"#/components/schemas/hat"}}}`},
		{"two security schemes", func(a *brio.App) {
			a.Get("/", getStrID, brio.Security(security.OAuth2PasswordBearer("token", map[string]string{"me": "Read me"}), "b", "a"), brio.Depends(security.APIKeyHeader("X-Key", security.Name("MyKey"))))
		}, []string{"paths", "/", "get", "security"}, `[{"OAuth2PasswordBearer":["b","a"]},{"MyKey":[]}]`},
		{"scheme definitions", func(a *brio.App) {
			a.Get("/", getStrID, brio.Depends(security.OAuth2PasswordBearer("token", map[string]string{"me": "Read me"}), security.HTTPBasic(), security.APIKeyCookie("key")))
		}, []string{"components", "securitySchemes"}, `{"OAuth2PasswordBearer":{"type":"oauth2","flows":{"password":{"scopes":{"me":"Read me"},"tokenUrl":"token"}}},
			"HTTPBasic":{"type":"http","scheme":"basic"},"APIKeyCookie":{"type":"apiKey","in":"cookie","name":"key"}}`},
		{"webhook", func(a *brio.App) { a.Webhooks().Post("new-sub", compatSub, brio.Name("new_sub")) }, []string{"webhooks", "new-sub", "post"},
			`{"summary":"New Sub","operationId":"new_subnew_sub_post","requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Item"}}}},
			"responses":{"200":{"description":"Successful Response","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Item"}}}},
			"422":{"description":"Validation Error","content":{"application/json":{"schema":{"$ref":"#/components/schemas/HTTPValidationError"}}}}}}`},
		{"callback", func(a *brio.App) {
			r := brio.NewRouter()
			r.Post("{$callback_url}/inv/{$request.body.id}", getStrID, brio.Name("inv_note"))
			a.Post("/", getStrID, brio.Callbacks("", r))
		}, []string{"paths", "/", "post", "callbacks"}, `{"inv_note":{"{$callback_url}/inv/{$request.body.id}":{"post":{"summary":"Inv Note","operationId":"inv_note__callback_url__inv___request_body_id__post",
			"responses":{"200":{"description":"Successful Response","content":{"application/json":{"schema":{"type":"string","title":"Response Inv Note  Callback Url  Inv   Request Body Id  Post"}}}}}}}}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			app := brio.New(brio.FastAPICompat(), brio.DocComments(nil))
			c.declare(app)
			if err := app.Check(); err != nil {
				t.Fatal(err)
			}
			var got any
			if err := json.Unmarshal(testkit.Get(app, "/openapi.json").Body.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			wantJSON(t, at(got, c.path...), c.want)
		})
	}
}
