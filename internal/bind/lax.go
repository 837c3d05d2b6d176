package bind

import (
	"reflect"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
)

// reading is how strictly a walker reads.
type reading struct {
	lax     bool // Settings.LaxJSON
	laxText bool // Settings.LaxText
	// Settings.HeaderFieldNames
	fieldNames bool
	converts   bool // the document has scalars that must be converted before it is decoded
	large      bool // an integer beyond 2^53 stands where any value may; only the walk keeps its digits
	absent     bool // a field that has a default is not in it, or is in a part that no scan has compared with its model
	owned      bool // it is not written to again
	filled     bool // the scan has filled the value
	first      glance
	limits     json.Limits // of JSON documents
	right      right
}

// begin makes doc the document that is walked, with the report of the scan that saw all of it.
func (w *walker) begin(doc []byte, report json.Report) {
	w.doc, w.converts, w.large, w.absent = doc, report.Converts, report.Large, report.Absent
}

// scan is json.Scan or json.ScanLax.
type scan = func(*json.Shape, []byte, json.Limits) json.Report

// scan is how the route reads JSON.
func (w *walker) scan() scan {
	if w.lax {
		return json.ScanLax
	}
	return json.Scan
}

// setText reads a text as the route reads text.
func (w *walker) setText(t *model.Type, s string, dst reflect.Value) *constraint.Failure {
	if w.laxText {
		return t.SetTextLax(s, dst)
	}
	return t.SetText(s, dst)
}
