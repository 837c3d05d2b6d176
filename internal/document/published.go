package document

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/brio-go/brio/internal/published"
	"github.com/brio-go/brio/internal/route"
	"github.com/brio-go/brio/internal/startup"
	"github.com/brio-go/brio/openapi/spec"
)

// CheckPublished returns the mistakes of published examples: each is of an operation that the app has, and of parameters, media types and
// statuses that its document has.
func CheckPublished(operations []route.Operation, cfg Config) (mistakes []startup.Mistake) {
	if len(cfg.Published) == 0 {
		return nil
	}
	cfg.Version, cfg.Only, cfg.Host, cfg.Hidden, cfg.Transform = AllVersions, nil, "", true, nil
	build(operations, nil, cfg, func(x published.Example, found, legal string) {
		mistakes = append(mistakes, startup.Mistake{Place: x.Place, Found: "ExamplesFile: " + found, Legal: legal})
	})
	return mistakes
}

// publish adds the published examples to their operations. wrong is called for what an operation lacks; the example is added without it.
func (g *generator) publish(doc *spec.Document, served []*entry, wrong func(x published.Example, found, legal string)) {
	if g.Host != "" || len(g.Published) == 0 {
		return // examples are of the routes for every host
	}
	operations, names := map[string]*spec.Operation{}, []string{}
	for _, e := range served {
		item := doc.Paths[e.path]
		for _, method := range []string{e.info.Method, strings.ToLower(e.info.Method)} {
			if op := item.Operations[method]; op != nil {
				operations[e.info.Method+" "+e.path] = op
				names = append(names, e.info.Method+" "+e.path)
			}
		}
	}
	for _, x := range g.Published {
		op := operations[x.Operation]
		if op == nil {
			wrong(x, fmt.Sprintf("the example %q is of %s, which the app does not have", x.Name, x.Operation),
				fmt.Sprintf("an operation of the app: %q; remove the example, and let a test publish it for the new operation", names))
			continue
		}
		publication{op, x, wrong}.add()
	}
}

// publication adds one example to an operation.
type publication struct {
	op    *spec.Operation
	x     published.Example
	wrong func(x published.Example, found, legal string)
}

// fail reports a part of the example that has no place in the operation.
func (p publication) fail(found string) {
	p.wrong(p.x, fmt.Sprintf("the example %q of %s: %s", p.x.Name, p.x.Operation, found), "what the operation has in the document; write the example anew by its test, with BRIOTEST_UPDATE=1, or remove it")
}

// add adds each value of the example at its place.
func (p publication) add() {
	for _, source := range []struct {
		in     string
		values map[string]any
	}{{"path", p.x.Request.Path}, {"query", p.x.Request.Query}, {"header", p.x.Request.Header}} {
		for _, name := range slices.Sorted(maps.Keys(source.values)) {
			p.parameter(source.in, name, source.values[name])
		}
	}
	if c := p.x.Request.Content; c.MediaType != "" {
		p.body(c)
	}
	p.response(p.x.Response)
}

// parameter adds the value of a parameter.
func (p publication) parameter(in, name string, v any) {
	i := slices.IndexFunc(p.op.Parameters, func(param *spec.Parameter) bool {
		return param.In == in && (param.Name == name || in == "header" && strings.EqualFold(param.Name, name))
	})
	if i < 0 {
		p.fail(fmt.Sprintf("there is no %s parameter %q", in, name))
		return
	}
	param := p.op.Parameters[i]
	if media := param.Content["application/json"]; media != nil {
		media.Example, media.Examples = nil, p.named(media.Examples, v)
		return
	}
	param.Example, param.Examples = nil, p.named(param.Examples, v)
}

// body adds the body of the request. The media types of a body may share their content, so the changed one is a copy.
func (p publication) body(c published.Content) {
	if p.op.RequestBody == nil {
		p.fail("the operation reads no body")
		return
	}
	content := p.op.RequestBody.Content
	for _, key := range mediaKeys(c.MediaType) {
		if media := content[key]; media != nil {
			content[key] = p.withExample(media, c.Body)
			return
		}
	}
	p.fail(fmt.Sprintf("the operation reads no %s", c.MediaType))
}

// response adds the body of the answer.
func (p publication) response(r published.Response) {
	key := strconv.Itoa(r.Status)
	for _, k := range []string{key, key[:1] + "XX", "default"} {
		into := p.op.Responses[k]
		if into == nil {
			continue
		}
		if r.MediaType == "" || len(into.Content) == 0 {
			return
		}
		for _, key := range mediaKeys(r.MediaType) {
			switch media := into.Content[key].(type) {
			case *spec.MediaType:
				into.Content[key] = p.withExample(media, r.Body)
				return
			case nil:
			default:
				return // raw members of the program, which say themselves what they show
			}
		}
		p.fail(fmt.Sprintf("the answer %d has no content of %s", r.Status, r.MediaType))
		return
	}
	p.fail(fmt.Sprintf("the status %d is not declared", r.Status))
}

// withExample returns a copy of a media type that has the example.
func (p publication) withExample(media *spec.MediaType, v any) *spec.MediaType {
	out := *media
	out.Example, out.Examples = nil, p.named(media.Examples, v)
	return &out
}

// named returns a list of examples with a further one. An example of the program with the same name and another value is a mistake.
func (p publication) named(list []spec.Example, v any) []spec.Example {
	for _, known := range list {
		if known.Name != p.x.Name {
			continue
		}
		if a, _ := json.Marshal(jsonValue(known.Value)); string(a) != string(mustJSON(v)) {
			p.fail("the program declares another example with this name")
		}
		return list
	}
	return append(slices.Clip(list), spec.Example{Name: p.x.Name, Value: v})
}

// mustJSON encodes a value that was read as JSON.
func mustJSON(v any) []byte {
	text, _ := json.Marshal(v)
	return text
}

// mediaKeys returns the members of a content that describe a media type: itself, its range, any.
func mediaKeys(mediaType string) []string {
	main, _, _ := strings.Cut(mediaType, "/")
	return []string{mediaType, main + "/*", "*/*"}
}
