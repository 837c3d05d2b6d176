// Table reads Go benchmark output of several rounds, from files or its input, and prints Markdown: for each unit the
// median per peer and workload, and for units of speed the ratio to the baseline, taken round by round, with its spread.
// With -short it prints one table, of ratios of CPU time and of allocations.
package main

import (
	"flag"
	"fmt"
	"log"
	"slices"
	"strconv"
	"strings"

	"github.com/brio-go/brio/bench/peers"
	"github.com/brio-go/brio/bench/results"
)

var (
	short = flag.Bool("short", false, "one table: ratios of CPU time, allocations in parentheses")
	base  = flag.String("base", peers.Baseline, "peer that ratios refer to")
)

func main() {
	flag.Parse()
	log.SetFlags(0)
	set, err := results.Read(flag.Args())
	if err != nil {
		log.Fatal(err)
	}
	if *short {
		printShort(set)
		return
	}
	for _, u := range set.Units {
		table(u, set.Workloads, set.Peers, func(w, p string) string {
			if v, ok := set.Median(w, p, u); ok {
				return number(v)
			}
			return ""
		})
		if !slices.Contains([]string{"ns/op", "cpu-ns/op", "req/s", "cpu-us/req"}, u) {
			continue
		}
		table(fmt.Sprintf("%s relative to %s, ± half the interquartile range", u, *base), set.Workloads, set.Peers, func(w, p string) string {
			if r, spread, ok := set.Ratio(w, p, *base, u); ok {
				return fmt.Sprintf("%.2f ±%.2f", r, spread)
			}
			return ""
		})
	}
}

// printShort prints the ratios of CPU time, with allocations where they were counted.
func printShort(set *results.Set) {
	unit := "cpu-ns/op"
	if !slices.Contains(set.Units, unit) {
		unit = "cpu-us/req"
	}
	table("CPU time relative to "+*base+" (allocations per request)", set.Workloads, set.Peers, func(w, p string) string {
		r, _, ok := set.Ratio(w, p, *base, unit)
		if !ok {
			return ""
		}
		cell := fmt.Sprintf("%.2f", r)
		if allocs, ok := set.Median(w, p, "allocs/op"); ok {
			cell += fmt.Sprintf(" (%.0f)", allocs)
		}
		return cell
	})
}

func table(title string, cols, rows []string, cell func(col, row string) string) {
	fmt.Printf("**%s**\n\n| | %s |\n|---|%s\n", title, strings.Join(cols, " | "), strings.Repeat("---:|", len(cols)))
	for _, r := range rows {
		fmt.Printf("| %s |", r)
		for _, c := range cols {
			fmt.Printf(" %s |", cell(c, r))
		}
		fmt.Println()
	}
	fmt.Println()
}

func number(v float64) string {
	if v < 10 {
		return strconv.FormatFloat(v, 'g', 3, 64)
	}
	return strconv.FormatFloat(v, 'f', 0, 64)
}
