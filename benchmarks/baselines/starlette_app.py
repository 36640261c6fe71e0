"""A server that answers the bytes of BODY to every GET: as fast as the local stack's server could be."""

import os

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

BODY = os.environ["BODY"].encode()


async def answer(_request: Request) -> Response:
    """The same bytes every time."""
    return Response(BODY, media_type="application/json")


app = Starlette(routes=[Route("/api/agent/career-health", answer)])
