// Package openapi writes the OpenAPI 3.1 document of an app and serves it.
//
// The compiled routes enter (route.Operation): what they read, what they answer, which schemes guard them. Build makes
// the document of them, a *spec.Document that options may still change; a Server holds it encoded, as JSON, as YAML and as
// OpenAPI 3.0.3, and answers requests with copies of those bytes. Types are read by internal/model alone, as binding and
// response models read them: what the plan would refuse, the document says. The package declares nothing and changes no
// route.
package openapi
