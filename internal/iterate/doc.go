// Package iterate reads Go iterators by reflection: it recognises iter.Seq[T] and iter.Seq2[T, error] by their types, and
// pulls items and errors out of their values.
//
// It must not know what the items are for, and imports nothing of Brio.
package iterate
