package plugin_test

import (
	"testing"

	"github.com/golangci/plugin-module-register/register"

	"github.com/brio-go/brio/cmd/briovet/analyzer"
	_ "github.com/brio-go/brio/cmd/briovet/plugin"
)

// The import registers the analyzer, as golangci-lint expects it.
func TestPluginIsRegistered(t *testing.T) {
	t.Parallel()
	make, err := register.GetPlugin("briovet")
	if err != nil {
		t.Fatal(err)
	}
	p, err := make(nil)
	if err != nil {
		t.Fatal(err)
	}
	all, err := p.BuildAnalyzers()
	if err != nil || len(all) != 1 || all[0] != analyzer.Analyzer {
		t.Errorf("got %v, %v, want the analyzer briovet", all, err)
	}
	if p.GetLoadMode() != register.LoadModeTypesInfo {
		t.Errorf("the load mode is %q; the analyzer needs types", p.GetLoadMode())
	}
}
