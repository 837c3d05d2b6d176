package limit

import (
	"unicode/utf8"

	"github.com/brio-go/brio/bench/api"
)

// plainlyValid says yes only where validator does. It is free to say no to what is
// valid but unusual, which makes it short: validator then has the last word.
func plainlyValid(in *api.UserIn) bool {
	ok := length(in.Username, 3, 32) && plainEmail(in.Email) &&
		(in.FullName == nil || length(*in.FullName, 1, 100)) &&
		length(in.Password, 8, 72) && in.Age >= 0 && in.Age <= 150 && len(in.Tags) <= 10 &&
		length(in.Address.Street, 1, 100) && length(in.Address.City, 1, 100) && length(in.Address.Zip, 5, 10)
	if !ok {
		return false
	}
	for _, t := range in.Tags {
		if !length(t, 1, 20) {
			return false
		}
	}
	return true
}

// plainlyValidOrder is plainlyValid for orders.
func plainlyValidOrder(in *api.OrderIn) bool {
	message, coupon := in.Message.Pointer(), in.Coupon.Pointer()
	ok := length(in.Customer, 3, 32) && !in.PlacedAt.IsZero() && len(in.Items) >= 1 && len(in.Items) <= 20 && len(in.Labels) <= 10 &&
		(message == nil || length(*message, 1, 200)) && (coupon == nil || length(*coupon, 4, 16))
	if !ok {
		return false
	}
	for _, n := range in.Items {
		if n < 1 || n > 99 {
			return false
		}
	}
	for _, v := range in.Labels {
		if !length(v, 0, 50) {
			return false
		}
	}
	switch c, t := in.Payment.Card, in.Payment.Transfer; {
	case c != nil:
		return c.Kind == "card" && length(c.Holder, 1, 100) && length(c.Number, 12, 19) && !c.Expires.IsZero()
	case t != nil:
		return t.Kind == "transfer" && length(t.IBAN, 15, 34) && (t.Reference == nil || length(*t.Reference, 1, 35))
	}
	return false
}

// length counts runes only where bytes do not decide.
func length(s string, low, high int) bool {
	if len(s) < low {
		return false
	}
	if len(s) <= high && low <= 1 {
		return true
	}
	n := utf8.RuneCountInString(s)
	return n >= low && n <= high
}

// plainEmail knows dot-atom@label.label in ASCII letters, digits, and a few signs,
// the last label in letters only.
func plainEmail(s string) bool {
	at, dots, alpha, prev := -1, 0, false, byte('.')
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
			alpha = alpha || prev == '.'
		case '0' <= c && c <= '9':
			alpha = false
		case c == '.':
			if prev == '.' || prev == '-' && at >= 0 {
				return false
			}
			alpha = false
			dots++
		case c == '-' && at >= 0:
			if prev == '.' {
				return false
			}
			alpha = false
		case (c == '_' || c == '+' || c == '-') && at < 0:
		case c == '@':
			if at >= 0 || prev == '.' || i > 64 {
				return false
			}
			at, dots, c = i, 0, '.'
		default:
			return false
		}
		prev = c
	}
	return at > 0 && dots > 0 && alpha && len(s) <= 254
}
