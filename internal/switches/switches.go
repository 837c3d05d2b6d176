package switches

// Set is a set of switches: the ones that are on. A constant is the Set of one switch: set&LaxJSON != 0 asks for it.
type Set uint16

// The switches, each with the name of its option.
const (
	AutoETag          Set = 1 << iota
	ContentTypeErrors     // a JSON body with another Content-Type is a 415; off: the body counts as a text
	EncodedSlashes        // a {name} may have an escaped slash or a backslash
	HeaderFieldNames      // locations of a header model have the names of its fields, not of the headers
	LaxJSON               // JSON scalars may have the forms that pydantic accepts
	LaxText               // numbers in text may have them too
	MergeAlways           // errors and Responses of the program get headers of the temporal Response
	StrictContentType     // a JSON body without a Content-Type is a 415
)

// Default has the switches that are on where no level says something.
const Default = ContentTypeErrors | StrictContentType
