"""The address of the API, as it was called: under a stage prefix or a custom domain."""

from typing import Any


def base_url(event: dict[str, Any]) -> str:
    """What stands before the route's path in the address that was called."""
    context = event["requestContext"]
    scheme = next((value for key, value in (event["headers"] or {}).items() if key.lower() == "x-forwarded-proto"), "")
    prefix = context["path"].partition(f"/{event['resource'].split('/')[1]}")[0]
    return f"{scheme or 'https'}://{context['domainName']}{prefix}"
