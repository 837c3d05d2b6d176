// Package pathtree reads path patterns and finds the most specific pattern for the path of a request.
//
// [Parse] reads a [Pattern] from the text of a route. [Tree.Insert] adds patterns with their values and refuses two that
// conflict. [Tree.Match] takes a path and gives the value and the wildcards' values; [Template.Fill] goes the other way and
// writes the path of a URL. The rules are those of net/http.ServeMux, without method and host.
//
// The package does not know what the values are, nor anything about requests or methods.
package pathtree
