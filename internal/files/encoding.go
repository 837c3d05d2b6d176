package files

import "github.com/brio-go/brio/internal/httptext"

// encodings are the content codings of siblings, the smallest first.
var encodings = []struct{ coding, ending string }{{"br", ".br"}, {"zstd", ".zst"}, {"gzip", ".gz"}}

// Encoded returns the sibling of a file that the client likes best, by the lines of Accept-Encoding, and its coding. Of codings
// with one weight the smaller form wins. The coding is "" if the client gets the file as it is.
func (f *Folder) Encoded(found Found, accept []string) (sibling Found, coding string, err error) {
	if !f.Precompressed || len(accept) == 0 {
		return found, "", nil
	}
	weights := httptext.ParseWeighted(accept)
	best := weightOf(weights, "identity", 0)
	for _, e := range encodings {
		weight := weightOf(weights, e.coding, 0)
		if weight == 0 || weight < best || coding != "" && weight <= best {
			continue
		}
		name := found.Name + e.ending
		info, err := f.stat(name)
		if err != nil {
			return found, "", err
		}
		if info != nil && info.Mode().IsRegular() {
			best, coding, sibling = weight, e.coding, Found{File, name, info}
		}
	}
	if coding == "" {
		return found, "", nil
	}
	return sibling, coding, nil
}

// weightOf returns the weight of a coding (RFC 9110, 12.5.3). "*" stands for codings that are not listed, except identity.
func weightOf(list []httptext.Weighted, coding string, otherwise float64) float64 {
	star := otherwise
	for _, w := range list {
		switch {
		case w.Value == coding || coding == "gzip" && w.Value == "x-gzip":
			return w.Weight
		case w.Value == "*" && coding != "identity":
			star = w.Weight
		}
	}
	return star
}
