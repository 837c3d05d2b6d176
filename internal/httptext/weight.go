package httptext

import (
	"strconv"
	"strings"
)

// Weighted is one element of a field such as Accept or Accept-Encoding.
type Weighted struct {
	Value  string  // in lower case, without parameters
	Weight float64 // 0 to 1: how much the client prefers the value; 0 refuses it
}

// ParseWeighted reads a list of values with weights (RFC 9110, 12.4.2). A value without a weight has 1. It leaves out elements
// whose weight is not a number from 0 to 1, and ignores other parameters. Numbers may have more digits than the RFC's three.
func ParseWeighted(lines []string) (list []Weighted) {
	for _, line := range lines {
		for _, part := range Split(line, ',') {
			fields := Split(part, ';')
			e, ok := Weighted{strings.ToLower(strings.TrimSpace(fields[0])), 1}, true
			for _, f := range fields[1:] {
				name, value, _ := strings.Cut(f, "=")
				if strings.EqualFold(strings.TrimSpace(name), "q") {
					weight, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
					ok = ok && err == nil && weight >= 0 && weight <= 1
					e.Weight = weight
				}
			}
			if ok && e.Value != "" {
				list = append(list, e)
			}
		}
	}
	return list
}
