# Quaestor. `make demo` builds and shows it, `make test` tests it; both need Go and nothing else.

GO       ?= go
FUZZTIME ?= 20s
BENCH    ?= .
BENCHFLAGS ?= # such as -runs 3 -parts corpus,big
BIN      := bin/quaestor

.PHONY: build binaries demo test quality race bench bench-apk bench-fleet bench-vulns fuzz lint cross generate clean check-go

build: check-go ## the program, in bin/
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w' -o $(BIN) ./cmd/quaestor

# The sample phone holds TikTok, so its scan ends with exit code 1, and this computer's may end with any of
# 0, 1 and 3: the demonstration shows the codes and goes on.
demo: build ## scan a sample member's phone, then this computer
	@echo '$$ quaestor scan testdata/phones/member'; echo
	@$(BIN) scan testdata/phones/member; code=$$?; echo "(exit code $$code)"; test $$code -eq 1
	@echo; echo '$$ quaestor scan'; echo
	@$(BIN) scan; code=$$?; echo "(exit code $$code)"; test $$code -le 1 -o $$code -eq 3

test: check-go ## every test
	$(GO) test ./...

quality: check-go ## the risk database on ordinary products and on what must be found
	$(GO) run ./riskdb/quality

# Code that starts nothing and shares nothing cannot race in its own tests, and the detector makes reading bytes ten
# times slower. Scanners run side by side in the tests of cmd/quaestor, which are among these.
race: check-go ## the tests of what runs side by side under the race detector; needs a C compiler
	CGO_ENABLED=1 $(GO) test -race -timeout 20m $$(grep -rlE --include='*.go' '\bgo func|\bgo [a-zA-Z_.]+\(|\b(sync|atomic|errgroup)\.|\.Parallel\(' \
	  cmd riskdb reports scanners | xargs -n1 dirname | grep -v testdata | sort -u | sed 's|^|./|')

bench: build ## benchmarks, with the ratios to a hello-world program, to unzip -t, to decoding alone and to the bars of a computer and a profile
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem ./...
	$(MAKE) bench-apk
	$(MAKE) bench-fleet

bench-apk: build ## scans of APKs as whole processes against the least work there is, and against other tools
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w' -o bin/floor ./cmd/quaestor/internal/floor
	$(GO) run ./cmd/quaestor/internal/bench $(BENCHFLAGS)

bench-fleet: build ## scans of exports of up to 20,000 devices and 200,000 rows as whole processes against decoding alone, plotted in bin/
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w' -o bin/exports ./scanners/internal/exporttest/exports
	$(GO) run ./cmd/quaestor/internal/bench $(BENCHFLAGS) -parts fleet

bench-vulns: build ## advisories on the same packages, looked up here and by the osv-scanner command: answers and times
	GOBIN=$(CURDIR)/bin $(GO) install github.com/google/osv-scanner/v2/cmd/osv-scanner@v2.5.1
	$(GO) run ./cmd/quaestor/internal/vulnbench -osv-scanner bin/osv-scanner $(BENCHFLAGS)

fuzz: check-go ## each fuzz target for FUZZTIME
	@set -e; for pkg in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	    echo "== $$pkg $$target"; \
	    $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$pkg; \
	  done; \
	done

lint: check-go ## gofmt, vet and staticcheck at the versions in go.mod, and the risk data
	@unformatted=$$(gofmt -l $$(git ls-files '*.go' 2>/dev/null || find . -name '*.go')); \
	  if [ -n "$$unformatted" ]; then echo "not formatted, run gofmt -w: $$unformatted"; exit 1; fi
	$(GO) tool staticcheck ./...
	$(GO) run ./cmd/quaestor db lint >/dev/null || { $(GO) run ./cmd/quaestor db lint | grep -A1 ': error: '; exit 1; }
	$(MAKE) cross

# Code that only one system runs is compiled, and looked at with its tests, for all of them.
SYSTEMS    ?= linux windows darwin
PROCESSORS ?= amd64 arm64

cross: check-go ## build for every system and processor without C, and vet for every system
	@set -e; for os in $(SYSTEMS); do \
	  for arch in $(PROCESSORS); do \
	    echo "$$os/$$arch"; CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch $(GO) build ./...; \
	  done; \
	  CGO_ENABLED=0 GOOS=$$os $(GO) vet ./...; \
	done

binaries: check-go ## the program for every system and processor, in bin/, as quaestor-SYSTEM-PROCESSOR
	@set -e; for os in $(SYSTEMS); do for arch in $(PROCESSORS); do \
	  suffix=; test $$os != windows || suffix=.exe; echo "bin/quaestor-$$os-$$arch$$suffix"; \
	  CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch $(GO) build -trimpath -ldflags '-s -w' -o bin/quaestor-$$os-$$arch$$suffix ./cmd/quaestor; \
	done; done

generate: check-go ## the compiled risk database and the JSON Schemas, from their sources
	$(GO) generate ./...

clean:
	rm -rf bin

check-go:
	@$(GO) version >/dev/null 2>&1 || { echo 'Go is missing; install it: apt-get install golang (1.26 or newer), or see https://go.dev/doc/install'; exit 1; }
