package response

// Catalogue has the error messages of one language. The members type, ctx and loc are never translated.
type Catalogue struct {
	Language string // BCP 47: "de", "pt-BR"
	Default  bool   // for clients that accept none of the languages; without a Default they receive the built-in English

	// Kinds are the messages of a 422, by the type of error. They may have placeholders:
	//   - {max_length} is the value of that name in ctx; {message} is the English message;
	//   - {min_length:an item|# items} has two plural forms, one and other; # is the number;
	//   - {min_length:one=# znak|few=# znaki|many=# znaków|other=# znaku} names the forms, for languages with more of them.
	//
	// A brace is written twice.
	Kinds map[string]string

	// Details are the titles and details of all other errors, by their English text, such as "Not Found". They also
	// translate texts of ctx and of Validate methods that are part of a message.
	Details map[string]string

	// Message returns the message of an entry, or "" to use Kinds. It must be safe for concurrent use. nil: only Kinds.
	Message func(d ErrorDetail) string
}
