# Clients of the API and the pages under /docs/. Included by the Makefile, which sets UV and PY.
OPENAPI_PYTHON_CLIENT = openapi-python-client==0.29.1
OPENAPI_TYPESCRIPT = npm exec --yes --package=openapi-typescript@7.13.0 -- openapi-typescript
TYPESCRIPT = npm exec --yes --package=typescript@5.9.3 -- tsc
TYPES = clients/typescript/schema.d.ts
GENERATED = .cache/generated/intelligence_api_client

.PHONY: lint-clients typescript generated-client test-clients pictures smoke

lint-clients: $(READY) generated-client ## Check that generators accept docs/openapi.json, and the types of both clients
	@$(OPENAPI_TYPESCRIPT) docs/openapi.json --check --output $(TYPES)
	@$(TYPESCRIPT) --project clients/typescript
	@cd clients/python && ../../.venv/bin/mypy

typescript: ## Write the TypeScript types anew from docs/openapi.json
	@$(OPENAPI_TYPESCRIPT) docs/openapi.json --output $(TYPES)

generated-client: $(READY)
	@mkdir -p $(dir $(GENERATED))
	@PATH="$(CURDIR)/.venv/bin:$$PATH" $(UV) tool run --quiet --python 3.13 $(OPENAPI_PYTHON_CLIENT) generate --overwrite --fail-on-warning \
		--meta none --path docs/openapi.json --output-path $(GENERATED)

test-clients: $(READY) generated-client ## Test the wheel in a fresh environment, a generated client, and /docs/ in Chromium
	@cd tests/browser && npm ci --silent --no-audit --no-fund
	@$(PY) -m pytest tests/clients tests/browser -m clients

pictures: ## Take the pictures of docs/console anew, of the running local stack (PORT)
	@cd tests/browser && npm ci --silent --no-audit --no-fund && BASE_URL=http://127.0.0.1:$(or $(PORT),8000) node pictures.mjs ../../docs/console

smoke: $(READY) ## Play a person's life on a stack, from the first event to the erasure: STACK=name on AWS, else the running local stack (PORT)
	@$(PY) -m local.smoke
