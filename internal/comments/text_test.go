package comments

import "testing"

func TestOperation(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want Text
	}{
		"the name is left out":            {"createItem adds an item.", Text{Summary: "Adds an item"}},
		"the rest is the description":     {"createItem adds an item. It is\nfor administrators.\n\nMore.", Text{Summary: "Adds an item", Description: "It is for administrators.\n\nMore."}},
		"without the name":                {"Add an item\n\nor two.", Text{Summary: "Add an item", Description: "or two."}},
		"another word that begins alike":  {"createItems adds.", Text{Summary: "createItems adds"}},
		"over two lines":                  {"createItem adds an\nitem. Then", Text{Summary: "Adds an item", Description: "Then"}},
		"an abbreviation":                 {"createItem adds, e.g. a hat, v1.2 of it. Good.", Text{Summary: "Adds, e.g. a hat, v1.2 of it", Description: "Good."}},
		"a question":                      {"Is there an item? Asks.", Text{Summary: "Is there an item?", Description: "Asks."}},
		"an umlaut":                       {"createItem ändert. Übrigens", Text{Summary: "Ändert", Description: "Übrigens"}},
		"too long":                        {"createItem " + long + ". Then", Text{Description: "X" + long[1:] + ". Then"}},
		"only a list":                     {"- one\n- two", Text{Description: "- one\n- two"}},
		"deprecated":                      {"createItem adds.\n\nDeprecated: use\naddItem.", Text{Summary: "Adds", Description: "Deprecated: use addItem.", Deprecated: true}},
		"only deprecated":                 {"Deprecated: use addItem.", Text{Description: "Deprecated: use addItem.", Deprecated: true}},
		"Deprecated within a paragraph":   {"createItem adds.\nDeprecated: no.", Text{Summary: "Adds", Description: "Deprecated: no."}},
		"behind a form feed, for no user": {"createItem adds.\f secret", Text{Summary: "Adds"}},
		"behind a line of \\f":            {"createItem adds.\n\\f\nsecret", Text{Summary: "Adds"}},
		"\\f within a line":               {"createItem adds \\f and more.", Text{Summary: `Adds \f and more`}},
		"nothing":                         {"", Text{}},
		"nothing but the name":            {"createItem", Text{Summary: "createItem"}},
	} {
		if got := Operation(tt.text, "createItem"); got != tt.want {
			t.Errorf("%s: %+v, want %+v", name, got, tt.want)
		}
	}
}

const long = "xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxxx"

func TestDescribe(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"lines become one":      {"Item is\nsold.\n\nAnd\r\nmore.", "Item is sold.\n\nAnd more."},
		"a list":                {"It has:\n  - one,\n  - two.\n\nEnd.", "It has:\n  - one,\n  - two.\n\nEnd."},
		"numbers":               {"1. one\n2. two", "1. one\n2. two"},
		"code":                  {"As in\n\n\ta := 1\n\n\tb := 2", "As in\n\n\ta := 1\n\n\tb := 2"},
		"a fence":               {"```\na\n\nDeprecated: b\n```\nthen\nthat", "```\na\n\nDeprecated: b\n```\nthen\nthat"},
		"a table":               {"| a | b |\n| - | - |\n| 1 | 2 |", "| a | b |\n| - | - |\n| 1 | 2 |"},
		"a heading":             {"# Title\n\nText\ngoes on.", "# Title\n\nText goes on."},
		"links to Go names":     {"See [Item], [*shop.Store.Add] and ([Order]).", "See Item, shop.Store.Add and (Order)."},
		"links of Markdown":     {"See [Item](x), [Item][1] and [item].", "See [Item](x), [Item][1] and [item]."},
		"type arguments":        {"A Page[Item].", "A Page[Item]."},
		"emphasis stays":        {"It is **not** <b>*", "It is **not** <b>*"},
		"nothing but new lines": {"\n\n", ""},
	} {
		if got := Describe(tt.text); got.Description != tt.want || got.Deprecated || got.Summary != "" {
			t.Errorf("%s: %+v, want %q", name, got, tt.want)
		}
	}
}
