"""The gateway and the control plane over HTTP/1.1, on loopback only: one process, requests in threads.

Every response has an x-request-id, and every error is a problem document, whether it comes from the gateway, the
control plane or the HTTP parser (contract 1).
"""

import json
import socket
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import h11
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse
from starlette.routing import Match, Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from local.answers import Answer
from local.aws import invocations
from local.aws.dynamodb import CannotStart
from local.control_plane import ControlPlane, problem_answer
from local.gateway.gateway import MAX_BODY, Gateway
from local.gateway.proxy import Headers, Response
from local.loopback import refusal
from shared.web.problems import PROBLEM_JSON, BadRequest, Forbidden

HOST = "127.0.0.1"

type _Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
type _Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
type _Application = Callable[[MutableMapping[str, Any], _Receive, _Send], Awaitable[None]]


def bind(port: int) -> socket.socket:
    """Binds the port, 0 for any. Raises CannotStart when the port is in use."""
    # Named TCP, else asyncio leaves Nagle's algorithm on and each answer waits 40 ms for an acknowledgement.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise CannotStart(f"port {port} on {HOST} cannot be used: {error.strerror}. Try PORT={port + 1}.") from None
    return listener


class Server(uvicorn.Server):
    """Serves a gateway and its control plane; calls `on_ready` once it listens."""

    def __init__(self, gateway: Gateway, control_plane: ControlPlane, on_ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                _LoopbackOnly(_application(gateway, control_plane)),
                access_log=False,
                http=_Protocol,
                lifespan="off",
                log_level="error",
                server_header=False,
                timeout_graceful_shutdown=2,
                timeout_keep_alive=60,
                ws="none",
            )
        )
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Calls `on_ready` once the server listens."""
        await super().startup(sockets)
        self._on_ready()


class _Protocol(H11Protocol):
    """HTTP/1.1 as h11 reads it."""

    def send_400_response(self, msg: str) -> None:
        """Responds to bytes that are not HTTP; no request exists yet that others could handle."""
        request_id = str(uuid.uuid4())
        problem = BadRequest(f"{msg} Send one as RFC 9112 has it.")
        body = json.dumps(problem.document(request_id)).encode()
        headers = [("content-type", PROBLEM_JSON), ("x-request-id", request_id), ("content-length", str(len(body)))]
        headers.append(("connection", "close"))
        response = h11.Response(status_code=400, reason=b"Bad Request", headers=headers)
        for part in (response, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(part) or b"")
        self.transport.close()


class _Route(Route):
    """A route of the control plane. A method that it does not have is an unknown address, as in the API itself."""

    def matches(self, scope: MutableMapping[str, Any]) -> tuple[Match, MutableMapping[str, Any]]:
        """Never in part."""
        match, child = super().matches(scope)
        return (Match.NONE if match is Match.PARTIAL else match), child


class _LoopbackOnly:
    """An application that no other site's page and no rebound name reaches (contract 12)."""

    def __init__(self, application: _Application) -> None:
        self._application = application

    async def __call__(self, scope: MutableMapping[str, Any], receive: _Receive, send: _Send) -> None:
        headers = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
        if reason := refusal(headers):
            await _json(problem_answer(Forbidden(reason)))(scope, receive, send)
        else:
            await self._application(scope, receive, send)


def _application(gateway: Gateway, control_plane: ControlPlane) -> Starlette:
    async def from_body(request: HttpRequest, call: Callable[[bytes], Answer]) -> HttpResponse:
        body = await request.body()
        return await answered(lambda: call(body))

    async def answered(call: Callable[[], Answer]) -> HttpResponse:
        return _json(await run_in_threadpool(control_plane.answer, call))

    async def events(request: HttpRequest) -> HttpResponse:
        return await from_body(request, control_plane.apply_events)

    async def create_key(request: HttpRequest) -> HttpResponse:
        return await from_body(request, control_plane.create_key)

    async def revoke_key(request: HttpRequest) -> HttpResponse:
        return await answered(lambda: control_plane.revoke_key(request.path_params["key_id"]))

    async def rotate_key(request: HttpRequest) -> HttpResponse:
        key_id = request.path_params["key_id"]
        return await from_body(request, lambda body: control_plane.rotate_key(key_id, body))

    async def suspend_team(request: HttpRequest) -> HttpResponse:
        return await answered(lambda: control_plane.suspend_team(request.path_params["team_id"]))

    async def resume_team(request: HttpRequest) -> HttpResponse:
        return await answered(lambda: control_plane.resume_team(request.path_params["team_id"]))

    async def create_integration(request: HttpRequest) -> HttpResponse:
        url = f"http://{request.headers['host']}"
        return await from_body(request, lambda body: control_plane.create_integration(body, url))

    async def integration_secret(request: HttpRequest) -> HttpResponse:
        name = request.path_params["connection_id"]
        return await from_body(request, lambda body: control_plane.set_integration_secret(name, body))

    async def integration_events(request: HttpRequest) -> HttpResponse:
        return await answered(lambda: control_plane.integration_events(request.path_params["connection_id"]))

    async def team_snapshots(request: HttpRequest) -> HttpResponse:
        return await from_body(request, control_plane.make_team_snapshots)

    async def job(request: HttpRequest) -> HttpResponse:
        name = request.path_params["job"]
        return await from_body(request, lambda body: control_plane.run_job(name, body))

    async def create_webhook(request: HttpRequest) -> HttpResponse:
        return await from_body(request, control_plane.webhooks.create)

    async def webhook(request: HttpRequest) -> HttpResponse:
        return await answered(lambda: control_plane.webhooks.get(request.path_params["endpoint_id"]))

    async def rotate_webhook(request: HttpRequest) -> HttpResponse:
        return await answered(lambda: control_plane.webhooks.rotate(request.path_params["endpoint_id"]))

    async def replay_webhook(request: HttpRequest) -> HttpResponse:
        endpoint_id = request.path_params["endpoint_id"]
        return await from_body(request, lambda body: control_plane.webhooks.replay(endpoint_id, body))

    async def run_webhooks(request: HttpRequest) -> HttpResponse:
        return await from_body(request, control_plane.webhooks.run_until)

    async def health(_request: HttpRequest) -> HttpResponse:
        return await answered(control_plane.health)

    async def invoke(request: HttpRequest) -> HttpResponse:
        authorization = request.headers.get("authorization", "")
        body = await request.body()
        status, headers, content = await run_in_threadpool(
            control_plane.invoke_for_aws_client, request.path_params["name"], authorization, body
        )
        return HttpResponse(content, status, {**headers, "x-request-id": str(uuid.uuid4())}, "application/json")

    async def openapi(request: HttpRequest) -> HttpResponse:
        headers = list(request.headers.items())
        response = await run_in_threadpool(gateway.handle, "GET", "/docs/openapi.json", headers)
        return HttpResponse(response.body, response.status, dict(response.headers))

    application = Starlette(
        routes=[
            _Route("/_local/events", events, methods=["POST"]),
            _Route("/_local/keys", create_key, methods=["POST"]),
            _Route("/_local/keys/{key_id}", revoke_key, methods=["DELETE"]),
            _Route("/_local/keys/{key_id}/rotate", rotate_key, methods=["POST"]),
            _Route("/_local/teams/{team_id}/suspend", suspend_team, methods=["POST"]),
            _Route("/_local/teams/{team_id}/resume", resume_team, methods=["POST"]),
            _Route("/_local/integrations", create_integration, methods=["POST"]),
            _Route("/_local/integrations/{connection_id}/secret", integration_secret, methods=["PUT"]),
            _Route("/_local/integrations/{connection_id}/events", integration_events, methods=["GET"]),
            _Route("/_local/jobs/team-snapshots", team_snapshots, methods=["POST"]),
            _Route("/_local/webhooks", create_webhook, methods=["POST"]),
            _Route("/_local/webhooks/{endpoint_id}", webhook, methods=["GET"]),
            _Route("/_local/webhooks/{endpoint_id}/rotate", rotate_webhook, methods=["POST"]),
            _Route("/_local/webhooks/{endpoint_id}/replay", replay_webhook, methods=["POST"]),
            _Route("/_local/jobs/webhooks", run_webhooks, methods=["POST"]),
            _Route("/_local/jobs/{job}", job, methods=["POST"]),
            _Route("/_local/health", health, methods=["GET"]),
            _Route(invocations.PATH, invoke, methods=["POST"]),
            _Route("/openapi.json", openapi, methods=["GET"]),
        ]
    )
    application.router.redirect_slashes = False
    application.router.default = _GatewayApp(
        gateway, control_plane
    )  # a Mount would not match a path with a line end in it
    return application


def _json(answer: Answer) -> HttpResponse:
    failed = answer.status >= 400
    headers = {"x-request-id": answer.document["request_id"] if failed else str(uuid.uuid4())}
    if answer.document is None:
        return HttpResponse(None, answer.status, headers)
    content = json.dumps(answer.document, ensure_ascii=False)
    return HttpResponse(content, answer.status, headers, PROBLEM_JSON if failed else "application/json")


class _GatewayApp:
    """The gateway as an ASGI application: the request line and headers exactly as they came."""

    def __init__(self, gateway: Gateway, control_plane: ControlPlane) -> None:
        self._gateway = gateway
        self._control_plane = control_plane

    def _handle(self, method: str, target: str, headers: Headers, body: bytes) -> Response:
        response = self._gateway.handle(method, target, headers, body)
        if target.startswith("/integrations/") and response.status == 200:
            self._control_plane.apply_facts()  # done when it answers (contract 17)
        return response

    async def __call__(self, scope: MutableMapping[str, Any], receive: _Receive, send: _Send) -> None:
        target = scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        response = await run_in_threadpool(
            self._handle, scope["method"], target.decode("latin-1"), headers, await _body(receive)
        )
        sent = [
            (name.lower().encode("latin-1"), value.encode("latin-1", "replace")) for name, value in response.headers
        ]
        if response.status not in {204, 304}:
            sent.append((b"content-length", str(len(response.body)).encode()))
        await send({"type": "http.response.start", "status": response.status, "headers": sent})
        await send({"type": "http.response.body", "body": response.body})


async def _body(receive: _Receive) -> bytes:
    """The whole body; of one that is too large just enough to tell, but all is read, since the caller still sends."""
    chunks, size = [], 0
    while True:
        message = await receive()
        if size <= MAX_BODY:
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
        if not message.get("more_body"):
            return b"".join(chunks)
