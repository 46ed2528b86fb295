# Thin names for what .ci/run does, one place for each command.
.PHONY: all test race lint fuzz bench ci

all: test lint

test:
	go test ./...

race:
	CI_ONLY=race .ci/run

lint:
	CI_ONLY="gofmt arch vet staticcheck lint" .ci/run

# A longer share: make fuzz FUZZTIME=1m
FUZZTIME ?= 10s
fuzz:
	CI_ONLY=fuzz FUZZTIME=$(FUZZTIME) .ci/run

# Compare with benchstat: make bench COUNT=10 >new.txt
COUNT ?= 1
bench:
	go test -run '^$$' -bench . -count $(COUNT) ./...

ci:
	.ci/run
