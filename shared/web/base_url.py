"""The base URL of the API as the caller used it: with a stage prefix or on a custom domain."""

from typing import Any


def base_url(event: dict[str, Any]) -> str:
    """Returns the URL of the request up to, and without, the route's path."""
    context = event["requestContext"]
    scheme = next((value for key, value in (event["headers"] or {}).items() if key.lower() == "x-forwarded-proto"), "")
    prefix = context["path"].partition(f"/{event['resource'].split('/')[1]}")[0]
    return f"{scheme or 'https'}://{context['domainName']}{prefix}"
