package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
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
	seed     = flag.Uint64("seed", 1, "chooses the mutants")
	count    = flag.Int("count", 300, "how many mutants to judge, those of the file of outcomes included")
	during   = flag.Duration("time", time.Hour, "how long to begin new mutants")
	limit    = flag.Duration("limit", 2*time.Minute, "how long the tests of one package may take")
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

	begun, done := time.Now(), 0
	var ours []outcome
	sound := map[string]bool{} // packages whose tests pass without a change
	for _, m := range mutants {
		o, known := judged[m.name]
		known = known && o.Package == m.hash
		if *again != "" {
			if !known || o.Result != "survived" || !strings.Contains(m.name, *again) {
				continue
			}
			known = false
		}
		if !known {
			if done >= *count || time.Since(begun) > *during || ctx.Err() != nil {
				continue // outcomes of later mutants may be known
			}
			if o, err = judge(ctx, m); err == nil && o.By != "" {
				err = checkSound(ctx, o.By, sound)
			}
			if ctx.Err() != nil {
				break
			}
			if err != nil {
				return err
			}
			line, err := json.Marshal(o)
			if err != nil {
				return err
			}
			if _, err := file.Write(append(line, '\n')); err != nil {
				return err
			}
			fmt.Printf("%-8s %3ds  %s:%d %s%s\n", o.Result, o.Seconds, m.file, m.line, strings.TrimPrefix(m.name, m.file+": "), by(o))
		}
		ours = append(ours, o)
		if o.Result != "invalid" {
			done++
		}
	}
	return report(ours)
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

// testRun is one go test: a module, the packages of it.
type testRun struct {
	module   string
	packages []string
}

// runs are the tests that a change of the folder must fail, the cheap ones first.
func runs(folder string) []testRun {
	all := []testRun{{".", []string{"./" + folder}}}
	add := func(module string, names []string) {
		if len(names) > 0 {
			r := testRun{module: module}
			for _, name := range names {
				r.packages = append(r.packages, "./"+name)
			}
			all = append(all, r)
		}
	}
	add(".", subjects[folder].packages)
	add("tests", subjects[folder].tests)
	return all
}

// checkSound fails where the tests of a package fail without a change: they would notice every mutant. It takes a result that go test keeps.
func checkSound(ctx context.Context, name string, sound map[string]bool) error {
	if sound[name] {
		return nil
	}
	r := testRun{module: ".", packages: []string{"./" + name}}
	if rest, ok := strings.CutPrefix(name, "tests/"); ok {
		r = testRun{module: "tests", packages: []string{"./" + rest}}
	}
	by, output, err := test(ctx, r, "")
	if err == nil && by != "" && ctx.Err() == nil {
		err = fmt.Errorf("%s fails without a change:\n%s", by, output)
	}
	sound[name] = err == nil
	return err
}

// judge runs the tests on a mutant.
func judge(ctx context.Context, m mutant) (outcome, error) {
	begun := time.Now()
	o := outcome{Mutant: m.name, Line: m.line, Package: m.hash, Result: "survived"}
	folder, err := os.MkdirTemp("", "mutant")
	if err != nil {
		return o, err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(*root, m.file)
	source, err := os.ReadFile(path)
	if err != nil {
		return o, err
	}
	changed := filepath.Join(folder, filepath.Base(m.file))
	overlay := filepath.Join(folder, "overlay.json")
	text, err := json.Marshal(map[string]map[string]string{"Replace": {path: changed}})
	if err != nil {
		return o, err
	}
	if err := errors.Join(os.WriteFile(changed, m.apply(source), 0o644), os.WriteFile(overlay, text, 0o644)); err != nil {
		return o, err
	}
	build := exec.CommandContext(ctx, "go", "build", "-overlay", overlay, "./"+filepath.Dir(m.file))
	build.Dir = *root
	if err := build.Run(); err != nil {
		o.Result = "invalid"
		return o, nil
	}
	for _, r := range runs(filepath.Dir(m.file)) {
		by, _, err := test(ctx, r, overlay)
		if err != nil {
			return o, err
		}
		if by != "" {
			o.Result, o.By = "noticed", by
			break
		}
	}
	o.Seconds = int(time.Since(begun).Seconds())
	return o, nil
}

// test runs tests until the first package fails. It returns the name of that package and the output, or "" when all pass.
func test(ctx context.Context, r testRun, overlay string) (by, output string, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	// Mutants may loop and allocate: the tests end themselves after the limit.
	args := []string{"test", "-vet=off", "-ldflags=-s -w", "-failfast", "-timeout", limit.String()}
	if overlay != "" {
		args = append(args, "-count=1", "-overlay", overlay)
	}
	cmd := exec.CommandContext(ctx, "go", append(args, r.packages...)...)
	cmd.Dir = filepath.Join(*root, r.module)
	cmd.Env = append(os.Environ(), "GOMEMLIMIT=1GiB")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", "", err
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		return "", "", err
	}
	var lines bytes.Buffer
	for scan := bufio.NewScanner(out); scan.Scan(); {
		lines.WriteString(scan.Text() + "\n")
		if fields := strings.Fields(scan.Text()); by == "" && len(fields) > 1 && fields[0] == "FAIL" {
			by = strings.TrimPrefix(fields[1], "github.com/brio-go/brio/")
			cancel()
		}
	}
	if err := cmd.Wait(); err != nil && by == "" {
		by = "go test"
	}
	return by, lines.String(), nil
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
