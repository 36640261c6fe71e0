# Checks beyond the tests: the OpenAPI document, fuzzing, faults, load, audits. Included by the Makefile, which sets UV and PY.
SPECTRAL = @stoplight/spectral-cli@6.16.3
BANDIT = bandit==1.9.4
DETECT_SECRETS = detect-secrets==1.5.0
PIP_AUDIT = pip-audit==2.10.1

.PHONY: openapi lint-openapi fuzz

openapi: $(READY) ## Write docs/openapi.json anew from the code
	@$(PY) -m local.openapi.document

lint-openapi: $(READY) ## Check docs/openapi.json against the OpenAPI 3.1 schema and Spectral's style rules
	@.venv/bin/openapi-spec-validator docs/openapi.json
	@npm exec --yes --package=$(SPECTRAL) -- spectral lint --fail-severity warn --ruleset .spectral.yaml docs/openapi.json

fuzz: $(READY) ## Fuzz the local stack from docs/openapi.json and below it: 20,000 requests and more, about 5 minutes
	@$(PY) -m pytest tests/e2e/fuzz -m slow -s -q
