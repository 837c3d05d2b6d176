package main

import (
	"strings"
	"testing"
)

const greenTea = `{"sku":"TEA-001","name":"Green tea","description":"First flush, from the north side of the hill","price":"12.50","stock":10,"added_at":"2026-01-02T09:00:00Z"}`

func TestListItems(t *testing.T) {
	url, _ := shop(t)
	b := newBrowser(t, url)
	tests := map[string]string{ // query to the SKUs
		"":                                  "POT-001 TEA-001 TEA-002 of 3",
		"?limit=1":                          "POT-001 of 3",
		"?limit=1&offset=1":                 "TEA-001 of 3",
		"?offset=7":                         " of 3",
		"?q=TEA&sort=price":                 "TEA-002 TEA-001 POT-001 of 3",
		"?sort=name":                        "TEA-002 TEA-001 POT-001 of 3",
		"?max_price=12.50":                  "TEA-001 TEA-002 of 2",
		"?max_price=12.49":                  "TEA-002 of 1",
		"?in_stock=yes":                     "TEA-001 TEA-002 of 2",
		"?added_after=2026-02-01T00:00:00Z": "POT-001 TEA-002 of 2",
		"?added_after=2026-02-02T11:00:00%2B02:00": "POT-001 of 1",
		"?q=nothing": " of 0",
	}
	for query, want := range tests {
		a := b.get("/api/items"+query).want(200, "").wantNot(`"cost"`, `"reviews"`)
		var skus []string
		for _, part := range strings.Split(a.body, `{"sku":"`)[1:] {
			skus = append(skus, part[:7])
		}
		total := a.body[strings.LastIndex(a.body, ":")+1 : len(a.body)-1]
		if got := strings.Join(skus, " ") + " of " + total; got != want {
			t.Errorf("%s: %s, want %s\n%s", query, got, want, a.body)
		}
	}
	// An empty list is a list.
	b.get("/api/items?q=nothing").want(200, `{"items":[],"total":0}`)
}

// All errors of all sources are in one answer.
func TestParameterErrors(t *testing.T) {
	url, _ := shop(t)
	b := newBrowser(t, url)
	b.get("/api/items?limit=many&offset=-1&q=x&max_price=1.234&added_after=2026-01-01&in_stock=perhaps&sort=colour").want(422, `{"detail":[`+
		`{"type":"int_parsing","loc":["query","limit"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"many"},`+
		`{"type":"greater_than_equal","loc":["query","offset"],"msg":"Input should be greater than or equal to 0","input":"-1","ctx":{"ge":0}},`+
		`{"type":"string_too_short","loc":["query","q"],"msg":"String should have at least 2 characters","input":"x","ctx":{"min_length":2}},`+
		`{"type":"value_error","loc":["query","max_price"],"msg":"Value error, not a valid Money","input":"1.234","ctx":{"error":{}}},`+
		`{"type":"datetime_parsing","loc":["query","added_after"],"msg":"Input should be a valid datetime, a time and a zone are needed, as in 2006-01-02T15:04:05Z","input":"2026-01-01","ctx":{"error":"a time and a zone are needed, as in 2006-01-02T15:04:05Z"}},`+
		`{"type":"bool_parsing","loc":["query","in_stock"],"msg":"Input should be a valid boolean, unable to interpret input","input":"perhaps"},`+
		`{"type":"literal_error","loc":["query","sort"],"msg":"Input should be 'sku', 'name' or 'price'","input":"colour","ctx":{"expected":"'sku', 'name' or 'price'"}}]}`)

	b.do("POST", "/api/items/tea/reviews?anonymous=perhaps", `{"stars":9,"text":7}`,
		"Content-Language", "x", "Cookie", "visitor="+strings.Repeat("v", 41)).want(422, `{"detail":[`+
		`{"type":"string_pattern_mismatch","loc":["path","sku"],"msg":"String should match pattern '^[A-Z]{3}-[0-9]{3}$'","input":"tea","ctx":{"pattern":"^[A-Z]{3}-[0-9]{3}$"}},`+
		`{"type":"bool_parsing","loc":["query","anonymous"],"msg":"Input should be a valid boolean, unable to interpret input","input":"perhaps"},`+
		`{"type":"string_too_short","loc":["header","content-language"],"msg":"String should have at least 2 characters","input":"x","ctx":{"min_length":2}},`+
		`{"type":"string_too_long","loc":["cookie","visitor"],"msg":"String should have at most 40 characters","input":"`+strings.Repeat("v", 41)+`","ctx":{"max_length":40}},`+
		`{"type":"less_than_equal","loc":["body","stars"],"msg":"Input should be less than or equal to 5","input":9,"ctx":{"le":5}},`+
		`{"type":"string_type","loc":["body","text"],"msg":"Input should be a valid string","input":7}]}`)
}

// Parameters of all sources, and members that are null left out.
func TestReviews(t *testing.T) {
	url, _ := shop(t)
	b := newBrowser(t, url)
	b.get("/api/items/TEA-001/reviews").want(200, `[]`)
	b.do("POST", "/api/items/TEA-001/reviews", `{"stars":5,"text":"Sehr gut","visitor":"forged","language":"xx"}`, "Content-Language", "de", "Cookie", "visitor=v1").
		want(201, `{"stars":5,"text":"Sehr gut","language":"de","visitor":"v1"}`)
	b.do("POST", "/api/items/TEA-001/reviews?anonymous=true", `{"stars":1,"text":null}`, "Cookie", "visitor=v1").
		want(201, `{"stars":1,"language":"en"}`)
	b.get("/api/items/TEA-001/reviews").want(200, `[{"stars":5,"text":"Sehr gut","language":"de","visitor":"v1"},{"stars":1,"language":"en"}]`)
	b.do("POST", "/api/items/TEA-999/reviews", `{"stars":1}`).want(404, `{"detail":"There is no item TEA-999"}`)
	b.get("/api/items/TEA-001").want(200, strings.TrimSuffix(greenTea, "}")+
		`,"reviews":[{"stars":5,"text":"Sehr gut","language":"de","visitor":"v1"},{"stars":1,"text":null,"language":"en","visitor":null}]}`)
}

func TestItemLife(t *testing.T) {
	url, _ := shop(t)
	a := ada(t, url)
	a.get("/api/items/TEA-001").want(200, greenTea)
	a.get("/api/admin/items/TEA-001").want(200, strings.Replace(greenTea, `"stock"`, `"cost":"4.80","stock"`, 1))

	const cup = `{"sku":"CUP-001","name":"Cup","price":"7","cost":"2.5","added_at":"1999-01-01T00:00:00Z"}`
	created := a.do("POST", "/api/admin/items", cup).want(201, "").wantHeader("Location", "/api/items/CUP-001")
	created.wantContains(`{"sku":"CUP-001","name":"Cup","description":null,"price":"7.00","cost":"2.50","stock":0,"added_at":"20`).wantNot("1999")
	a.do("POST", "/api/admin/items", cup).want(409, `{"detail":"The SKU is taken"}`)
	a.get("/newest").wantHeader("Location", "/api/items/CUP-001")

	a.do("DELETE", "/api/admin/items/CUP-001", "").want(204, "").wantHeader("Content-Type").wantHeader("Content-Length")
	a.get("/api/items/CUP-001").want(404, `{"detail":"There is no item CUP-001"}`)
}

func TestPatchTellsAbsentNullAndValue(t *testing.T) {
	url, _ := shop(t)
	a := ada(t, url)
	const path = "/api/admin/items/TEA-001"
	item := func(name, description, price string) string {
		return `{"sku":"TEA-001","name":"` + name + `","description":` + description + `,"price":"` + price + `","cost":"4.80","stock":10,"added_at":"2026-01-02T09:00:00Z"}`
	}
	const first = `"First flush, from the north side of the hill"`
	steps := []struct {
		name, patch string
		status      int
		want        string
	}{
		{"absent", `{}`, 200, item("Green tea", first, "12.50")},
		{"value", `{"price":"13"}`, 200, item("Green tea", first, "13.00")},
		{"null", `{"description":null}`, 200, item("Green tea", "null", "13.00")},
		{"empty is a value", `{"description":""}`, 200, item("Green tea", `""`, "13.00")},
		{"all", `{"name":"Sencha","description":"Second flush","price":"9.9"}`, 200, item("Sencha", `"Second flush"`, "9.90")},
		{"null where there must be a value", `{"name":null,"price":"1"}`, 422,
			`{"detail":[{"type":"string_type","loc":["body","name"],"msg":"An item has a name","input":null}]}`},
		{"null where there must be a value, again", `{"price":null}`, 422,
			`{"detail":[{"type":"value_error","loc":["body","price"],"msg":"An item has a price","input":null}]}`},
		{"rules", `{"name":"x","price":"-1.00"}`, 422, `{"detail":[` +
			`{"type":"string_too_short","loc":["body","name"],"msg":"String should have at least 2 characters","input":"x","ctx":{"min_length":2}},` +
			`{"type":"greater_than","loc":["body","price"],"msg":"Input should be greater than 0","input":"-1.00","ctx":{"gt":0}}]}`},
		{"form", `{"price":12}`, 422, `{"detail":[{"type":"string_type","loc":["body","price"],"msg":"Input should be a valid string","input":12}]}`},
		{"form of one's own", `{"price":"twelve"}`, 422,
			`{"detail":[{"type":"value_error","loc":["body","price"],"msg":"Value error, not a valid Money","input":"twelve","ctx":{"error":{}}}]}`},
		{"no body", ``, 422, `{"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]}`},
		{"nothing changed by errors", `{}`, 200, item("Sencha", `"Second flush"`, "9.90")},
	}
	for _, s := range steps {
		t.Run(s.name, func(t *testing.T) { a.do("PATCH", path, s.patch).want(s.status, s.want) })
	}
}
