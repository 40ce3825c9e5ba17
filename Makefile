# Everything that is needed is set up here, in .venv; nothing is installed outside it, except by `make desks`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEV := $(VENV)/.dev
BENCH := $(VENV)/.bench
PEERS := $(VENV)/peers
RT_TICKETS ?= 300

# The tests' own modules lie in tests/; the project's in the root, which goes first.
PROVE := PYTHONPATH=.:tests $(BIN)/python

.PHONY: demo test check desks bench bench-million peers watchdog quality screenshot corpus clean help prove network crash crash-double power model damage

help: ## show what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "heard needs Python 3.11 or newer; say which with PYTHON=..."; exit 1; }
	$(PYTHON) -m venv $(VENV) || { echo "Python's venv is missing: on Debian, apt-get install python3-venv"; exit 1; }

$(READY): pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(DEV): $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(READY) ## open the console on the embedded desk
	$(BIN)/heard demo $(ARGS)

test: $(DEV) ## run the tests
	$(BIN)/python -m pytest -q -n 3 --dist worksteal -m "not desk and not bench and not network" $(ARGS)

check: $(DEV) ## ruff, mypy, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

desks: $(DEV) ## tests against real help desks, which are installed and started on loopback
	@command -v tmux >/dev/null || { apt-get -qq update && apt-get -qq -y install --no-install-recommends tmux; }
	$(BIN)/python -m pytest -q -m desk $(ARGS)

prove: network crash power model damage ## that sync never loses, doubles or clobbers: all of the next five

network: $(DEV) ## every fault of a network, for every kind of request, over real sockets
	$(BIN)/python -m pytest -q -n 2 -m network tests/network $(ARGS)

crash: $(DEV) ## kill the program at every boundary of every scenario, and see what is left
	$(PROVE) -m faults.crash --all

crash-double: $(DEV) ## the same with a second kill inside the recovery (about half an hour)
	$(PROVE) -m faults.crash --double

power: $(DEV) ## cut the power: only what was synced to the disk is left
	$(PROVE) -m faults.power

model: $(DEV) ## a state machine of agents, colleagues, customers and faults; and known-bad engines that it must catch
	$(PROVE) -m model --examples 300 --steps 30
	$(PROVE) -m model.mutants

damage: $(DEV) ## a thousand damaged files of each kind: no words lost that can be read
	$(PROVE) -m store_damage --all

corpus: $(DEV) ## load conversations into a running RT: make corpus BASE=... CREDENTIALS=...
	$(BIN)/python tests/desks/load_corpus.py --base-url $(BASE) --credentials $(CREDENTIALS) --tickets $(RT_TICKETS)

$(BENCH): $(DEV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,bench]'
	@touch $@

bench: $(BENCH) ## speed and memory, as ratios measured in one run (CHECK=1 fails outside the targets)
	$(BIN)/python -m tests.bench $(if $(CHECK),--check)

$(PEERS)/.ready: tests/bench/jira_peer.txt | $(READY)
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check -r tests/bench/jira_peer.txt
	@touch $@

peers: $(PEERS)/.ready ## jiratui in a folder of its own, for bench-million to compare with

bench-million: $(DEV) $(PEERS)/.ready ## the queue with 200,000 and 1,000,000 tickets, beside a bare Textual app, a DataTable and jiratui (CHECK=1 as above)
	$(BIN)/python -m tests.bench.million $(if $(CHECK),--check)

watchdog: $(DEV) ## that the thread which draws asks the store for nothing, with 200,000 tickets
	HEARD_WATCHDOG_TICKETS=200000 $(BIN)/python -m pytest -q -s tests/tui/test_watchdog.py

quality: $(DEV) ## how well the five steps are found in real replies; writes docs/heard-quality.md
	$(PROVE) -m heard.quality

screenshot: $(READY) ## draw docs/screenshot.svg with the app itself
	$(BIN)/python docs/screenshot.py docs/screenshot.svg

clean: ## remove what was built
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .hypothesis
