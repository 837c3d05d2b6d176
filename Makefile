# Everything a contributor does, as verbs. `make` alone checks and tests; `make help` lists the verbs.
.DEFAULT_GOAL := check
.PHONY: check run test browser websockets proxy openapi neighbours judges lint fmt tidy fuzz invoke cover bench bench-services compare differential bench-core bench-e2e allocs profile golden kill attack command dev-figures soak steps measures services docs docs-site explore docs-test docs-update audit verify shipped licences licences-update sbom reproducible mutants help

ADDR     ?= :8000
FUZZTIME ?= 10s

# help lists every target with the first sentence of its comment.
help:
	@awk '/^#/ { text = text substr($$0, 2); next } \
		/^[a-z][a-z0-9-]*:/ { sub(/:.*/, "", $$1); sub("^ *" $$1 " ", "", text); sub(/\. .*|\.$$/, "", text); printf "%-12s %s\n", $$1, text } \
		{ text = "" }' Makefile

# check is what must pass before a change lands.
check: lint test

# run starts the example shop.
run:
	go run ./examples/shop -addr $(ADDR)

# MODULES are the modules inside this repository that are not part of the core's.
MODULES = tests docs scripts/differential scripts/site examples/database examples/auth examples/negotiation examples/mount examples/chat examples/cluster contrib/nats contrib/redis contrib/sql contrib/river contrib/oidc contrib/autotls contrib/http3 contrib/middlewaretest cmd/briovet tools

# SHIPPED are the modules that programs import.
SHIPPED = . contrib/nats contrib/redis contrib/sql contrib/river contrib/oidc contrib/autotls contrib/http3

# NEIGHBOURS are modules with many dependencies, which show Brio beside other libraries. Their tests run without the race detector, so that
# these are not built twice.
NEIGHBOURS = docs/howto/ports docs/howto/libraries contrib/browsertest

# PLAIN are the ones whose tests run without the race detector, as those of tests/docs do: they read all pages of the guide, which takes
# twenty times as long with it.
PLAIN = scripts/site

# test runs every test with the race detector, but those of PLAIN. TESTFLAGS are further flags: -vet=off where lint has run before. Tests of the other
# modules always run: they read pages and sources of the repository, and go test keeps a result when only files of another module changed. All but
# tests have few packages, so two modules run at a time.
test:
	go test -race $(TESTFLAGS) ./...
	cd tests && go test -race -count=1 $(TESTFLAGS) $$(go list ./... | grep -v '/tests/docs$$')
	cd tests && CGO_ENABLED=0 go test -count=1 $(TESTFLAGS) ./docs
	@echo $(filter-out tests $(PLAIN),$(MODULES)) | xargs -n 1 | xargs -P 2 -I{} sh -c \
		'out=$$(cd {} && go test -race -count=1 $(TESTFLAGS) ./... 2>&1); failed=$$?; echo "{}"; echo "$$out"; exit $$failed'
	@set -e; for m in $(PLAIN); do echo "$$m"; (cd $$m && CGO_ENABLED=0 go test -count=1 $(TESTFLAGS) ./...); done
	@$(MAKE) --no-print-directory neighbours

# neighbours runs the tests of NEIGHBOURS, which compile gin, echo, fiber, Huma, gRPC and others. test runs them too; CI does not.
neighbours:
	@set -e; for m in $(NEIGHBOURS); do echo "$$m"; (cd $$m && CGO_ENABLED=0 go test -count=1 $(TESTFLAGS) ./...); done

# browser runs the tests that need a headless Chromium: pages, the guide, CORS and streams. scripts/chromium.sh installs it, and
# scripts/node.sh the npm that brings axe-core. BRIO_SCREENSHOTS names a folder for pictures of the pages.
browser:
	cd contrib/browsertest && new=$$(../../scripts/node.sh) && export PATH="$${new:+$$new:}$$PATH" && ../../scripts/again.sh npm ci --silent
	cd contrib/browsertest && BRIO_BROWSER=1 go test -count=1 ./...

# websockets cuts 10,000 WebSocket connections at arbitrary points, with the race detector. CI cuts 500.
websockets:
	cd tests && BRIO_WEBSOCKET_CUTS=10000 go test -race -count=1 -run 'Cuts' ./websockets

# proxy runs examples/proxy behind nginx, with TLS and a prefix; scripts/nginx.sh installs it.
proxy:
	cd examples/proxy && BRIO_NGINX=1 go test -count=1 .

# openapi has linters and generated clients judge the documents of the examples; scripts/node.sh installs Node.js. A project of
# brio new is among them, unless WITHOUT_TEMPLATE=1: what it requires takes minutes to compile.
openapi:
	cd scripts/openapi && new=$$(../node.sh) && export PATH="$${new:+$$new:}$$PATH" && ../again.sh npm ci --silent && WITHOUT_TEMPLATE=$(WITHOUT_TEMPLATE) node run.mjs

# judges has kin-openapi, libopenapi-validator and a client that oapi-codegen generates judge the app everything. They are a
# module of their own: they bring more modules than the core has.
judges:
	cd contrib/openapitest && go vet ./... && go test -count=1 .
	cd contrib/openapitest && go run ./everything/serve -document 3.0.3 >client/everything.json \
		&& go tool oapi-codegen -config client/oapi-codegen.yaml client/everything.json && go test -count=1 -tags generated ./client

# services runs the tests that need NATS, Redis and PostgreSQL; scripts/services.sh installs them. The tests of a project of brio new are
# among them.
services:
	cd contrib/nats && BRIO_SERVICES=1 go test -count=1 .
	cd contrib/redis && BRIO_SERVICES=1 go test -count=1 .
	cd contrib/sql && BRIO_SERVICES=1 go test -count=1 .
	cd contrib/river && BRIO_SERVICES=1 go test -count=1 .
	cd examples/chat && BRIO_SERVICES=1 go test -count=1 .
	cd examples/cluster && BRIO_SERVICES=1 go test -count=1 .
	cd docs/howto/libraries && BRIO_SERVICES=1 go test -count=1 ./pgx
	BRIO_COMMAND=1 BRIO_SERVICES=1 go test -count=1 -run PostgreSQL ./cmd/brio

# lint is gofmt, go vet and staticcheck, which tools/go.mod pins. It is a module of its own: the core does not need the tools.
lint:
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "not gofmt-ed:"; echo "$$unformatted"; exit 1; fi
	@set -e; check=$$(cd tools && GOFLAGS= go tool -n staticcheck); for m in . $(MODULES); do echo "$$m"; (cd $$m && go vet ./... && $$check ./...); done; \
		export GOFLAGS=; for m in $(NEIGHBOURS); do echo "$$m"; (cd $$m && go vet ./... && $$check ./...); done

# fmt formats every file.
fmt:
	gofmt -w .

# tidy brings go.mod and go.sum of every module up to date; the modules inside need what the core needs.
tidy:
	go mod tidy
	@set -e; for m in $(MODULES) $(NEIGHBOURS) bench bench/services contrib/openapitest; do echo "$$m"; (cd $$m && go mod tidy); done

# fuzz runs every fuzz target for FUZZTIME, and prints the executions of each and of all. FUZZ is a pattern of targets. WORKERS is how
# many processes fuzz at a time.
fuzz:
	@FUZZTIME=$(FUZZTIME) ./scripts/fuzz.sh

# invoke runs the tests of the direct calls, and of other unsafe code, in every mode that could break them.
# Tests that count allocations are left out: these modes allocate more.
invoke:
	go test -race ./internal/invoke
	go test -skip Alloc -tags brio_reflect . ./internal/invoke ./internal/inject ./internal/memory ./internal/json ./internal/model ./internal/bind ./internal/exchange ./internal/encode ./responsemodel
	go test -C tests -skip Alloc -tags brio_reflect ./...
	GOGC=1 go test -skip Alloc -gcflags=all=-d=checkptr=2 ./internal/invoke ./internal/memory ./internal/json ./internal/encode
	go test -skip Alloc -gcflags='-N -l' ./internal/invoke
	GOARCH=386 go test ./internal/... ./dependencies ./params ./response ./responsemodel ./routing
	GOARCH=386 go test -C tests ./schemas

# kill stops a server under load ROUNDS=10 times with SIGTERM, with and without a delay, and counts what was lost. CI tries once.
kill:
	BRIO_KILL_ROUNDS=$(or $(ROUNDS),10) go test -C tests -count=1 -v -run TestKillLosesNothing ./shutdown

# attack holds CONNECTIONS=10000 slow, idle and silent connections against a server, and prints what they cost. CI holds 300. It needs
# as many open files: ulimit -n.
attack:
	BRIO_ATTACK_CONNECTIONS=$(or $(CONNECTIONS),10000) go test -C tests -count=1 -v ./attack

# command tests brio new, brio add and brio dev with programs that it builds. Where there is a browser, it sees the pages of brio dev.
command:
	BRIO_COMMAND=1 go test -count=1 ./cmd/brio
	@if command -v chromium >/dev/null; then cd contrib/browsertest && BRIO_COMMAND=1 BRIO_BROWSER=1 go test -count=1 -run TestDev .; \
		else echo "no browser: scripts/chromium.sh installs one"; fi

# dev-figures prints the times of brio dev. One is from an empty folder to a change that is seen, one from save to answer at REBUILDS=20
# saves under 50 requests in a second, of which none may be lost.
dev-figures:
	BRIO_DEV_REBUILDS=$(or $(REBUILDS),20) go test -count=1 -v -timeout 30m -run TestDevFigures ./cmd/brio

# soak serves a mixed load with faults for TIME=60s. It prints the first and the last quarter side by side. Of the faults some are in the
# app, some in clients, some in the disk and the listener. GOFLAGS=-race and GOGC=10 find more and take longer.
soak:
	BRIO_SOAK=$(or $(TIME),60s) go test -C tests -count=1 -v -timeout 24h ./soak

# steps prints how many functions and files of the module each kind of request runs.
steps:
	go test -C tests -count=1 -v -run TestRequestsRunFewFunctions ./steps

# explore looks for the planted bugs of tests/explore with SEEDS=20 seeds. CI tries one.
explore:
	BRIO_EXPLORE_SEEDS=$(or $(SEEDS),20) go test -C tests -count=1 -timeout 30m ./explore

# docs serves the guide as a site on 127.0.0.1:8000, or on ADDR. A page that changes is built again when it is loaded.
docs:
	cd scripts/site && go run . -addr $(patsubst :%,127.0.0.1:%,$(ADDR))

# docs-site writes the guide as static files to scripts/site/out. BASE=/guide/ is the path of the site on its host, / without it.
docs-site:
	cd scripts/site && go run . -out out -base $(or $(BASE),/)

# docs-test executes the commands of the pages of docs/ and compares their answers, the code and the links.
docs-test:
	go test -C tests -count=1 -vet=off ./docs

# docs-update copies code and answers into the pages. Read the difference before committing it.
docs-update:
	go test -C tests -count=1 -vet=off ./docs -update

# measures prints what tests/house measures in the source, with the bounds and the aims.
measures:
	go test -C tests -count=1 -v -run 'TestMeasures$$' ./house

# cover prints the coverage of each core package by all tests, and fails below the bound. It is COVER=95 percent of statements;
# tests/house/testdata/uncovered.txt has lower ones with reasons. It leaves cover.out for `go tool cover -html`.
cover:
	@set -e; counts=$$(mktemp -d); trap 'rm -r "$$counts"' EXIT; \
	core=$$(go list ./... | grep -v -e /examples/ -e /internal/testkit -e /storetest -e /enginetest -e /internal/faults -e /commentstest | paste -sd,); for m in . tests; do \
		(cd $$m && BRIO_COMMAND=1 go test -count=1 -coverpkg "$$core" ./... -args -test.gocoverdir="$$counts"); \
	done; go tool covdata textfmt -i="$$counts" -o=cover.out; cd tools && go run ./covered -bound $(or $(COVER),95)

# audit looks for known vulnerabilities, changed modules and unknown licences. govulncheck reports what a program can reach. Without a
# network it says so, and the rest decides.
audit: verify licences
	./scripts/govulncheck.sh $(GOVULNCHECK) $(SHIPPED)

# GOVULNCHECK and CYCLONEDX are run from the module cache at these versions: no go.mod of the repository needs what they need.
GOVULNCHECK = golang.org/x/vuln/cmd/govulncheck@v1.9.0
CYCLONEDX   = github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0

# verify compares the modules in the cache with the go.sum files. CI does so for SHIPPED; it has just fetched all of them by go.sum.
verify:
	@set -e; for m in $(or $(VERIFIED),. $(MODULES) $(NEIGHBOURS) bench); do echo "$$m: $$(cd $$m && go mod verify)"; done

# shipped prints the folders of the modules that programs import.
shipped:
	@echo "$(SHIPPED)"

# licences fails on a module that docs/licences.md does not list, and on a licence that is not permissive.
licences:
	@cd tools && go run ./licences . $(MODULES) $(NEIGHBOURS) bench

# licences-update writes the list of docs/licences.md anew. Read the difference before committing it.
licences-update:
	@cd tools && go run ./licences -update . $(MODULES) $(NEIGHBOURS) bench contrib/openapitest

# sbom writes a CycloneDX file of each module that programs import to sbom/. That of the core has the program brio too.
sbom:
	@set -e; mkdir -p sbom; bin=$$(mktemp -d); trap 'rm -r "$$bin"' EXIT; GOBIN=$$bin go install $(CYCLONEDX); for m in $(SHIPPED); do \
		name=$$(echo $$m | sed 's,^\.$$,core,; s,/,-,g'); \
		$$bin/cyclonedx-gomod mod -json -licenses -noserial -notimestamp -output sbom/$$name.json $$m; echo sbom/$$name.json; \
	done

# reproducible builds the program brio twice, in two folders with caches of their own, and compares the bytes.
reproducible:
	./scripts/reproducible.sh

# mutants changes one place of the core at a time and reports which changes no test notices. COUNT=300 mutants are judged, those of
# tools/mutants/sample.txt, or with SEED=2 others, for at most TIME=1h; tools/mutants.jsonl keeps the outcomes, so another run continues.
# ONLY=internal/route is one folder.
mutants:
	cd tools && go run ./mutants -count $(or $(COUNT),300) $(if $(SEED),-seed $(SEED),-sample mutants/sample.txt) -time $(or $(TIME),1h) -only "$(ONLY)"

# bench measures the framework and its peers in process, and prints tables. Handlers of net/http are measured alone and behind Brio. It checks the benchmarks first, which lint leaves out
# for their many peers. ROUNDS, BENCHTIME and BENCH are as in bench/README.md.
bench:
	check=$$(cd tools && GOFLAGS= go tool -n staticcheck); cd bench && go vet ./... && $$check ./...
	./bench/bench.sh
	cd bench && go run ./cmd/handlers && go test -run '^$$' -bench '^BenchmarkStatic$$' .

# bench-services prints what requests with shared stores cost. Each stands beside the bare one, and beside the usual Go library. It needs
# Redis and PostgreSQL: scripts/services.sh.
bench-services:
	cd bench/services && BRIO_SERVICES=1 go test -count=1 -v -test.benchtime $(or $(BENCHTIME),500x) -rounds $(or $(ROUNDS),9) .

# compare measures this checkout against another commit: make compare BASE=<commit>. Both run each workload in turn, in ROUNDS=10
# rounds; the table has medians, their spread and the ratio. WORKLOADS and BENCHTIME are as in bench/README.md.
compare:
	BASE=$(BASE) ./bench/compare.sh

# differential reports where answers of another commit and of this checkout differ: make differential BASE=<commit>. Both get the
# same generated requests for FUZZTIME; SEED=1 chooses them.
differential:
	BASE=$(BASE) ./scripts/differential/run.sh -time $(FUZZTIME) -seed $(or $(SEED),1)

# bench-e2e measures the framework and its peers with wrk over the loopback.
bench-e2e:
	./bench/e2e.sh

# bench-core runs every benchmark of the core.
bench-core:
	go test -run '^$$' -bench . -benchmem ./...

# allocs fails when a request costs more allocations than bench/gate says. It builds no peer but Brio.
allocs:
	cd bench && go test ./gate

# profile shows where a workload spends: make profile WORKLOAD=W3_body.
profile:
	./bench/profile.sh

# golden writes the golden files of every package anew, and lowers the bounds of tests/house. Read the difference before
# committing it. The packages are those whose tests have the flag -update.
golden:
	@set -e; for dir in $$(grep -rlE --include='*_test.go' 'flag.Bool\("update"|testkit\.(WantGolden|Update)\b' . | xargs -n1 dirname | sort -u); do \
		go test -C $$dir . -update; \
	done
