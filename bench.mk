# Measurements. Included by the Makefile, which sets UV and PY.
.PHONY: bench bench-docs key-timing

bench: $(READY) ## Measure starts, warm requests, growth, money, snapshots, the local stack and company names, in some 10 minutes
	@$(UV) sync --frozen --quiet --group bench && $(PY) -m benchmarks

bench-docs: $(READY) ## Publish the last `make bench`: benchmarks/results and the tables of docs/performance.md
	@$(UV) sync --frozen --quiet --group bench && $(PY) -m benchmarks.publish

key-timing: $(READY) ## See whether time tells an unknown key from a revoked or an expired one, with some 1,500 of each, in about two minutes
	@$(PY) -m benchmarks.key_timing
