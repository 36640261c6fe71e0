# Measurements. Included by the Makefile, which sets UV and PY.
.PHONY: bench

bench: $(READY) ## Measure starts, warm requests, growth, money, snapshots and the local stack, in under 10 minutes
	@$(UV) sync --frozen --quiet --group bench && $(PY) -m benchmarks
