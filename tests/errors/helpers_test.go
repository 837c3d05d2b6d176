package errors_test

// Item is the model of the bodies in these tests.
type Item struct {
	Name  string   `json:"name" validate:"min=1"`
	Price float64  `json:"price" validate:"gt=0"`
	Tags  []string `json:"tags,omitempty"`
}

// DB and User are results of providers.
type (
	DB   struct{}
	User struct{}
)
