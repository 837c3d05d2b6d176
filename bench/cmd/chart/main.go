// Chart draws the CPU time of every peer on every workload, relative to the baseline, as SVG: one row of bars for each
// workload, from benchmark output in files or its input.
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/brio-go/brio/bench/peers"
	"github.com/brio-go/brio/bench/results"
)

// In pixels.
const (
	labelWidth = 90
	barHeight  = 11
	gap        = 14
	scale      = 120 // of one times the baseline, at first
	widest     = 560
)

func main() {
	base := flag.String("base", peers.Baseline, "peer that ratios refer to")
	subject := flag.String("subject", "brio", "peer that is drawn in colour")
	drop := flag.String("drop", "floor", "peers that are left out, with commas between them")
	flag.Parse()
	log.SetFlags(0)
	set, err := results.Read(flag.Args())
	if err != nil {
		log.Fatal(err)
	}
	unit := "cpu-ns/op"
	if !slices.Contains(set.Units, unit) {
		unit = "cpu-us/req"
	}
	set.Peers = slices.DeleteFunc(set.Peers, func(p string) bool { return slices.Contains(strings.Split(*drop, ","), p) })
	fmt.Fprint(os.Stdout, draw(set, *base, *subject, unit))
}

// draw draws bars on a scale of square roots, so that 0.3 and 16 times the baseline are both to be seen.
func draw(set *results.Set, base, subject, unit string) string {
	var b strings.Builder
	y := 34
	for _, w := range set.Workloads {
		fmt.Fprintf(&b, `<text x="0" y="%d" class="w">%s</text>`+"\n", y, strings.ReplaceAll(w, "_", " "))
		y += 6
		for _, p := range set.Peers {
			ratio, _, ok := set.Ratio(w, p, base, unit)
			if !ok {
				continue
			}
			class := "p"
			if p == subject {
				class = "s"
			}
			width := min(math.Sqrt(ratio)*scale, widest)
			fmt.Fprintf(&b, `<text x="%d" y="%d" class="l">%s</text><rect x="%d" y="%d" width="%.1f" height="%d" class="%s"/><text x="%.1f" y="%d">%.2f</text>`+"\n",
				labelWidth-6, y+barHeight-2, p, labelWidth, y, width, barHeight-2, class, labelWidth+width+4, y+barHeight-2, ratio)
			y += barHeight
		}
		y += gap
	}
	head := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d">`+"\n", labelWidth+widest+50, y) +
		"<style>text{font:9px sans-serif;fill:#444}.w{font-size:11px;font-weight:bold}.t{font-size:12px}.l{text-anchor:end}.p{fill:#b8c0cc}.s{fill:#d9480f}</style>\n" +
		`<rect width="100%" height="100%" fill="#fff"/>` + "\n" +
		fmt.Sprintf(`<text x="0" y="14" class="t">CPU time per request relative to %s = 1 (shorter is better; square root scale)</text>`+"\n", base)
	return head + b.String() + "</svg>\n"
}
