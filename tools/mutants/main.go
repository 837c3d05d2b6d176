package main

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

var (
	root     = flag.String("root", "..", "the root of the repository")
	results  = flag.String("results", "mutants.jsonl", "the file of outcomes, which is continued")
	accepted = flag.String("accepted", "mutants/accepted.txt", "the survivors that have a reason")
	seed     = flag.Uint64("seed", 1, "chooses the mutants that the sample does not name")
	sample   = flag.String("sample", "", "a file with the names of mutants to judge first")
	count    = flag.Int("count", 300, "how many mutants to judge, those of the file of outcomes included")
	during   = flag.Duration("time", time.Hour, "how long to begin new mutants")
	limit    = flag.Duration("limit", 20*time.Second, "how much longer the tests of one package may take than five times their time without a change")
	only     = flag.String("only", "", "only mutants of folders that begin with this text")
	again    = flag.String("again", "", "judge the survivors of the file of outcomes again whose name has this text, and no others")
)

// outcome is one line of the file of outcomes.
type outcome struct {
	Mutant  string
	Line    int
	Package string // the hash of the package's files when the mutant was judged
	Result  string // noticed, survived or invalid
	By      string `json:",omitempty"` // the package whose tests noticed it
	Seconds int
}

func main() {
	log.SetFlags(0)
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		log.Fatal(err)
	}
}

// mutant is a site with its name, and the hash of the package as it is.
type mutant struct {
	site
	name string
	hash string
}

func run(ctx context.Context) error {
	var err error
	if *root, err = filepath.Abs(*root); err != nil {
		return err
	}
	mutants, err := readMutants()
	if err != nil {
		return err
	}
	if mutants, err = sampleFirst(mutants, *sample); err != nil {
		return err
	}
	judged, err := readOutcomes(*results)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(*results, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer file.Close()
	fmt.Printf("%d places in %d packages; seed %d\n", len(mutants), len(subjects), *seed)

	write := func(m mutant, o outcome) error {
		line, err := json.Marshal(o)
		if err != nil {
			return err
		}
		if _, err := file.Write(append(line, '\n')); err != nil {
			return err
		}
		judged[m.name] = o
		fmt.Printf("%-8s %3ds  %s:%d %s%s\n", o.Result, o.Seconds, m.file, m.line, strings.TrimPrefix(m.name, m.file+": "), by(o))
		return nil
	}
	end := time.Now().Add(*during)
	if *again != "" {
		var survivors []mutant
		for _, m := range mutants {
			if o := judged[m.name]; o.Package == m.hash && o.Result == "survived" && strings.Contains(m.name, *again) {
				survivors = append(survivors, m)
			}
		}
		if err := judgeAll(ctx, survivors, end, write); err != nil {
			return err
		}
		ours, _ := divide(survivors, judged)
		return report(ours)
	}
	// Mutants that do not compile are not counted: others take their places, until none is missing.
	for {
		ours, missing := divide(mutants, judged)
		if len(missing) == 0 || time.Now().After(end) || ctx.Err() != nil {
			return report(ours)
		}
		if err := judgeAll(ctx, missing, end, write); err != nil {
			return err
		}
	}
}

// divide returns the outcomes that are known, and the first mutants whose outcomes are missing to the count.
func divide(mutants []mutant, judged map[string]outcome) (known []outcome, missing []mutant) {
	done := 0
	for _, m := range mutants {
		o, ok := judged[m.name]
		switch {
		case ok && o.Package == m.hash:
			known = append(known, o)
			if o.Result != "invalid" {
				done++
			}
		case done+len(missing) < *count:
			missing = append(missing, m)
		}
	}
	return known, missing
}

func by(o outcome) string {
	if o.By == "" {
		return ""
	}
	return "  (" + o.By + ")"
}

// readMutants returns the mutants of all packages in the order of the seed.
func readMutants() ([]mutant, error) {
	var folders []string
	for folder := range subjects {
		if strings.HasPrefix(folder, *only) {
			folders = append(folders, folder)
		}
	}
	slices.Sort(folders)
	var mutants []mutant
	for _, folder := range folders {
		cmd := exec.Command("go", "list", "-f", `{{join .GoFiles "\n"}}`, "./"+folder)
		cmd.Dir = *root
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("go list %s: %w", folder, err)
		}
		files := strings.Fields(string(out))
		sites, err := sitesOf(*root, folder, files)
		if err != nil {
			return nil, err
		}
		hash := sha256.New()
		for _, name := range files {
			text, err := os.ReadFile(filepath.Join(*root, folder, name))
			if err != nil {
				return nil, err
			}
			hash.Write(text)
		}
		sum := fmt.Sprintf("%x", hash.Sum(nil)[:8])
		seen := map[string]int{}
		for _, s := range sites {
			plain := s.id(0)
			mutants = append(mutants, mutant{site: s, name: s.id(seen[plain]), hash: sum})
			seen[plain]++
		}
	}
	random := rand.New(rand.NewPCG(*seed, 0))
	random.Shuffle(len(mutants), func(i, j int) { mutants[i], mutants[j] = mutants[j], mutants[i] })
	return mutants, nil
}

// sampleFirst returns the mutants with the ones of the file at the front, in its order. A name that the source does not have is left
// out. An empty path changes nothing.
func sampleFirst(mutants []mutant, path string) ([]mutant, error) {
	if path == "" {
		return mutants, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	place := map[string]int{}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "# ") {
			place[line] = len(place) - math.MaxInt
		}
	}
	slices.SortStableFunc(mutants, func(a, b mutant) int { return cmp.Compare(place[a.name], place[b.name]) })
	return mutants, nil
}

// readOutcomes returns the last outcome of each mutant.
func readOutcomes(path string) (map[string]outcome, error) {
	outcomes := map[string]outcome{}
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return outcomes, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var o outcome
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		outcomes[o.Mutant] = o
	}
	return outcomes, nil
}

// report prints the share of noticed mutants. It fails when a survivor has no reason.
func report(outcomes []outcome) error {
	reasons, err := readReasons(*accepted)
	if err != nil {
		return err
	}
	total := map[string]int{}
	explained := 0
	var open []outcome
	for _, o := range outcomes {
		total[o.Result]++
		if o.Result == "survived" {
			if reasons[o.Mutant] == "" {
				open = append(open, o)
			} else {
				explained++
			}
		}
	}
	valid := total["noticed"] + total["survived"]
	if valid == 0 {
		return errors.New("no mutant was judged")
	}
	fmt.Printf("\n%d mutants: %d noticed (%d%%), %d survived, %d of them explained; %d more do not compile\n",
		valid, total["noticed"], total["noticed"]*100/valid, total["survived"], explained, total["invalid"])
	for _, o := range open {
		fmt.Printf("%s (line %d)\n", o.Mutant, o.Line)
	}
	if len(open) > 0 {
		return fmt.Errorf("%d survivors have neither a test nor a reason in %s", len(open), *accepted)
	}
	return nil
}

// readReasons reads a file whose lines are the name of a mutant, " | " and why no test can or need notice it.
func readReasons(path string) (map[string]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	reasons := map[string]string{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "# ") {
			continue
		}
		i := strings.LastIndex(line, " | ")
		if i < 0 {
			return nil, fmt.Errorf("%s: %q has no reason", path, line)
		}
		reasons[line[:i]] = line[i+3:]
	}
	return reasons, nil
}
