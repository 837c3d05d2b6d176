package spec

// MarshalJSON writes the members in a fixed order.
func (d Document) MarshalJSON() ([]byte, error) { return marshal(&d) }

// UnmarshalJSON reads what MarshalJSON writes.
func (d *Document) UnmarshalJSON(doc []byte) error { return read(doc, d) }

// MarshalJSON writes the members in a fixed order.
func (i Info) MarshalJSON() ([]byte, error) { return marshal(&i) }

// UnmarshalJSON reads what MarshalJSON writes.
func (i *Info) UnmarshalJSON(doc []byte) error { return read(doc, i) }

// MarshalJSON writes the members in a fixed order.
func (c Contact) MarshalJSON() ([]byte, error) { return marshal(&c) }

// UnmarshalJSON reads what MarshalJSON writes.
func (c *Contact) UnmarshalJSON(doc []byte) error { return read(doc, c) }

// MarshalJSON writes the members in a fixed order.
func (l License) MarshalJSON() ([]byte, error) { return marshal(&l) }

// UnmarshalJSON reads what MarshalJSON writes.
func (l *License) UnmarshalJSON(doc []byte) error { return read(doc, l) }

// MarshalJSON writes the members in a fixed order.
func (s Server) MarshalJSON() ([]byte, error) { return marshal(&s) }

// UnmarshalJSON reads what MarshalJSON writes.
func (s *Server) UnmarshalJSON(doc []byte) error { return read(doc, s) }

// MarshalJSON writes the members in a fixed order.
func (t Tag) MarshalJSON() ([]byte, error) { return marshal(&t) }

// UnmarshalJSON reads what MarshalJSON writes.
func (t *Tag) UnmarshalJSON(doc []byte) error { return read(doc, t) }

// MarshalJSON writes the members in a fixed order.
func (e ExternalDocs) MarshalJSON() ([]byte, error) { return marshal(&e) }

// UnmarshalJSON reads what MarshalJSON writes.
func (e *ExternalDocs) UnmarshalJSON(doc []byte) error { return read(doc, e) }

// MarshalJSON writes the members in a fixed order.
func (p PathItem) MarshalJSON() ([]byte, error) { return marshal(&p) }

// MarshalJSON writes the members in a fixed order.
func (o Operation) MarshalJSON() ([]byte, error) { return marshal(&o) }

// UnmarshalJSON reads what MarshalJSON writes.
func (o *Operation) UnmarshalJSON(doc []byte) error { return read(doc, o) }

// MarshalJSON writes the members in a fixed order.
func (p Parameter) MarshalJSON() ([]byte, error) { return marshal(&p) }

// UnmarshalJSON reads what MarshalJSON writes.
func (p *Parameter) UnmarshalJSON(doc []byte) error { return read(doc, p) }

// MarshalJSON writes the members in a fixed order.
func (r RequestBody) MarshalJSON() ([]byte, error) { return marshal(&r) }

// UnmarshalJSON reads what MarshalJSON writes.
func (r *RequestBody) UnmarshalJSON(doc []byte) error { return read(doc, r) }

// MarshalJSON writes the members in a fixed order.
func (m MediaType) MarshalJSON() ([]byte, error) { return marshal(&m) }

// UnmarshalJSON reads what MarshalJSON writes.
func (m *MediaType) UnmarshalJSON(doc []byte) error { return read(doc, m) }

// MarshalJSON writes the members in a fixed order.
func (e Encoding) MarshalJSON() ([]byte, error) { return marshal(&e) }

// UnmarshalJSON reads what MarshalJSON writes.
func (e *Encoding) UnmarshalJSON(doc []byte) error { return read(doc, e) }

// MarshalJSON writes the members in a fixed order.
func (r Response) MarshalJSON() ([]byte, error) { return marshal(&r) }

// UnmarshalJSON reads what MarshalJSON writes.
func (r *Response) UnmarshalJSON(doc []byte) error { return read(doc, r) }

// MarshalJSON writes the members in a fixed order.
func (h Header) MarshalJSON() ([]byte, error) { return marshal(&h) }

// UnmarshalJSON reads what MarshalJSON writes.
func (h *Header) UnmarshalJSON(doc []byte) error { return read(doc, h) }

// MarshalJSON writes the members in a fixed order.
func (e Example) MarshalJSON() ([]byte, error) { return marshal(&e) }

// UnmarshalJSON reads what MarshalJSON writes.
func (e *Example) UnmarshalJSON(doc []byte) error { return read(doc, e) }

// MarshalJSON writes the members in a fixed order.
func (c Components) MarshalJSON() ([]byte, error) { return marshal(&c) }

// UnmarshalJSON reads what MarshalJSON writes.
func (c *Components) UnmarshalJSON(doc []byte) error { return read(doc, c) }

// MarshalJSON writes the members in a fixed order.
func (s Schema) MarshalJSON() ([]byte, error) { return marshal(&s) }

// MarshalJSON writes the members in a fixed order.
func (d Discriminator) MarshalJSON() ([]byte, error) { return marshal(&d) }

// UnmarshalJSON reads what MarshalJSON writes.
func (d *Discriminator) UnmarshalJSON(doc []byte) error { return read(doc, d) }
