"""GET /api/agent/company-signals?company={name}: what is published about a company."""

import os
from datetime import UTC, datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from shared.domain.companies.normalize import CompanyName, normalize_company
from shared.domain.plans import ALL_PLANS, Scope
from shared.domain.signals.company_signals import CompanySignals
from shared.domain.signals.precision import Precision
from shared.services.releases import current_signals
from shared.store import preload, store
from shared.web.endpoint import Resolver, endpoint

preload("releases", "tallies")

app = Resolver()


@app.get("/api/agent/company-signals")
def get_company_signals(company: Annotated[CompanyName, Query()]) -> CompanySignals:
    """Anonymised signals of a company; null until ten candidates have met it."""
    precision = Precision.from_env(os.environ)
    return CompanySignals(signals=current_signals(store(), normalize_company(company), datetime.now(UTC), precision))


handler = endpoint(app, scope=Scope.READ, plans=ALL_PLANS, etag=True)
