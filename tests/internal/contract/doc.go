// Package contract holds the tests of this module to the OpenAPI documents of the apps they test.
//
// Three rules are checked for each exchange: the document has the answer; a request that the app accepts is valid by the document; a JSON
// body that the app refuses with 422 is refused by the document's schema too, except for the rules that JSON Schema cannot express
// (docs/schemas.md). The validator is another author's. Only tests import the package.
//
// Tests send their requests through Serve. A package calls Main from its TestMain; Main fails the package when an exchange broke a rule.
package contract
