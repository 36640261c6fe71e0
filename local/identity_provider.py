"""A stand-in for the Cognito user pool on a laptop: an OpenID Connect provider whose page lets one pick a person.

It says what it is. Its tokens have the claims of Cognito's and are signed with a key made at start, so the functions
verify them as they verify Cognito's. Codes work once, within a minute, with their PKCE verifier.
"""

import base64
import hashlib
import html
import json
import re
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from local.demo.people import SIGN_INS, TEAMS
from local.loopback import refusal
from shared.domain.identities import POOL
from shared.domain.plans import Plan

CLIENT_ID = "local-console"
_CODE_SECONDS, _TOKEN_SECONDS = 60, 300
_CALLBACK = re.compile(r"http://(?:127\.0\.0\.1|localhost)(?::[0-9]{1,5})?/console/")
_MAX_FORM = 16 * 1024


@dataclass(frozen=True)
class _Pending:
    """What a code stands for."""

    provider: str
    subject: str
    nonce: str
    challenge: str
    redirect_uri: str
    until: float


class IdentityProvider:
    """A running provider. `settings` is what the console's functions are told of it."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(8), "use": "sig", "alg": "RS256"})
        self.codes: dict[str, _Pending] = {}
        provider = self

        class Handler(_Handler):
            pass

        Handler.provider = provider
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        self.settings = {
            "issuer": self.url,
            "authorize_url": f"{self.url}/authorize",
            "token_url": f"{self.url}/token",
            "keys_url": f"{self.url}/keys",
            "sign_out_url": f"{self.url}/sign-out",
            "client_id": CLIENT_ID,
        }

    def token(self, provider: str, subject: str, nonce: str, **changes: Any) -> str:
        """An ID token as Cognito issues it, with some claims changed."""
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.url,
            "aud": CLIENT_ID,
            "sub": subject,
            "token_use": "id",
            "nonce": nonce,
            "iat": now,
            "auth_time": now,
            "exp": now + _TOKEN_SECONDS,
        }
        if provider != POOL:
            claims["identities"] = [{"providerName": provider, "userId": subject, "primary": "true"}]
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims | changes, self.key)

    def code(self, provider: str, subject: str, asked: Mapping[str, str]) -> str:
        """A code for a person, as the page gives it to the browser."""
        code = secrets.token_urlsafe(24)
        nonce, challenge, callback = asked["nonce"], asked["code_challenge"], asked["redirect_uri"]
        self.codes[code] = _Pending(provider, subject, nonce, challenge, callback, time.monotonic() + _CODE_SECONDS)
        return code

    def redeem(self, form: Mapping[str, str]) -> dict[str, Any] | None:
        """The token of a code, once; None for a code that is not good."""
        pending = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        good = (
            pending is not None
            and pending.until > time.monotonic()
            and secrets.compare_digest(pending.challenge, challenge)
            and form.get("redirect_uri") == pending.redirect_uri
            and form.get("client_id") == CLIENT_ID
            and form.get("grant_type") == "authorization_code"
        )
        if pending is None or not good:
            return None
        token = self.token(pending.provider, pending.subject, pending.nonce)
        return {"id_token": token, "token_type": "Bearer", "expires_in": _TOKEN_SECONDS}

    def keys(self) -> dict[str, Any]:
        """The public keys."""
        return dict(KeySet([self.key]).as_dict(private=False))

    def stop(self) -> None:
        """Ends the server and frees its port."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def faults(asked: Mapping[str, str]) -> list[str]:
    """What is wrong with a request to sign in."""
    wanted = {
        "client_id": asked.get("client_id") == CLIENT_ID,
        "response_type": asked.get("response_type") == "code",
        "redirect_uri": _CALLBACK.fullmatch(asked.get("redirect_uri", "")) is not None,
        "code_challenge_method": asked.get("code_challenge_method") == "S256",
        "code_challenge": bool(asked.get("code_challenge")),
        "nonce": bool(asked.get("nonce")),
        "state": bool(asked.get("state")),
    }
    return [name for name, good in wanted.items() if not good]


class _Handler(BaseHTTPRequestHandler):
    provider: IdentityProvider

    def do_GET(self) -> None:
        if self._refused():
            return
        path, asked = urlsplit(self.path).path, _fields(urlsplit(self.path).query)
        match path:
            case "/keys":
                self._json(200, self.provider.keys())
            case "/authorize" if wrong := faults(asked):
                self._page(400, f"<h1>This sign-in cannot go on</h1><p>Wrong or missing: {', '.join(wrong)}.</p>")
            case "/authorize":
                if person := self._remembered():
                    self._go_back(*person, asked)
                else:
                    self._page(200, _people(asked))
            case "/sign-out":
                back = asked.get("logout_uri", "")
                self._redirect(back if _CALLBACK.fullmatch(back) else "/signed-out", f"{self._cookie()}=; Max-Age=0")
            case "/signed-out":
                self._page(200, "<h1>Signed out</h1>")
            case _:
                self._page(404, "<h1>There is no such page</h1>")

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("content-length", 0)), _MAX_FORM))
        if self._refused():
            return
        form = _fields(body.decode("utf-8", "replace"))
        match urlsplit(self.path).path:
            case "/token":
                token = self.provider.redeem(form)
                self._json(200 if token else 400, token or {"error": "invalid_grant"})
            case "/authorize" if wrong := faults(form):
                self._page(400, f"<h1>This sign-in cannot go on</h1><p>Wrong or missing: {', '.join(wrong)}.</p>")
            case "/authorize":
                provider, _, subject = form.get("person", "").partition(" ")
                if provider == "other":
                    provider, subject = form.get("provider", "").strip(), form.get("subject", "").strip()
                if provider and subject:
                    self._go_back(provider, subject, form)
                else:
                    self._page(200, _people(form))
            case _:
                self._page(404, "<h1>There is no such page</h1>")

    def _refused(self) -> bool:
        """A page of another site may send people here, as to any sign-in, but not send requests in their name."""
        if reason := refusal(self.headers.items()):
            self._json(403, {"error": "access_denied", "error_description": reason})
        return bool(reason)

    def _go_back(self, provider: str, subject: str, asked: Mapping[str, str]) -> None:
        sent = {"code": self.provider.code(provider, subject, asked), "state": asked["state"]}
        person = base64.urlsafe_b64encode(json.dumps([provider, subject]).encode()).decode()
        cookie = f"{self._cookie()}={person}; HttpOnly; SameSite=Lax; Path=/authorize"
        self._redirect(f"{asked['redirect_uri']}?{urlencode(sent)}", cookie)

    def _cookie(self) -> str:
        return f"person-{urlsplit(self.provider.url).port}"  # cookies know no ports

    def _remembered(self) -> tuple[str, str] | None:
        cookie = SimpleCookie(self.headers.get("cookie", "")).get(self._cookie())
        try:
            provider, subject = json.loads(base64.urlsafe_b64decode(cookie.value if cookie else ""))
        except ValueError:
            return None
        return str(provider), str(subject)

    def _redirect(self, url: str, cookie: str) -> None:
        self.send_response(303)
        self.send_header("location", url)
        self.send_header("set-cookie", cookie + ("" if "Path" in cookie else "; Path=/authorize"))
        self._security()
        self.send_header("content-length", "0")
        self.end_headers()

    def _json(self, status: int, document: dict[str, Any]) -> None:
        self._send(status, "application/json", json.dumps(document))

    def _page(self, status: int, body: str) -> None:
        self._send(status, "text/html; charset=utf-8", _PAGE.replace("{body}", body))

    def _send(self, status: int, content_type: str, text: str) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("content-type", content_type)
        self._security()
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _security(self) -> None:
        # Chromium holds a form's redirect to form-action too, so it names loopback.
        self.send_header(
            "content-security-policy",
            f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'; "
            "form-action 'self' http://127.0.0.1:* http://localhost:*",
        )
        self.send_header("referrer-policy", "same-origin")  # with none, Chromium sends the form with Origin: null
        self.send_header("x-content-type-options", "nosniff")
        self.send_header("cache-control", "no-store")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Says nothing: requests hold codes."""


def _fields(encoded: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(encoded, keep_blank_values=True).items()}


def _people(asked: Mapping[str, str]) -> str:
    kept = ("client_id", "response_type", "redirect_uri", "code_challenge_method", "code_challenge", "nonce", "state")
    hidden = "".join(f'<input type="hidden" name="{name}" value="{html.escape(asked[name])}">' for name in kept)
    people = "".join(_button(subject, about) for subject, about in _demo_people())
    return (
        "<h1>Pick a demo person</h1>"
        "<p>This page stands in for your company’s sign-in. It is part of the local stack, asks for no password, "
        "and is never deployed.</p>"
        f'<form method="post" action="authorize">{hidden}{people}'
        "<details><summary>Somebody else</summary>"
        "<p>Whom a MemberJoined event names in <code>sign_in</code>.</p>"
        '<label>Provider <input name="provider" value="Cognito" maxlength="32" autocomplete="off"></label>'
        '<label>Subject <input name="subject" maxlength="256" autocomplete="off"></label>'
        '<button name="person" value="other">Sign in</button></details></form>'
    )


def _button(subject: str, about: str) -> str:
    name = html.escape(subject.removeprefix("user_").capitalize())
    return (
        f'<button class="person" name="person" value="Cognito {html.escape(subject)}">'
        f"<strong>{name}</strong><span>{html.escape(about)}</span></button>"
    )


def _demo_people() -> list[tuple[str, str]]:
    teams = {team.team_id: team for team in TEAMS}
    found: dict[str, list[str]] = {}
    for team_id, user_id, role in SIGN_INS:
        team = teams[team_id]
        plan = "Enterprise" if team.plan is Plan.ENTERPRISE else team.plan.capitalize()
        found.setdefault(user_id, []).append(f"{role} of {team.name} ({plan})")
    return [(user_id, ", ".join(roles)) for user_id, roles in found.items()]


_STYLE = """
:root{color-scheme:light dark;--b:#fff;--s:#f6f6f7;--t:#1a1a1e;--m:#5a5a66;--a:#3f3cbb;--l:#83838f}
@media(prefers-color-scheme:dark){:root{--b:#121214;--s:#1c1c20;--t:#ececf1;--m:#a6a6b3;--a:#a9b1ff;--l:#7d7d8a}}
*{box-sizing:border-box}
body{margin:0;background:var(--b);color:var(--t);font:400 15px/1.5 system-ui,sans-serif}
main{max-width:480px;margin:0 auto;padding:48px 16px}
h1{font-size:24px;line-height:1.3;margin:0 0 8px}
p{margin:0 0 16px;color:var(--m)}
button{font:inherit;color:var(--b);background:var(--a);border:1px solid var(--a);border-radius:8px;
  padding:8px 16px;cursor:pointer}
button.person{display:block;width:100%;text-align:left;color:var(--t);background:var(--s);border-color:var(--l);
  padding:12px 16px;margin:0 0 8px}
button.person span{display:block;color:var(--m);font-size:13px}
button.person:hover{border-color:var(--a)}
summary{cursor:pointer;padding:8px 0}
label{display:block;margin:0 0 12px;font-size:13px;color:var(--m)}
input{display:block;width:100%;font:inherit;font-size:15px;color:var(--t);background:var(--b);border:1px solid var(--l);
  border-radius:8px;padding:8px 12px}
:focus-visible{outline:2px solid var(--a);outline-offset:2px}
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Sign in to the local stack</title>'
    f"<style>{_STYLE}</style></head><body><main>{{body}}</main></body></html>"
)
