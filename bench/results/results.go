package results

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Set are the values of rounds, by workload, peer and unit. The names are in the order they came.
type Set struct {
	Workloads, Peers, Units []string
	values                  map[key][]float64
}

type key struct{ workload, peer, unit string }

var cores = regexp.MustCompile(`-\d+$`)

// Read reads the named files, or the input when there are none. Benchmarks are called Name/workload/peer; others are
// left out.
func Read(files []string) (*Set, error) {
	s := &Set{values: map[key][]float64{}}
	if len(files) == 0 {
		return s, s.read(os.Stdin)
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		err = s.read(f)
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return s, nil
}

func (s *Set) read(in io.Reader) error {
	sc := bufio.NewScanner(in)
	for sc.Scan() {
		f := strings.Fields(sc.Text())
		if len(f) < 4 || !strings.HasPrefix(f[0], "Benchmark") {
			continue
		}
		parts := strings.Split(cores.ReplaceAllString(f[0], ""), "/")
		if len(parts) != 3 {
			continue
		}
		add(&s.Workloads, parts[1])
		add(&s.Peers, parts[2])
		for i := 2; i+1 < len(f); i += 2 {
			v, err := strconv.ParseFloat(f[i], 64)
			if err != nil {
				return err
			}
			add(&s.Units, f[i+1])
			k := key{parts[1], parts[2], f[i+1]}
			s.values[k] = append(s.values[k], v)
		}
	}
	return sc.Err()
}

func add(list *[]string, s string) {
	if !slices.Contains(*list, s) {
		*list = append(*list, s)
	}
}

// Median is that of all rounds; ok is false where there is none.
func (s *Set) Median(workload, peer, unit string) (median float64, ok bool) {
	v := s.values[key{workload, peer, unit}]
	if len(v) == 0 {
		return 0, false
	}
	return quantile(v, .5), true
}

// Ratio is the median of the ratios to another peer, round by round, with half the interquartile range.
func (s *Set) Ratio(workload, peer, base, unit string) (median, spread float64, ok bool) {
	v, b := s.values[key{workload, peer, unit}], s.values[key{workload, base, unit}]
	var ratios []float64
	for i := range min(len(v), len(b)) {
		ratios = append(ratios, v[i]/b[i])
	}
	if len(ratios) == 0 {
		return 0, 0, false
	}
	return quantile(ratios, .5), (quantile(ratios, .75) - quantile(ratios, .25)) / 2, true
}

func quantile(v []float64, q float64) float64 {
	s := slices.Sorted(slices.Values(v))
	pos := q * float64(len(s)-1)
	i := int(pos)
	if i+1 == len(s) {
		return s[i]
	}
	return s[i] + (pos-float64(i))*(s[i+1]-s[i])
}
