# make         set everything up, build data/processed from data/raw, run the notebooks, write them to html/
# make test    set everything up, run the tests
# make lab     open the notebooks in JupyterLab
# make course  the coursework's bundles, in course/ (SECRET=... STUDENTS=students.csv; without them a trial)
# make book    write the notebooks, with the results stored in them, as web pages to html/
# make reproduce  build everything anew in a clean environment, compare with what is committed (writes REPRODUCED.md)
# make accept  what comes out now becomes what is expected: notebooks' results, data/processed/SHA256SUMS
# make originals  fetch the originals that have an address, and say where they differ from figures.csv (writes originals/)
# make bench   measure exactness, time and memory (writes benchmarks/results.json)
# make clean   delete all that can be made again, the environment too
#
# Relative paths only: make splits names at spaces, and the path of this folder may hold some.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	"$$p" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
RUN := .venv/bin/python
READY := .venv/ready

.PHONY: all test lab book course reproduce accept originals bench clean moved

all: $(READY)
	@$(RUN) tools/run_all.py

test: $(READY)
	@$(RUN) -m pytest

lab: $(READY)
	@$(RUN) -m jupyterlab notebooks

course: $(READY)
	@$(RUN) tools/course.py

book: $(READY)
	@$(RUN) tools/book.py

reproduce: $(READY)
	@$(RUN) tools/reproduce.py

accept: $(READY)
	@$(RUN) tools/reproduce.py --accept

originals: $(READY)
	@$(RUN) tools/originals.py

bench: $(READY)
	@$(RUN) benchmarks/run.py
	@$(RUN) benchmarks/formats.py
	@$(RUN) benchmarks/glued.py --json
	@$(RUN) benchmarks/layouts.py --seeds 100 --jobs 2
	@$(RUN) benchmarks/injected_errors.py --highs 20 --json benchmarks/injected_errors.json
	@$(RUN) benchmarks/costs.py --json benchmarks/costs.json
	@$(RUN) benchmarks/findings.py

clean:
	rm -rf .venv html reproduction data/processed/*.csv data/processed/*.json data/processed/figures *.egg-info .pytest_cache .hypothesis .ruff_cache

# An environment remembers where it stands: it is made anew when the folder has moved.
HERE := $(shell cat $(READY) 2>/dev/null)
ifneq ($(HERE),$(CURDIR))
$(READY): moved
endif

$(READY): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "govinfo needs Python 3.11 or newer with venv (Debian, Ubuntu: apt install python3-venv)" >&2; exit 1; }
	@if test -f $(READY) && test "$(HERE)" != "$(CURDIR)"; then rm -rf .venv; fi
	@test -x $(RUN) || "$(PYTHON)" -m venv .venv
	$(RUN) -m pip install --quiet --disable-pip-version-check -e ".[test]" -c constraints.txt
	@printf %s "$(CURDIR)" > $(READY)
