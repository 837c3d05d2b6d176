package declare

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// rule names the rule by which fields of a type merge, "" for a struct of settings.
func rule(t reflect.Type) string {
	name, _, _ := strings.Cut(t.Name(), "[")
	if t.PkgPath() == reflect.TypeFor[Sticky]().PkgPath() && slices.Contains([]string{"Nearest", "Appended", "Levels", "Sticky", "Switches"}, name) {
		return name
	}
	return ""
}

// fields calls f for each setting of the struct v, those of structs inside too.
func fields(v reflect.Value, f func(name string, field reflect.Value)) {
	for i := range v.NumField() {
		if rule(v.Field(i).Type()) == "" {
			fields(v.Field(i), func(name string, field reflect.Value) { f(v.Type().Field(i).Name+"."+name, field) })
			continue
		}
		f(v.Type().Field(i).Name, v.Field(i))
	}
}

// TestSettingsHaveRules: each field of the settings, also inside of structs, has a type that says how it merges.
func TestSettingsHaveRules(t *testing.T) {
	n := 0
	var walk func(typ reflect.Type)
	walk = func(typ reflect.Type) {
		for i := range typ.NumField() {
			switch f := typ.Field(i); {
			case !f.IsExported():
				t.Errorf("%s.%s is not exported: reflection cannot merge it", typ, f.Name)
			case rule(f.Type) != "":
				n++
			case f.Type.Kind() == reflect.Struct:
				walk(f.Type)
			default:
				t.Errorf("%s.%s is of type %s, want Nearest, Appended, Levels, Sticky or Switches", typ, f.Name, f.Type)
			}
		}
	}
	walk(reflect.TypeFor[Settings]())
	if n < 40 {
		t.Errorf("%d settings, want all of them", n)
	}
}

// randomLevel makes random settings of one level. Its lists have spare capacity, so that an append that does not copy is seen.
func randomLevel(r *rand.Rand) *Settings {
	s := &Settings{}
	fields(reflect.ValueOf(s).Elem(), func(_ string, field reflect.Value) {
		if r.IntN(2) == 0 {
			return
		}
		switch rule(field.Type()) {
		case "Sticky":
			field.SetBool(true)
		case "Switches":
			field.Addr().Interface().(*Switches).Set(1<<r.IntN(8), r.IntN(2) == 0)
		case "Nearest":
			set := field.Addr().MethodByName("Set")
			set.Call([]reflect.Value{reflect.Zero(set.Type().In(0))})
		case "Appended":
			field.Set(reflect.MakeSlice(field.Type(), 1+r.IntN(2), 8))
		case "Levels":
			list := reflect.MakeSlice(field.Type().Elem(), 1+r.IntN(2), 8)
			field.Set(reflect.Append(field, list))
		}
	})
	return s
}

// lengths describes what settings have, without the values.
func lengths(s *Settings) string {
	var b strings.Builder
	fields(reflect.ValueOf(s).Elem(), func(name string, field reflect.Value) {
		switch rule(field.Type()) {
		case "Sticky":
			fmt.Fprintf(&b, "%s %v\n", name, field.Bool())
		case "Switches":
			fmt.Fprintf(&b, "%s %+v\n", name, field.Interface())
		case "Nearest":
			fmt.Fprintf(&b, "%s %v\n", name, field.Addr().MethodByName("IsSet").Call(nil)[0].Bool())
		case "Appended":
			fmt.Fprintf(&b, "%s %d\n", name, field.Len())
		case "Levels":
			for i := range field.Len() {
				fmt.Fprintf(&b, "%s[%d] %d\n", name, i, field.Index(i).Len())
			}
		}
	})
	return b.String()
}

// TestMergedSettingsShareNoList: what a level adds after a merge is not seen by any other level, because each append copies.
func TestMergedSettingsShareNoList(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		app, router, one, two := randomLevel(r), randomLevel(r), randomLevel(r), randomLevel(r)
		router.Inherit(app)
		one.Inherit(router)
		two.Inherit(router)
		all := []*Settings{app, router, one, two}
		var lists []reflect.Value
		for _, s := range all {
			fields(reflect.ValueOf(s).Elem(), func(_ string, field reflect.Value) {
				if k := rule(field.Type()); k == "Appended" || k == "Levels" {
					lists = append(lists, field)
				}
			})
		}
		for i, s := range all {
			var others []string
			for _, o := range all {
				others = append(others, lengths(o))
			}
			changed := *s
			changed.Inherit(randomLevel(r))
			for j, o := range all {
				if got := lengths(o); got != others[j] {
					t.Fatalf("seed %d: a merge with level %d inside changed level %d:\n%s\nbefore:\n%s", seed, i, j, got, others[j])
				}
			}
		}
		// Two lists may begin at one address only if one of them has no room for an append.
		for i, a := range lists {
			for _, b := range lists[i+1:] {
				if a.Type() == b.Type() && a.Len() > 0 && b.Len() > 0 && a.Pointer() == b.Pointer() && min(a.Cap()-a.Len(), b.Cap()-b.Len()) > 0 {
					t.Fatalf("seed %d: two levels share a list of type %s with room for an append", seed, a.Type())
				}
			}
		}
	}
}

// rules are the words of the table in docs/routing.md for each type of a setting.
var rules = map[string][]string{
	"Nearest":  {"the innermost wins"},
	"Appended": {"appended", "appended, the outermost first"},
	"Levels":   {"appended", "the nearest wins"},
	"Sticky":   {"once said, it stays"},
	"Switches": {"the innermost wins"},
}

// named are the settings of options that have another name than their setting.
var named = map[string]string{"DeprecatedSince": "Deprecation", "GoneAfterSunset": "Gone", "OnDeprecated": "Callers",
	"Use": "Middleware", "Supply": "Dependencies", "SupplyFunc": "Dependencies", "Provide": "Dependencies", "Depends": "Dependencies", "Security": "Dependencies",
	"BodyDecoder": "Decoders", "ResponseClass": "Class", "Responds": "Responses", "RespondsRange": "Responses", "Lifespan": "Lifespans",
	"EventStream": "Stream.Events", "EventPing": "Stream.Ping", "StreamWriteTimeout": "Stream.WriteTimeout", "TaskQueue": "Queue",
	"MessageRate": "Socket.Rate", "IdleTimeout": "Socket.Idle", "CompressMessages": "Socket.Compress", "AnswerBadMessages": "Socket.Answers", "Subprotocols": "Socket.Subprotocols", "AllowOrigins": "Socket.Origins",
	"ResponseInclude": "Filter.Include", "ResponseExclude": "Filter.Exclude", "ExcludeUnset": "Filter.ExcludeUnset", "ExcludeDefaults": "Filter.ExcludeDefaults",
	"SinceVersion": "Versions", "UntilVersion": "Versions",
	"ExcludeNone": "Filter.ExcludeNone", "ByAlias": "Filter.ByAlias", "Encoder": "Encoders", "OnError": "ErrorHandlers", "OnStatus": "ErrorHandlers",
}

// switchNames returns the names of the constants of package switches that are one switch: the names of their options.
func switchNames(t *testing.T) (names []string) {
	f, err := parser.ParseFile(token.NewFileSet(), "../switches/switches.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range f.Decls {
		if d, ok := d.(*ast.GenDecl); ok && d.Tok == token.CONST && d.Lparen.IsValid() {
			for _, s := range d.Specs {
				names = append(names, s.(*ast.ValueSpec).Names[0].Name)
			}
		}
	}
	return names
}

// TestRoutingPageHasRules: the table of docs/routing.md says of each option the rule that the type of its setting has, and no setting
// is missing.
func TestRoutingPageHasRules(t *testing.T) {
	page, err := os.ReadFile("../../docs/routing.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, ok := strings.Cut(string(page), "| option | rule |\n|---|---|\n")
	if !ok {
		t.Fatal("docs/routing.md has no table of options and rules")
	}
	table, _, _ = strings.Cut(table, "\n\n")
	settings := map[string]string{}
	fields(reflect.ValueOf(&Settings{}).Elem(), func(name string, field reflect.Value) { settings[name] = rule(field.Type()) })
	delete(settings, "Switches")
	for _, name := range switchNames(t) {
		settings[name] = "Switches"
	}
	missing := map[string]bool{}
	for name := range settings {
		missing[name] = true
	}
	option := regexp.MustCompile("`(\\w+)`")
	for line := range strings.Lines(table) {
		cells := strings.Split(line, "|")
		words := strings.TrimSpace(cells[2])
		for _, m := range option.FindAllStringSubmatch(cells[1], -1) {
			if m[1] == "Prefix" {
				continue // a text of its own, which is no setting
			}
			if m[1] == "UploadLimits" {
				for name := range settings {
					if strings.HasPrefix(name, "Uploads.") {
						delete(missing, name)
						if settings[name] != "Nearest" || words != "the innermost wins, for each limit" {
							t.Errorf("%s: the page says %q, the setting %s is %s", m[1], words, name, settings[name])
						}
					}
				}
				continue
			}
			name := m[1]
			if other, ok := named[name]; ok {
				name = other
			}
			delete(missing, name)
			if !slices.Contains(rules[settings[name]], words) {
				t.Errorf("%s: the page says %q, the setting %s is %q, want one of %q", m[1], words, name, settings[name], rules[settings[name]])
			}
		}
	}
	delete(missing, "Mistakes") // no option: what is wrong with the arguments of options
	for name := range missing {
		t.Errorf("the table of docs/routing.md lacks the option of the setting %s", name)
	}
}
