package bind

import (
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/model"
)

// isFormField reports whether the parameter is a field of a form.
func (p *parameter) isFormField() bool {
	return p.Source == model.FormText || p.Source == model.FormFile
}

// rank returns the place of the parameter's source in the order of errors. Texts and files of a form stay in the order of
// declaration.
func (p *parameter) rank() int { return int(min(p.Source, model.FormText)) }

// bindForm reads the form of the request, and the parameters that come from it. Its errors are those of exchange.Form.
func (b *Binder) bindForm(w *walker, x *exchange.Exchange, s *Settings, dst reflect.Value) error {
	if b.firstForm == len(b.parameters) {
		return nil
	}
	limits := s.form()
	if _, err := x.Form(limits); err != nil {
		return err
	}
	for i := range b.parameters[b.firstForm:] {
		p := &b.parameters[b.firstForm+i]
		if p.sourceModel != nil && p.sourceModel.union != nil {
			if err := p.sourceModel.union.bind(w, x, limits, model.FieldOf(dst, p.Index)); err != nil {
				return err
			}
		} else {
			p.beginSource(w)
			if err := p.bindForm(w, x, limits, dst); err != nil {
				return err
			}
			p.endSource(w, x, dst)
		}
		if w.refusal != nil {
			return w.refusal
		}
	}
	return nil
}

// bindForm reads one parameter from the form. A file where a text belongs is an error, but for JSON, which may come as a file.
func (p *parameter) bindForm(w *walker, x *exchange.Exchange, limits exchange.FormLimits, dst reflect.Value) error {
	if p.Source == model.FormFile {
		return p.bindFile(w, x, dst)
	}
	if !p.isList {
		if v, _ := x.ParsedForm().LastValue(p.Name); v.File != nil {
			ok := false
			if p.jsonText != nil {
				var err error
				if ok, err = x.ParsedForm().ReadText(p.Name, limits); err != nil {
					return err
				}
			}
			if !ok {
				w.errs.add(constraint.StringType(), p.loc, nil)
				return nil
			}
		}
	} else {
		before := w.errs.Len()
		for i, v := range x.ParsedForm().AllValues(p.Name) {
			if v.File != nil {
				w.errs.add(constraint.StringType(), append(slices.Clip(p.loc), i), nil)
			}
		}
		if w.errs.Len() > before {
			return nil
		}
	}
	p.bind(w, x, dst)
	return nil
}
