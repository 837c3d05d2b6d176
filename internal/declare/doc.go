// Package declare has the data of a program's declarations: what options set, and how the settings of nested levels merge.
//
// The app, each router, each include and each route is a level. The options of a level fill one settings struct, whose fields
// are of the types [Nearest], [Appended], [Levels], [Sticky] and [Switches], or structs of such fields. The type of a field says how the
// field merges, and [Inherit] merges all of them: there is no other merge code.
//
// The package knows neither compiling nor serving.
package declare
