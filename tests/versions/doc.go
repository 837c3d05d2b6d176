// Package versions tests the versions of an API by prefix, header and media type.
package versions
