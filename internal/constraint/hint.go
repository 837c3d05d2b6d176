package constraint

import (
	"slices"
	"strings"
)

// hint gives the known rules nearest to an unknown name, for the end of an error message.
func (e *Engine) hint(name string) string {
	lower := strings.TrimSpace(strings.ToLower(name))
	best := 2
	if len(lower) <= 4 {
		best = 1 // most names are within two letters of a short one
	}
	var near []string
	for _, known := range e.names() {
		switch d := distance(lower, strings.ToLower(known)); {
		case d < best:
			best, near = d, []string{known}
		case d == best:
			near = append(near, known)
		}
	}
	if len(near) == 0 {
		return "; words after oneof= are separated by spaces, a comma in a text is written 0x2C"
	}
	slices.Sort(near)
	return " (did you mean " + strings.Join(near[:min(len(near), 3)], " or ") + "?)"
}

// distance returns the Levenshtein distance of a and b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
