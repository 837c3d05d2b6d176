package store

import "github.com/google/uuid"

// Page are the parameters of a list. IDs are UUIDs of version 7, which grow with time, so a page stays right when rows are added.
type Page struct {
	After uuid.UUID `query:"after,omitempty" doc:"The ID of the last row of the page before"`
	Limit int       `query:"limit" default:"20" validate:"min=1,max=100"`
}
