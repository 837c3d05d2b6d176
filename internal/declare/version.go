package declare

import (
	"regexp"
	"slices"
	"strings"
)

// VersionBy is how a request says which version of an API it wants.
type VersionBy uint8

const (
	ByPrefix    VersionBy = iota // the first segment of the path is the name of the version
	ByHeader                     // a header has the name
	ByMediaType                  // a media type of Accept, or of Content-Type, has the name
)

// Versions are the versions of an API.
type Versions struct {
	By       VersionBy
	Header   string   // of ByHeader, in canonical form
	Media    string   // of ByMediaType, in lower case: * stands for the name
	Names    []string // the oldest first
	Default  string   // of requests without a version; "" refuses them
	Settings map[string]*Settings
	Place    string
}

// VersionRange is one SinceVersion or UntilVersion of a level: "" is no bound.
type VersionRange struct{ Since, Until, Place string }

// Index returns the index of a version, or -1.
func (v *Versions) Index(name string) int { return slices.Index(v.Names, name) }

// Current returns the version that documents and links begin with: the default, or the newest.
func (v *Versions) Current() string {
	if v.Default != "" {
		return v.Default
	}
	return v.Names[len(v.Names)-1]
}

// MediaOf returns the media type of JSON answers of a version, "" for that of the response class.
func (v *Versions) MediaOf(name string) string {
	if v.By != ByMediaType {
		return ""
	}
	return strings.Replace(v.Media, "*", name, 1)
}

// NameIn returns the name of the version in a media type in lower case. ok is false for a media type of another kind.
func (v *Versions) NameIn(mediaType string) (name string, ok bool) {
	before, after, _ := strings.Cut(v.Media, "*")
	if len(mediaType) <= len(before)+len(after) || !strings.HasPrefix(mediaType, before) || !strings.HasSuffix(mediaType, after) {
		return "", false
	}
	return mediaType[len(before) : len(mediaType)-len(after)], true
}

// Asked returns the index of the version that a client asks for by name, or -1. Of versions that are dates, it is the newest that is not
// after the name, which is then a date too.
func (v *Versions) Asked(name string) int {
	if i := v.Index(name); i >= 0 || !v.areDates() || !IsVersionDate(name) {
		return i
	}
	i, _ := slices.BinarySearch(v.Names, name)
	return i - 1
}

func (v *Versions) areDates() bool {
	return !slices.ContainsFunc(v.Names, func(name string) bool { return !IsVersionDate(name) })
}

// Includes reports whether a level with these ranges belongs to the version of an index.
func (v *Versions) Includes(ranges []VersionRange, i int) bool {
	return !slices.ContainsFunc(ranges, func(r VersionRange) bool {
		return r.Since != "" && i < v.Index(r.Since) || r.Until != "" && i > v.Index(r.Until)
	})
}

// IsVersionDate reports whether a name has the form of a date, which the order of texts puts in the order of time.
func IsVersionDate(name string) bool { return versionDate.MatchString(name) }

// IsVersionName reports whether a name can stand in a path, a header and a media type.
func IsVersionName(name string) bool { return versionName.MatchString(name) }

var (
	versionDate = regexp.MustCompile(`^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`)
	versionName = regexp.MustCompile(`^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$`)
)
