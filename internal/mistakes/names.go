package mistakes

import (
	"regexp"
	"strings"
)

// importFolders matches the folders of import paths in the name of a generic type.
var importFolders = regexp.MustCompile(`[\w.~-]+/`)

// rootNames writes types of other packages under their names in package brio, which programs use.
var rootNames = strings.NewReplacer("params.Body[", "brio.Body[", "params.Query[", "brio.Query[", "params.Header[", "brio.Header[",
	"params.Cookie[", "brio.Cookie[", "params.Form[", "brio.Form[", "params.Patch[", "brio.Patch[", "params.Optional[", "brio.Optional[",
	"params.Parts", "brio.Parts", "response.Response", "brio.Response", "websocket.Socket", "brio.WebSocket")

// Anonymous is the name of structs without a name.
const Anonymous = "struct{…}"

// TypeName returns a type as programs write it. t is the name that reflect gives it, with the paths of packages in type arguments.
func TypeName(t string) string { return rootNames.Replace(importFolders.ReplaceAllString(t, "")) }
