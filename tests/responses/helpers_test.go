package responses_test

// message is the result of a handler.
type message struct {
	Message string `json:"message"`
}
