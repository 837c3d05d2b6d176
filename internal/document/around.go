package document

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/brio-go/brio/internal/startup"
	"github.com/brio-go/brio/openapi/spec"
)

// addAround adds what the middleware around an operation reads and answers: its header, unless the operation declares one of that name,
// and its answers beside others of their status. Without DocumentErrors it adds no answer.
func (g *generator) addAround(e *entry, op *spec.Operation) {
	for _, d := range e.Around {
		if !slices.Contains(d.Methods, e.info.Method) {
			continue
		}
		if !slices.ContainsFunc(op.Parameters, func(p *spec.Parameter) bool { return p.In == "header" && strings.EqualFold(p.Name, d.Header) }) {
			op.Parameters = append(op.Parameters, g.aroundParameter(d))
		}
		if !e.Settings.DocumentErrors.Or(true) {
			continue
		}
		for _, a := range d.Answers {
			g.addAroundAnswer(op, a)
		}
	}
}

// aroundParameter returns the header that middleware reads.
func (g *generator) aroundParameter(d *startup.Documented) *spec.Parameter {
	schema := typeSchema("string")
	schema.Pattern = d.Pattern
	if d.MaxLength > 0 {
		schema.MaxLength = new(d.MaxLength)
	}
	if g.AutoTitles {
		schema.Title = autoTitle(d.Header)
	}
	return &spec.Parameter{Name: d.Header, In: "header", Required: new(d.Required), Schema: schema, Description: d.Description}
}

// addAroundAnswer adds an answer of middleware. It is an error without entries, which in FastAPI's format has another form than the 422 of
// validation.
func (g *generator) addAroundAnswer(op *spec.Operation, a startup.Answer) {
	key := strconv.Itoa(a.Status)
	model := a.Status
	if model == http.StatusUnprocessableEntity {
		model = http.StatusConflict
	}
	content := g.errorContent(model)
	into := op.Responses[key]
	if into == nil {
		op.Responses[key] = &spec.Response{Description: a.Description, Content: content}
		return
	}
	if !strings.Contains(into.Description, a.Description) {
		into.Description = strings.TrimSuffix(into.Description, ".") + ". " + a.Description
	}
	g.addAlternatives(into, content)
}
