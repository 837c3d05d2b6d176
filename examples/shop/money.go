package main

import (
	"fmt"
	"strconv"
	"strings"
)

// A type with UnmarshalText can be a parameter or a member of a body. MarshalText writes it.

// Money is an amount, written as text: "12.50".
type Money int64 // in cents

// MarshalText writes two digits after the point.
func (m Money) MarshalText() ([]byte, error) {
	if m < 0 {
		return fmt.Appendf(nil, "-%d.%02d", -(m / 100), -(m % 100)), nil
	}
	return fmt.Appendf(nil, "%d.%02d", m/100, m%100), nil
}

// UnmarshalText accepts "12", "12.5" and "12.50". Clients do not see its error: they get an error of Brio that names the type.
func (m *Money) UnmarshalText(text []byte) error {
	units, cents, point := strings.Cut(strings.TrimPrefix(string(text), "-"), ".")
	if point && (cents == "" || len(cents) > 2) {
		return fmt.Errorf("%q has not one or two digits after the point", text)
	}
	n, err := strconv.ParseUint(units+(cents + "00")[:2], 10, 40)
	if err != nil || units == "" {
		return fmt.Errorf("%q is not an amount", text)
	}
	*m = Money(n)
	if text[0] == '-' {
		*m = -*m
	}
	return nil
}
