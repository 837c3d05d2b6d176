// Package responsemodel writes any Go value as JSON through a declared model, outside of HTTP: for a message queue, a cache, a log, a
// file. A route's answer and an Encoder of the same types and options have the same bytes.
//
// A type, a model and options are compiled once, by [New] or [As]. A mistake in them is an error then, not later. Values enter an
// [Encoder] and leave as bytes, appended to a slice. A field that the model does not declare is never read, so it cannot leak:
//
//	type UserRow struct {
//		ID           int
//		Name         string
//		PasswordHash string
//	}
//
//	type User struct {
//		ID   int    `json:"id"`
//		Name string `json:"name"`
//	}
//
//	var users = responsemodel.Must(responsemodel.As[UserRow, User]())
//
//	message, err := users.Encode(row) // {"id":7,"name":"Ada"}
//
// [Append] writes a value by its own type, without a model. The package also has what models themselves use: [FieldsSet],
// [Computed]. It knows nothing of HTTP or routes.
package responsemodel
