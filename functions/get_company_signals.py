"""GET /api/agent/company-signals?company={name}: what is published about a company."""

import os
from datetime import UTC, datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from shared.api import Resolver, endpoint
from shared.companies import CompanyName, normalize_company
from shared.company_signals import CompanySignals
from shared.plans import ALL_PLANS, Scope
from shared.precision import Precision
from shared.releases import current_signals
from shared.store import store

app = Resolver()


@app.get("/api/agent/company-signals")
def get_company_signals(company: Annotated[CompanyName, Query()]) -> CompanySignals:
    """Anonymised signals of a company; null until ten candidates have met it."""
    precision = Precision.from_env(os.environ)
    return CompanySignals(signals=current_signals(store(), normalize_company(company), datetime.now(UTC), precision))


handler = endpoint(app, scope=Scope.READ, plans=ALL_PLANS, etag=True)
