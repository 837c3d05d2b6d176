package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// suite is the tests of one package: the module it belongs to, its folder in the module.
type suite struct {
	module, folder string
}

func (s suite) String() string { return filepath.ToSlash(filepath.Join(s.module, s.folder)) }

// suites are the tests that a change of the folder must fail: those of the package itself first.
func suites(folder string) []suite {
	all := []suite{{".", folder}}
	for _, name := range subjects[folder].packages {
		all = append(all, suite{".", name})
	}
	for _, name := range subjects[folder].tests {
		all = append(all, suite{"tests", name})
	}
	return all
}

// candidate is a mutant while it is judged.
type candidate struct {
	mutant
	number  int
	overlay string // of this mutant alone
	took    time.Duration
}

func (c *candidate) outcome(result, by string) outcome {
	return outcome{Mutant: c.name, Line: c.line, Package: c.hash, Result: result, By: by, Seconds: int(c.took.Seconds())}
}

// batch is the mutants of one folder. They share one build of each test program, in which the environment chooses the mutant.
type batch struct {
	folder, temp string
	overlay      string // of the merged package
	left         []*candidate
}

// judgeAll judges mutants folder by folder. The tests of the packages themselves notice most of them, so these run first for all folders. It
// begins no further folder after the end.
func judgeAll(ctx context.Context, mutants []mutant, end time.Time, write func(mutant, outcome) error) error {
	temp, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	var batches []*batch
	of := map[string][]mutant{}
	for _, m := range mutants {
		folder := filepath.Dir(m.file)
		if of[folder] == nil {
			batches = append(batches, &batch{folder: folder, temp: filepath.Join(temp, strconv.Itoa(len(batches)))})
		}
		of[folder] = append(of[folder], m)
	}
	steps := []func(*batch) error{
		func(b *batch) error {
			if err := b.compile(ctx, of[b.folder], write); err != nil {
				return err
			}
			return b.run(ctx, suites(b.folder)[:1], write)
		},
		func(b *batch) error {
			if err := b.run(ctx, suites(b.folder)[1:], write); err != nil {
				return err
			}
			for _, c := range b.left {
				if err := write(c.mutant, c.outcome("survived", "")); err != nil {
					return err
				}
			}
			return nil
		},
	}
	for _, step := range steps {
		for _, b := range batches {
			if time.Now().After(end) || ctx.Err() != nil {
				return nil
			}
			if err := step(b); err != nil && ctx.Err() == nil {
				return err
			}
		}
	}
	return nil
}

// compile finds the mutants that compile, and merges them.
func (b *batch) compile(ctx context.Context, mutants []mutant, write func(mutant, outcome) error) error {
	for i, m := range mutants {
		c := &candidate{mutant: m, number: i + 1}
		source, err := os.ReadFile(filepath.Join(*root, m.file))
		if err != nil {
			return err
		}
		if c.overlay, err = writeOverlay(b.temp, c.number, map[string][]byte{filepath.Join(*root, m.file): m.apply(source)}); err != nil {
			return err
		}
		build := exec.CommandContext(ctx, "go", "build", "-overlay", c.overlay, "./"+b.folder)
		build.Dir = *root
		if err := build.Run(); ctx.Err() != nil {
			return ctx.Err()
		} else if err == nil {
			b.left = append(b.left, c)
		} else if err := write(m, c.outcome("invalid", "")); err != nil {
			return err
		}
	}
	var err error
	b.overlay, err = mergeAll(b.temp, b.folder, b.left)
	return err
}

// run runs tests on the mutants that are left. A program is built only while there are such.
func (b *batch) run(ctx context.Context, all []suite, write func(mutant, outcome) error) error {
	if len(all) == 0 || len(b.left) == 0 {
		return nil
	}
	program := func(i int) string { return filepath.Join(b.temp, strconv.Itoa(i)+".test") }
	ahead, cancel := context.WithCancel(ctx)
	built := all[0].building(ahead, program(0), b.overlay)
	defer func() { cancel(); <-built }()
	for i, s := range all {
		if len(b.left) == 0 {
			break
		}
		err := <-built
		if i+1 < len(all) { // while the tests of this package run
			built = all[i+1].building(ahead, program(i+1), b.overlay)
		}
		if b.left, err = notice(ctx, b.temp, s, program(i), err, b.left, write); err != nil {
			return err
		}
		_ = os.Remove(program(i)) // many have 20 MB
	}
	return nil
}

// notice runs the tests of one package on the mutants, and returns the mutants that it does not notice.
// merged is the program that all mutants share, unless its build failed.
func notice(ctx context.Context, temp string, s suite, merged string, failed error, mutants []*candidate, write func(mutant, outcome) error) (left []*candidate, err error) {
	usual, sound := time.Duration(0), false
	reached := map[int]bool{}
	skip := "" // the tests that the merged package fails as it is
	if failed == nil {
		notes := merged + ".reached"
		usual, sound = s.usual(ctx, merged, notes, skip)
		if !sound {
			if skip, err = s.failing(ctx, merged); err != nil {
				return nil, err
			}
			if err := os.Remove(notes); err != nil && !errors.Is(err, os.ErrNotExist) {
				return nil, err
			}
			usual, sound = s.usual(ctx, merged, notes, skip)
		}
		if reached, err = readReached(notes); err != nil {
			return nil, err
		}
	}
	if !sound || skip != "" {
		plain, err := writeOverlay(temp, 0, nil)
		if err != nil {
			return nil, err
		}
		program := filepath.Join(temp, "plain.test")
		if err := s.build(ctx, program, plain); err != nil {
			return nil, err
		}
		if took, ok := s.usual(ctx, program, "", ""); !ok && ctx.Err() == nil {
			return nil, fmt.Errorf("the tests of %s fail without a change", s)
		} else if !sound {
			usual, merged = took, ""
		}
	}
	switch {
	case merged == "":
		fmt.Printf("%s is built for each mutant: all at once fail (%v)\n", s, failed)
	case skip != "":
		fmt.Printf("%s without %s\n", s, skip)
	}
	for _, c := range mutants {
		if merged != "" && !reached[c.number] { // tests that do not reach the place cannot notice the change
			left = append(left, c)
			continue
		}
		begun := time.Now()
		program := merged
		if program == "" {
			program = filepath.Join(temp, "alone.test")
			if err := s.build(ctx, program, c.overlay); err != nil {
				return nil, err
			}
		}
		passed := s.pass(ctx, program, c.number, 5*usual+*limit, "", skip)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		c.took += time.Since(begun)
		if passed {
			left = append(left, c)
		} else if err := write(c.mutant, c.outcome("noticed", s.String())); err != nil {
			return nil, err
		}
	}
	return left, nil
}

// usual returns how long the tests take without a change, and whether they pass then: tests that fail would notice every mutant.
// The tests note the mutants that they reach in the file.
func (s suite) usual(ctx context.Context, program, reached, skip string) (time.Duration, bool) {
	begun := time.Now()
	passed := s.pass(ctx, program, 0, 10*time.Minute, reached, skip)
	return time.Since(begun), passed
}

// failing returns a pattern of the tests that fail without a change.
func (s suite) failing(ctx context.Context, program string) (pattern string, err error) {
	cmd := s.command(ctx, program, 0, "", "-test.timeout", "10m")
	out, _ := cmd.CombinedOutput() // it fails
	var names []string
	for line := range strings.Lines(string(out)) {
		if name, ok := strings.CutPrefix(line, "--- FAIL: "); ok {
			names = append(names, strings.Fields(name)[0])
		}
	}
	if names == nil {
		return "", ctx.Err()
	}
	return "^(" + strings.Join(names, "|") + ")$", ctx.Err()
}

// building compiles the tests in the background. It sends the error, and closes the channel.
func (s suite) building(ctx context.Context, program, overlay string) <-chan error {
	built := make(chan error, 1) // buffered: run may need no more programs
	go func() {
		built <- s.build(ctx, program, overlay)
		close(built)
	}()
	return built
}

// build compiles the tests. A package without tests has no program afterwards.
func (s suite) build(ctx context.Context, program, overlay string) error {
	if err := os.Remove(program); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-ldflags=-s -w", "-overlay", overlay, "-o", program, "./"+s.folder)
	cmd.Dir = filepath.Join(*root, s.module)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("the tests of %s: %w\n%s", s, err, out)
	}
	return nil
}

// pass runs the tests until the first failure, as go test does: in the folder of the package.
func (s suite) pass(ctx context.Context, program string, number int, limit time.Duration, reached, skip string) bool {
	if _, err := os.Stat(program); errors.Is(err, os.ErrNotExist) {
		return true
	}
	// Mutants may loop: the tests end themselves after the limit, or are ended.
	ctx, cancel := context.WithTimeout(ctx, limit+10*time.Second)
	defer cancel()
	return s.command(ctx, program, number, reached, "-test.failfast", "-test.timeout", limit.String(), "-test.skip", skip).Run() == nil
}

// command is the test program in the folder of its package.
func (s suite) command(ctx context.Context, program string, number int, reached string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, append([]string{"-test.paniconexit0"}, args...)...)
	cmd.Dir = filepath.Join(*root, s.module, s.folder)
	cmd.Env = append(os.Environ(), "GOMEMLIMIT=1GiB", "PWD="+cmd.Dir, variable+"="+strconv.Itoa(number), reachedVariable+"="+reached)
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// readReached reads the numbers of mutants that tests have reached. Without tests there is no file.
func readReached(path string) (map[int]bool, error) {
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	reached := map[int]bool{}
	for _, line := range strings.Fields(string(text)) {
		n, err := strconv.Atoi(line)
		if err != nil {
			return nil, err
		}
		reached[n] = true
	}
	return reached, nil
}

// mergeAll merges the mutants of a folder, and returns the path of the overlay.
func mergeAll(temp, folder string, mutants []*candidate) (string, error) {
	files := map[string]map[int]site{}
	for _, c := range mutants {
		if files[c.file] == nil {
			files[c.file] = map[int]site{}
		}
		files[c.file][c.number] = c.site
	}
	texts := map[string][]byte{}
	for file, sites := range files {
		path := filepath.Join(*root, file)
		source, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		merged, name, err := merge(path, source, sites)
		if err != nil {
			return "", err
		}
		texts[path] = merged
		texts[filepath.Join(*root, folder, "mutant_chosen.go")] = chooser(name, mutants[len(mutants)-1].number+1)
	}
	return writeOverlay(temp, -1, texts)
}

// writeOverlay writes the texts that stand for files, and returns the path of the overlay that says so.
func writeOverlay(temp string, number int, texts map[string][]byte) (string, error) {
	folder := filepath.Join(temp, strconv.Itoa(number))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	replace := map[string]string{}
	for path, text := range texts {
		replace[path] = filepath.Join(folder, filepath.Base(path))
		if err := os.WriteFile(replace[path], text, 0o644); err != nil {
			return "", err
		}
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(folder, "overlay.json")
	return overlay, os.WriteFile(overlay, text, 0o644)
}
