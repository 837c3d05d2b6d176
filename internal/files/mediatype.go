package files

import (
	"mime"
	"path"
	"strings"
)

// MediaType returns the media type of a file by the extension of its name, application/octet-stream for an unknown one. Texts are
// in UTF-8.
func MediaType(name string) string {
	ext := path.Ext(name)
	if t := mime.TypeByExtension(ext); t != "" {
		return t
	}
	if t := webTypes[strings.ToLower(ext)]; t != "" {
		return t
	}
	return "application/octet-stream"
}

// webTypes are types that package mime knows only where the system has a table of them.
var webTypes = map[string]string{
	".eot":         "application/vnd.ms-fontobject",
	".jsonld":      "application/ld+json",
	".map":         "application/json",
	".md":          "text/markdown; charset=utf-8",
	".otf":         "font/otf",
	".ttf":         "font/ttf",
	".webmanifest": "application/manifest+json",
	".woff":        "font/woff",
	".woff2":       "font/woff2",
	".yaml":        "application/yaml",
	".yml":         "application/yaml",
}
