package hub

// queue is the messages that wait for one member, the oldest first. It has memory only while messages wait, and keeps a small array for the
// next ones.
type queue[M any] struct {
	items []M
	first int // index of the oldest
}

// keptItems is the largest array that an empty queue keeps.
const keptItems = 4

func (q *queue[M]) len() int { return len(q.items) - q.first }

func (q *queue[M]) push(m M) {
	if q.first > 0 && len(q.items) == cap(q.items) {
		n := copy(q.items, q.items[q.first:])
		clear(q.items[n:])
		q.items, q.first = q.items[:n], 0
	}
	q.items = append(q.items, m)
}

// pop removes and returns the oldest message; false for an empty queue.
func (q *queue[M]) pop() (m M, ok bool) {
	if q.len() == 0 {
		return m, false
	}
	var none M
	m, q.items[q.first] = q.items[q.first], none
	q.first++
	if q.len() == 0 {
		q.items, q.first = q.items[:0], 0
		if cap(q.items) > keptItems {
			q.items = nil
		}
	}
	return m, true
}

// reduce makes room in a full queue by the policy, if it can. It returns how many messages it has removed.
func (q *queue[M]) reduce(o *Options[M]) (removed int) {
	switch o.Slow {
	case DropOldest:
		q.pop()
		return 1
	case Coalesce:
		return q.coalesce(o.Key)
	}
	return 0
}

// coalesce keeps the newest message of each key.
func (q *queue[M]) coalesce(key func(M) string) (removed int) {
	all := q.items[q.first:]
	seen := make(map[string]bool, len(all))
	keep := len(all)
	for i := len(all) - 1; i >= 0; i-- {
		if k := key(all[i]); k == "" || !seen[k] {
			seen[k] = true
			keep--
			all[keep] = all[i]
		}
	}
	clear(all[:keep])
	q.first += keep
	return keep
}
