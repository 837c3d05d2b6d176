// Package plugin makes the analyzer a module plugin of golangci-lint. An import registers it under the name briovet:
//
//	# .custom-gcl.yml
//	version: v2.5.0
//	plugins:
//	  - module: github.com/brio-go/brio/cmd/briovet
//	    import: github.com/brio-go/brio/cmd/briovet/plugin
//	    version: latest
package plugin

import (
	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/brio-go/brio/cmd/briovet/analyzer"
)

func init() { register.Plugin("briovet", New) }

// New returns the plugin. It has no settings.
func New(any) (register.LinterPlugin, error) { return linter{}, nil }

// linter implements register.LinterPlugin.
type linter struct{}

// BuildAnalyzers returns the analyzer.
func (linter) BuildAnalyzers() ([]*analysis.Analyzer, error) {
	return []*analysis.Analyzer{analyzer.Analyzer}, nil
}

// GetLoadMode returns that the analyzer needs types.
func (linter) GetLoadMode() string { return register.LoadModeTypesInfo }
