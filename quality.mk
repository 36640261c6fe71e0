# Checks beyond the tests: the OpenAPI document, fuzzing, faults, load, audits. Included by the Makefile, which sets UV and PY.
SPECTRAL = @stoplight/spectral-cli@6.16.3
BANDIT = bandit==1.9.4
DETECT_SECRETS = detect-secrets==1.5.0
PIP_AUDIT = pip-audit==2.10.1

EVENTS = 10000
OUTCOMES = 2000

.PHONY: openapi lint-openapi fuzz faults republish-events verify-tallies verify-usage-plans load audit audit-dependencies

openapi: $(READY) ## Write docs/openapi.json anew from the code
	@$(PY) -m local.openapi.document
	@$(PY) -m local.openapi.guide

lint-openapi: $(READY) lint-clients ## Check docs/openapi.json: OpenAPI 3.1, Spectral's style rules, what generators make of it
	@.venv/bin/openapi-spec-validator docs/openapi.json
	@npm exec --yes --package=$(SPECTRAL) -- spectral lint --fail-severity warn --ruleset .spectral.yaml docs/openapi.json

fuzz: $(READY) ## Fuzz the local stack from docs/openapi.json and below it: 20,000 requests and more, about 5 minutes
	@ISOLATION_EXAMPLES=30 $(PY) -m pytest tests/e2e/fuzz tests/e2e/test_isolation.py -s -q

faults: $(READY) ## Events and outcomes while DynamoDB fails and workers are killed (EVENTS=10000 OUTCOMES=2000)
	@EVENTS=$(EVENTS) OUTCOMES=$(OUTCOMES) $(PY) -m pytest tests/e2e/faults -m slow -s -q

republish-events: $(READY) ## Publish the webhook events written FROM=… TO=… again, of one TEAM or of all: of the local stack (PORT), or of a deployed FUNCTION
	@$(PY) -m local.jobs republish-events

verify-tallies: $(READY) ## Recount tallies from messages: of the running local stack (PORT), or of a deployed FUNCTION (REPAIR=1 repairs)
	@$(PY) -m local.jobs verify-tallies

verify-usage-plans: $(READY) ## Compare API Gateway's keys with the teams' plans: of the local stack (PORT), or of a deployed FUNCTION (REPAIR=1 repairs)
	@$(PY) -m local.jobs verify-usage-plans

load: $(READY) ## Load the local stack, closed and open, 30 seconds (MINUTES=10)
	@$(PY) -m benchmarks.load $(MINUTES)

# Bandit's two findings are ruff's S310 and S506, answered where they stand. High entropy and "password =" find only fakes here.
audit: $(READY) ## Look for unsafe code (bandit) and for secrets in the repository (detect-secrets)
	@$(UV) tool run --quiet --python 3.13 $(BANDIT) --quiet --recursive functions shared local --severity-level medium --skip B310,B506
	@$(UV) tool run --quiet --python 3.13 $(DETECT_SECRETS) scan --disable-plugin KeywordDetector --disable-plugin IPPublicDetector \
		--disable-plugin Base64HighEntropyString --disable-plugin HexHighEntropyString \
		| $(PY) -c 'import json, sys; found = json.load(sys.stdin)["results"]; sys.exit(json.dumps(found, indent=1) if found else 0)'

audit-dependencies: $(READY) ## Look uv.lock's packages up in PyPI's list of vulnerabilities (needs pypi.org itself)
	@$(UV) export --quiet --frozen --no-emit-project --no-emit-package intraview --output-file .cache/requirements.txt
	@$(UV) tool run --quiet --python 3.13 $(PIP_AUDIT) --disable-pip --no-deps --requirement .cache/requirements.txt
