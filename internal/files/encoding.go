package files

import "github.com/brio-go/brio/internal/httptext"

// encodings are the content codings of siblings, the smallest first.
var encodings = []struct{ coding, ending string }{{"br", ".br"}, {"zstd", ".zst"}, {"gzip", ".gz"}}

// Encoded returns the sibling of a file that the client likes best, by the lines of Accept-Encoding, and its coding. Of codings with one
// weight the smaller form wins. The coding is "" if the client gets the file as it is. The file is closed if a sibling takes its place,
// and after an error.
func (f *Folder) Encoded(found Found, accept []string) (best Found, coding string, err error) {
	if !f.Precompressed || len(accept) == 0 {
		return found, "", nil
	}
	best = found
	weights := httptext.ParseWeighted(accept)
	bestWeight := weightOf(weights, "identity", 0)
	for _, e := range encodings {
		weight := weightOf(weights, e.coding, 0)
		if weight == 0 || weight < bestWeight || coding != "" && weight == bestWeight {
			continue
		}
		sibling, err := f.open(found.Name+e.ending, File)
		if err != nil {
			best.Close()
			return Found{}, "", err
		}
		if sibling.Kind == File {
			best.Close()
			best, bestWeight, coding = sibling, weight, e.coding
		}
	}
	return best, coding, nil
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
