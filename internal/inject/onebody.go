package inject

import (
	"cmp"
	"fmt"
	"reflect"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/startup"
)

// checkBody reports functions of the route that read the request body in different ways, and sets MaxBody. A request has one body: its
// readers share one form (JSON, form fields, bytes), and one type if they read all of it.
func (c *compiler) checkBody() {
	c.current = startup.Mistake{}
	use, first := bind.NoBody, ""
	bodyType, bodyReader, memberReader := reflect.Type(nil), "", ""
	for i := range c.plan.steps {
		s := &c.plan.steps[i]
		if s.bind == nil || s.bind.BodyUse() == bind.NoBody {
			continue
		}
		if u := s.bind.BodyUse(); use == bind.NoBody {
			use, first = u, typeName(s.typ)
		} else if u != use || !u.Shared() {
			c.report(fmt.Sprintf("%s reads the body as %s, and %s as %s", first, use, typeName(s.typ), u),
				"a request has one body, which a route reads in one way; a dependency can read it and provide the result")
		}
		for _, p := range s.bind.Unreadable(*c.Settings) {
			c.report(typeName(s.typ)+": "+p, "a media type is JSON or has a decoder")
		}
		t, keyed := s.bind.JSONBody()
		switch in := typeName(s.typ); {
		case t != nil && bodyType != nil && t != bodyType:
			c.report(fmt.Sprintf("%s reads the whole body as %s, and %s as %s", bodyReader, typeName(bodyType), in, typeName(t)),
				"a whole body has one type; give the values keys, as in body:\"item\", or let one function read it and provide the others")
		case t != nil && memberReader != "", keyed && bodyType != nil:
			c.report(fmt.Sprintf("%s reads the whole body, and %s members of it", cmp.Or(bodyReader, in), cmp.Or(memberReader, in)),
				"the functions of a route read either the whole body, body:\"\", or members of it, body:\"item\"")
		case t != nil:
			bodyType, bodyReader = t, in
		case keyed:
			memberReader = in
		}
	}
	for b := range c.plan.Params() {
		for other := range c.plan.Params() {
			b.Declare(other)
		}
	}
	c.plan.MaxBody = c.Settings.BodyLimit(use)
}

// AcceptedBodies returns the media types of the bodies that the functions read. It is nil if they read no body, or one of any type.
func (p *Plan) AcceptedBodies() []string {
	if p == nil {
		return nil
	}
	for i := range p.steps {
		if s := &p.steps[i]; s.bind != nil && s.bind.BodyUse() != bind.NoBody {
			return s.bind.Accepted(p.Settings) // all functions of a route read the body in one way
		}
	}
	return nil
}
