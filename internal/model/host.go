package model

import (
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Hosts of the schemes http, https, ws, wss and ftp are read and written by the URL Standard of WHATWG, as in pydantic: lower case,
// names of other scripts in punycode, and a host that ends in a number as an IPv4 address with four parts.

// setHost rewrites the host of u to that form. reason says why the host has no such form; "" is success.
func setHost(u *url.URL) (reason string) {
	host, port := u.Hostname(), u.Port()
	if n, err := strconv.Atoi(port); port != "" && (err != nil || n > 1<<16-1) {
		return "invalid port number"
	}
	if !webScheme(u.Scheme) || strings.HasPrefix(u.Host, "[") {
		return ""
	}
	host, ok := asciiHost(host)
	if !ok {
		return "invalid international domain name"
	}
	if endsInNumber(host) {
		if host, ok = ipv4(host); !ok {
			return "invalid IPv4 address"
		}
	}
	if strings.HasSuffix(u.Host, ":"+port) {
		host += ":" + port
	}
	u.Host = host
	return ""
}

func webScheme(scheme string) bool {
	switch scheme {
	case "http", "https", "ws", "wss", "ftp":
		return true
	}
	return false
}

// endsInNumber reports whether the last non-empty label of a host is a number: digits, or 0x and hexadecimal digits.
func endsInNumber(host string) bool {
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	last := labels[len(labels)-1]
	if last != "" && strings.Trim(last, "0123456789") == "" {
		return true
	}
	_, ok := ipv4Number(last)
	return ok
}

// ipv4 writes a host of one to four numbers as four numbers. The last one fills the remaining bytes: 127.1 is 127.0.0.1.
func ipv4(host string) (string, bool) {
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	if len(labels) > 4 {
		return "", false
	}
	address := uint64(0)
	for i, label := range labels {
		n, ok := ipv4Number(label)
		room := uint(8)
		if i == len(labels)-1 {
			room = 8 * uint(5-len(labels))
		}
		if !ok || n >= 1<<room {
			return "", false
		}
		address = address<<room | n
	}
	var out []byte
	for shift := 24; shift >= 0; shift -= 8 {
		out = append(strconv.AppendUint(out, address>>shift&0xFF, 10), '.')
	}
	return string(out[:len(out)-1]), true
}

// ipv4Number parses a decimal number, an octal one after 0, or a hexadecimal one after 0x. 0x alone is 0.
func ipv4Number(s string) (uint64, bool) {
	base := 10
	digits := s
	switch {
	case strings.HasPrefix(s, "0x"):
		base, digits = 16, s[2:]
	case len(s) > 1 && s[0] == '0':
		base, digits = 8, s[1:]
	}
	if digits == "" {
		return 0, base == 16
	}
	if strings.ContainsAny(digits, "+-_") {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, base, 64)
	return n, err == nil
}

// asciiHost returns a host in lower case, with each non-ASCII label in punycode (RFC 3492) after NFKC normalization.
func asciiHost(host string) (_ string, ok bool) {
	isASCII := true
	for i := range len(host) {
		isASCII = isASCII && host[i] < 0x80
	}
	if !isASCII {
		host = norm.NFKC.String(strings.ToLower(norm.NFKC.String(host)))
		host = strings.Map(func(r rune) rune {
			switch {
			case r == '。':
				return '.'
			case r == '\u00ad', r == '\u200b', r == '\u2060', r == '\ufeff', r >= '\ufe00' && r <= '\ufe0f':
				return -1 // invisible characters, which the URL Standard drops
			}
			return r
		}, host)
	}
	host = strings.ToLower(host)
	if host == "" {
		return "", false
	}
	labels := strings.Split(host, ".")
	for i, label := range labels {
		isASCII := true
		for _, r := range label {
			if r == unicode.ReplacementChar || !unicode.IsGraphic(r) || unicode.IsSpace(r) || strings.ContainsRune("#%/:<>?@[\\]^|", r) {
				return "", false
			}
			isASCII = isASCII && r < 0x80
		}
		if !isASCII {
			if labels[i], ok = punycode(label); !ok {
				return "", false
			}
		}
	}
	return strings.Join(labels, "."), true
}

// punycode encodes a non-ASCII label (RFC 3492, section 6.3). It refuses labels of more than 63 bytes, the limit of DNS, because
// the encoding takes more than linear time.
func punycode(label string) (_ string, ok bool) {
	if strings.HasPrefix(label, "xn--") {
		return "", false
	}
	out := []byte("xn--")
	runes := []rune(label)
	if len(runes) > 63 {
		return "", false
	}
	for _, r := range runes {
		if r < 0x80 {
			out = append(out, byte(r))
		}
	}
	basic := len(out) - len("xn--")
	if basic > 0 {
		out = append(out, '-')
	}
	delta, bias, next := 0, 72, rune(0x80)
	for done := basic; done < len(runes); next++ {
		least := rune(unicode.MaxRune)
		for _, r := range runes {
			if r >= next && r < least {
				least = r
			}
		}
		delta += int(least-next) * (done + 1)
		next = least
		for _, r := range runes {
			if r < next {
				delta++
			}
			if r != next {
				continue
			}
			q := delta
			for k := 36; ; k += 36 {
				threshold := min(max(k-bias, 1), 26)
				if q < threshold {
					break
				}
				out = append(out, punycodeDigit(threshold+(q-threshold)%(36-threshold)))
				q = (q - threshold) / (36 - threshold)
			}
			out = append(out, punycodeDigit(q))
			bias = adaptBias(delta, done+1, done == basic)
			delta = 0
			done++
		}
		delta++
	}
	return string(out), len(out) <= 63
}

func punycodeDigit(n int) byte { return "abcdefghijklmnopqrstuvwxyz0123456789"[n] }

// adaptBias is the function of RFC 3492, section 6.1.
func adaptBias(delta, points int, first bool) int {
	if first {
		delta /= 700
	} else {
		delta /= 2
	}
	delta += delta / points
	k := 0
	for ; delta > 455; k += 36 {
		delta /= 35
	}
	return k + 36*delta/(delta+38)
}
