package responsemodel

import (
	"fmt"

	"github.com/brio-go/brio/internal/argument"
	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/encode"
	"github.com/brio-go/brio/internal/model"
)

// Option narrows or checks what an Encoder writes. The options have the names and the meaning of those of routes. A switch
// without an argument is on; with false it is off, as without the option.
type Option interface{ apply(*settings) }

// settings are what the options of one Encoder say.
type settings struct {
	options     encode.Options
	checkRules  bool
	validations []constraint.Validation
	mistakes    []string // in the arguments of options
}

// option is an option that sets values of the settings.
type option func(*settings)

func (o option) apply(s *settings) { o(s) }

// Include keeps only the named members. A path consists of JSON names: "name", "owner.name", "items.*.id". The * stands for each
// element of a list or map, and may be left out. The name of a parent keeps all of it. Several Include add up. A path
// that the model does not have is an error of New and As.
func Include(paths ...string) Option {
	return option(func(s *settings) { s.options.Include = append(s.options.Include, paths...) })
}

// Exclude leaves out the named members, also inside of what Include keeps. Paths are those of [Include]. Several Exclude add up.
func Exclude(paths ...string) Option {
	return option(func(s *settings) { s.options.Exclude = append(s.options.Exclude, paths...) })
}

// ExcludeUnset leaves out members that were never set: those whose names the value's [FieldsSet] does not have. Without a
// FieldsSet these are nil pointers, absent Optionals, keys that a map lacks, and members that are filled from a default.
func ExcludeUnset(on ...bool) Option {
	return switched("ExcludeUnset", on, func(s *settings, isOn bool) { s.options.ExcludeUnset = isOn })
}

// ExcludeDefaults leaves out members that equal their default. The default of a pointer is nil unless a tag says another.
func ExcludeDefaults(on ...bool) Option {
	return switched("ExcludeDefaults", on, func(s *settings, isOn bool) { s.options.ExcludeDefaults = isOn })
}

// ExcludeNone leaves out members of structs and maps that are null, at every depth.
func ExcludeNone(on ...bool) Option {
	return switched("ExcludeNone", on, func(s *settings, isOn bool) { s.options.ExcludeNone = isOn })
}

// ByAlias(false) writes members under the names of their Go fields instead of those of their json tags. Paths of Include and
// Exclude, keys of maps and computed fields keep their names.
func ByAlias(on ...bool) Option {
	return switched("ByAlias", on, func(s *settings, isOn bool) { s.options.GoNames = !isOn })
}

// CheckRules checks each value before it is written: the validate and pattern tags of the model, and the Validate methods of
// the model and of what is inside, which are called with context.Background(). A value that breaks a rule is a
// *[MismatchError] of Append and Encode. It costs a look at each field with rules, and an allocation for each value.
func CheckRules(on ...bool) Option {
	return switched("CheckRules", on, func(s *settings, isOn bool) { s.checkRules = isOn })
}

// RegisterValidation declares a rule of the program for validate tags, as brio.RegisterValidation does for an app. A model whose
// tags use such a rule needs it here too, also without [CheckRules]: an unknown rule is an error of New and As. An Encoder
// with this option reads its types by itself, and shares them with no other Encoder.
func RegisterValidation(tag string, f func(value any, param string) bool) Option {
	return option(func(s *settings) { s.validations = append(s.validations, constraint.Validation{Tag: tag, Func: f}) })
}

// switched makes an option of a switch. More than one argument is an error of New and As.
func switched(name string, on []bool, set func(s *settings, isOn bool)) Option {
	isOn, wrong := argument.Switch(name, on)
	return option(func(s *settings) {
		set(s, isOn)
		if wrong.Wrong() {
			s.mistakes = append(s.mistakes, fmt.Sprintf("%s; legal is %s", wrong.Found, wrong.Legal))
		}
	})
}

// compiler returns the shared Compiler, or one of its own when the Encoder has rules of its own.
func (s *settings) compiler() (*encode.Compiler, error) {
	c := shared()
	if len(s.validations) > 0 {
		engine := constraint.New()
		for _, v := range s.validations {
			if err := engine.Register(v.Tag, v.Func); err != nil {
				return nil, fmt.Errorf("RegisterValidation(%q): %w", v.Tag, err)
			}
		}
		c = encode.NewCompiler(model.NewReader(engine))
	}
	if s.checkRules {
		c = c.Validating()
	}
	return c, nil
}
