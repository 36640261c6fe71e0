# Building, checking and deploying what template.yaml describes. Included by the Makefile, which sets UV and PY.
# sam finds Python 3.13 and uv in the project's environment, which has to come first on PATH.
SAM = PATH="$(CURDIR)/.venv/bin:$$PATH" SAM_CLI_TELEMETRY=0 sam
CHECKOV = checkov==3.3.30
EXPORT = $(UV) export --quiet --frozen --no-emit-project --no-annotate --no-header --output-file

.PHONY: build sizes layer-lists lint-template security-table cost-table packaging-test deploy

build: $(READY) ## Build the bundles of all functions and layers into .aws-sam/build
	$(SAM) build
	@$(MAKE) --no-print-directory sizes

sizes: ## Print the size of each bundle, unzipped (Lambda's limit for a function with its layers is 250 MB)
	@cd .aws-sam/build && du -sk */ | sort -n | awk '{ printf "%8.1f MB  %s\n", $$1 / 1024, $$2 }'

layer-lists: $(READY) ## Write the package lists of the layers anew from uv.lock
	$(EXPORT) layers/dependencies/requirements.txt --no-default-groups
	$(EXPORT) layers/claude/requirements.txt --only-group claude \
		$$(sed -n 's/^\([a-z0-9-]*\)==.*/--no-emit-package \1/p' layers/dependencies/requirements.txt)
	@mkdir -p layers/sign-in
	$(EXPORT) layers/sign-in/requirements.txt --only-group sign-in

lint-template: $(READY) ## Check template.yaml with sam validate --lint, cfn-lint and Checkov
	$(SAM) validate --lint --region us-east-1
	.venv/bin/cfn-lint template.yaml
	@mkdir -p .cache
	@set -o pipefail; $(UV) tool run --python 3.13 $(CHECKOV) --config-file .checkov.yaml | tee .cache/checkov.txt
	@! grep -q "Parsing errors" .cache/checkov.txt || { echo "Checkov could not read the template" >&2; exit 1; }

security-table: $(READY) ## Write the table of docs/security.md anew from template.yaml
	$(PY) -m tests.permissions

cost-table: $(READY) ## Write the table of docs/operations.md anew from template.yaml and list prices
	$(PY) -m benchmarks.monthly_cost

packaging-test: $(READY) ## Test the bundles, the functions in Lambda's runtime, and a deployment on a CloudFormation engine
	$(PY) -m pytest tests/packaging -m packaging

deploy: build ## Deploy to the account of the environment's credentials: ENV=dev or ENV=prod without questions, else guided
	$(SAM) deploy $(if $(ENV),--config-env $(ENV),--guided)
