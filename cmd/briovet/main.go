// Command briovet finds, before a program is built, the mistakes that App.Check reports when it starts, and some that only the source
// shows. It is a driver of its own, and a tool of go vet:
//
//	briovet ./...
//	go vet -vettool=$(which briovet) ./...
//
// docs/reference/briovet.md lists what it finds.
package main

import (
	"golang.org/x/tools/go/analysis/multichecker"

	"github.com/brio-go/brio/cmd/briovet/analyzer"
)

func main() { multichecker.Main(analyzer.Analyzer) }
