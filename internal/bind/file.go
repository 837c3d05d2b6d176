package bind

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/params"
)

var uploadType = reflect.TypeFor[params.UploadFile]()

// fileProblem returns a problem if the field of a file has a type that files cannot be read into, for newParameter.
func (p *parameter) fileProblem() string {
	base := p.base
	if base.Kind == model.List {
		base = base.Elem
	}
	if base.Go == uploadType || base.Kind == model.Bytes && base.In == model.ByKind {
		return ""
	}
	return fmt.Sprintf(": a file cannot be a %s; legal are brio.UploadFile, []byte and lists of them", p.Type.Go)
}

// bindFile reads a file, or a list of files, into the field. It is always done: a field of a file takes no text.
func (p *parameter) bindFile(w *walker, x *exchange.Exchange, field reflect.Value) (done bool, err error) {
	if !p.isList {
		v, _ := x.ParsedForm().LastValue(p.Name)
		if v.File == nil && v.Text == "" {
			if p.Required {
				w.errs.add(constraint.Missing(), p.loc, nil)
			}
			return true, nil
		}
		return true, p.setFile(w, v, p.loc, p.Rules, p.Type.Allocate(field))
	}
	var files []exchange.Value
	for _, v := range x.ParsedForm().AllValues(p.Name) {
		if v.File != nil || v.Text != "" {
			files = append(files, v)
		}
	}
	if len(files) == 0 {
		if p.Required {
			w.errs.add(constraint.Missing(), p.loc, nil)
		}
		return true, nil
	}
	before := w.errs.Len()
	list := reflect.MakeSlice(p.base.Go, len(files), len(files))
	for i, v := range files {
		if err := p.setFile(w, v, append(slices.Clip(p.loc), i), p.Rules.Elem, list.Index(i)); err != nil {
			return true, err
		}
	}
	if w.errs.Len() > before {
		return true, nil
	}
	p.Type.Allocate(field).Set(list)
	if failure := p.Rules.Check(list); failure != nil {
		w.errs.add(failure, p.loc, nil)
	}
	return true, nil
}

// refuseFiles reports files where a text belongs, but JSON may come as a file. It is done if there are any.
func (p *parameter) refuseFiles(w *walker, x *exchange.Exchange, _ reflect.Value) (done bool, err error) {
	if p.isList {
		before := w.errs.Len()
		for i, v := range x.ParsedForm().AllValues(p.Name) {
			if v.File != nil {
				w.errs.add(constraint.StringType(), append(slices.Clip(p.loc), i), nil)
			}
		}
		return w.errs.Len() > before, nil
	}
	v, _ := x.ParsedForm().LastValue(p.Name)
	if v.File == nil {
		return false, nil
	}
	isText := false
	if p.jsonText != nil {
		isText, err = x.ParsedForm().ReadText(p.Name)
	}
	if !isText && err == nil {
		w.errs.add(constraint.StringType(), p.loc, nil)
	}
	return !isText, err
}

// setFile sets dst to one file: an UploadFile, or the bytes.
func (p *parameter) setFile(w *walker, v exchange.Value, loc []any, rules *constraint.Rules, dst reflect.Value) error {
	if v.File == nil {
		w.errs.add(constraint.ValueError("Expected a file, received text"), loc, p.input(v.Text))
		return nil
	}
	if dst.Type() == uploadType {
		dst.Set(reflect.ValueOf(params.NewUpload(v.File)))
		return nil
	}
	content, err := v.File.ReadAll()
	if err != nil {
		return err
	}
	dst.SetBytes(content)
	if failure := rules.Check(dst); failure != nil {
		w.errs.add(failure, loc, p.input(string(content[:min(len(content), maxInput+1)])))
	}
	return nil
}
