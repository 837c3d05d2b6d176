// Package published reads and writes the file of examples that tests publish: package briotest writes it, the app reads it when it
// starts, and the document shows what it has.
//
// The file is JSON. An example stands below the method and path of its operation, and its name:
//
//	{"POST /items": {"created": {
//		"request":  {"mediaType": "application/json", "body": {"name": "hat"}},
//		"response": {"status": 201, "mediaType": "application/json", "body": {"id": 1, "name": "hat"}}
//	}}}
//
// The package does not know documents, routes and requests.
package published
