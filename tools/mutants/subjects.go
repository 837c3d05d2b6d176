package main

// subject says which tests hold a package beside its own: other packages of the core, and folders of tests/. The slow ones take many seconds
// and are the last.
type subject struct {
	packages []string
	tests    []string
}

// subjects are the packages whose source is changed: the core of a request, of start-up and of the document. Folders of tests/ that start
// processes, wait for time or read the source tree are left out.
var subjects = map[string]subject{
	"cookies":              {tests: []string{"merge", "responses"}},
	"dependencies":         {packages: []string{"internal/inject"}, tests: []string{"dependencies", "cleanups"}},
	"hub":                  {tests: []string{"hubs"}},
	"internal/answer":      {tests: []string{"merge", "responses", "isolation", "streams", "files", "compat", "pages"}},
	"internal/app":         {tests: []string{"startup", "documents", "mounts", "settings", "health", "errors"}},
	"internal/bind":        {tests: []string{"binding", "forms", "models", "hostile", "values", "decoders", "compat", "isolation", "lists"}},
	"internal/constraint":  {packages: []string{"internal/bind"}, tests: []string{"binding", "schemas", "values", "models", "compat"}},
	"internal/declare":     {packages: []string{"routing"}, tests: []string{"routing", "startup", "scopes", "errors", "models", "compat"}},
	"internal/document":    {tests: []string{"documents", "schemas", "asyncapi", "lists", "scopes", "compat", "pages"}},
	"internal/encode":      {packages: []string{"responsemodel"}, tests: []string{"models", "responses", "values", "lists", "compat", "isolation"}},
	"internal/exchange":    {tests: []string{"streams", "forms", "limits", "hostile", "ends", "errors"}},
	"internal/files":       {tests: []string{"static", "frontend", "files"}},
	"internal/finite":      {tests: []string{"ends"}},
	"internal/httptext":    {tests: []string{"files", "responses"}},
	"internal/httpwriter":  {packages: []string{"internal/exchange", "middleware"}},
	"internal/inject":      {tests: []string{"dependencies", "cleanups", "startup", "binding", "values", "compat", "websockets", "documents"}},
	"internal/injectables": {tests: []string{"dependencies", "websockets", "forms"}},
	"internal/json":        {packages: []string{"internal/bind"}, tests: []string{"binding", "hostile", "models", "isolation", "compat"}},
	"internal/memory":      {packages: []string{"internal/json", "internal/bind", "internal/encode"}},
	"internal/model":       {packages: []string{"internal/bind", "internal/encode"}, tests: []string{"binding", "schemas", "models", "lists", "values", "compat"}},
	"internal/origin":      {packages: []string{"middleware"}, tests: []string{"middleware", "paths", "limits", "mounts", "errors"}},
	"internal/panics":      {tests: []string{"ends", "errors"}},
	"internal/pathtree":    {tests: []string{"paths", "routing"}},
	"internal/route": {packages: []string{"internal/ask"}, tests: []string{"routing", "paths", "errors", "ends", "streams", "responses", "cleanups", "dependencies",
		"startup", "models", "websockets", "mounts", "frontend", "static", "documents", "scopes", "values", "tasks", "files", "versions", "compat"}},
	"internal/socket":    {tests: []string{"websockets"}},
	"internal/sse":       {tests: []string{"streams"}},
	"internal/swar":      {packages: []string{"internal/json"}},
	"internal/translate": {tests: []string{"errors"}},
	"middleware":         {tests: []string{"middleware", "ends", "websockets", "mounts", "limits", "compat"}},
	"openapi/spec":       {tests: []string{"documents"}},
	"params":             {packages: []string{"internal/bind"}, tests: []string{"binding", "values"}},
	"response":           {tests: []string{"responses", "files", "errors", "lists", "streams", "compat"}},
	"responsemodel":      {tests: []string{"models"}},
	"routing":            {tests: []string{"routing", "startup", "mounts"}},
	"security":           {tests: []string{"scopes", "documents", "errors", "startup", "compat"}},
	"websocket":          {tests: []string{"websockets"}},
}
