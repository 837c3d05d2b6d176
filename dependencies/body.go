package dependencies

import (
	"fmt"

	"github.com/brio-go/brio/params"
)

// oneBody checks that the functions of a route read the body in one way, as there is one body.
func (c *compiler) oneBody() {
	c.current = Problem{}
	use, first := params.NoBody, ""
	for i := range c.plan.steps {
		s := &c.plan.steps[i]
		if s.bind == nil || s.bind.BodyUse() == params.NoBody {
			continue
		}
		if u := s.bind.BodyUse(); use == params.NoBody {
			use, first = u, typeName(s.typ)
		} else if u != use || !u.Shared() {
			c.report(fmt.Sprintf("%s reads the body as %s, and %s as %s", first, use, typeName(s.typ), u),
				"a request has one body, which a route reads in one way; a dependency can read it and provide the result")
		}
	}
	c.plan.MaxBody = c.Settings.BodyLimit(use)
}
