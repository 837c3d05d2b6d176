package route

import (
	"github.com/brio-go/brio/routing"
)

// mistakeAt returns the mistake m with what was found and what is legal.
func mistakeAt(m routing.Mistake, found, legal string) routing.Mistake {
	m.Found, m.Legal = found, legal
	return m
}

// addMistake adds a mistake to a report, unless the same function or place has it already: a router or provider at fault is
// listed once, and not for each route.
func addMistake(r *routing.Report, m routing.Mistake) {
	for _, o := range *r {
		if o.Place == m.Place && o.Func == m.Func && o.Found == m.Found {
			return
		}
	}
	*r = append(*r, m)
}

// add adds mistakes to the report.
func (c *compiler) add(mistakes ...routing.Mistake) {
	for _, m := range mistakes {
		addMistake(&c.report, m)
	}
}
