"""GET /api/agent/messages/{id}: one of the caller's threads, with the history of its outcome."""

from shared.domain.plans import ALL_PLANS, Scope
from shared.store import preload, store
from shared.web.endpoint import Resolver, endpoint
from shared.web.threads import Thread, id_in_path, owned, shown

preload("threads")

app = Resolver()


@app.get("/api/agent/messages/<id>")
def get_message(id: str) -> Thread:  # noqa: A002 - the reference calls it id
    """A recruiter thread of the caller's."""
    return shown(*owned(store().threads.get(id_in_path(id)), app.caller))


handler = endpoint(app, scope=Scope.READ, plans=ALL_PLANS)
