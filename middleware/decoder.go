package middleware

import "time"

// decoder reads the parts of a stored answer. After a part that is not there isBad is true, and the parts are zero.
type decoder[B []byte | string] struct {
	rest  B
	isBad bool
}

func (d *decoder[B]) take(n int) (part B) {
	if d.isBad || n < 0 || n > len(d.rest) {
		d.isBad = true
		return part
	}
	part, d.rest = d.rest[:n], d.rest[n:]
	return part
}

func (d *decoder[B]) byte() byte {
	if b := d.take(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

// number reads a varint of package encoding/binary that fits an int.
func (d *decoder[B]) number() int {
	v := uint64(0)
	for shift := uint(0); shift < 63; shift += 7 {
		b := d.byte()
		if v |= uint64(b&0x7f) << shift; b < 0x80 {
			return int(v)
		}
	}
	d.isBad = true
	return 0
}

func (d *decoder[B]) text() string { return string(d.take(d.number())) }

// texts reads a list of texts, nil for an empty one.
func (d *decoder[B]) texts() []string { return d.textsInto(nil) }

// textsInto is texts, with the list in room if it has that length.
func (d *decoder[B]) textsInto(room []string) []string {
	n := d.number()
	if n > len(d.rest) { // each text has a length of a byte or more
		d.isBad = true
	}
	if n == 0 || d.isBad {
		return nil
	}
	list := room
	if n != len(room) {
		list = make([]string, n)
	}
	for i := range list {
		list[i] = d.text()
	}
	return list
}

// time reads a time in nanoseconds since 1970.
func (d *decoder[B]) time() time.Time { return time.Unix(0, int64(d.number())) }
