# Built functions in containers of Lambda's own image, on the tables of `make serve`. Included by the Makefile, which sets PY. Needs Docker.
.PHONY: invoke sam-local

invoke: $(READY) ## Run one function in Lambda's image on the tables of `make serve`: FUNCTION=GetCareerHealth [EVENT=file] [USER=user_maya] [PORT]
	@$(PY) -m local.containers invoke "$(FUNCTION)" $(if $(EVENT),--event $(EVENT)) $(if $(filter command line,$(origin USER)),--user $(USER))

sam-local: $(READY) ## Build, and let plain `sam local invoke` and `sam local start-api` use the tables of `make serve` until Ctrl-C [PORT]
	@$(PY) -m local.containers sam-local
