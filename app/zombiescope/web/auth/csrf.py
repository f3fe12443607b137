"""Forms of our own pages: read, and believed only with the session's token."""

from __future__ import annotations

import secrets
from urllib.parse import parse_qs

from fastapi import Request

from zombiescope.errors import InputError
from zombiescope.web.auth.access import Caller
from zombiescope.web.http.problem_json import Refusal
from zombiescope.web.http.request_body import kind, limited
from zombiescope.web.state import services_of

__all__ = ["FORM", "fields_of", "form_of"]

FORM = "application/x-www-form-urlencoded"


async def form_of(request: Request, caller: Caller) -> dict[str, str]:
    """The form's fields. Raises Refusal where it does not carry the session's token."""
    kind(request, FORM)
    fields = fields_of(await limited(request, services_of(request).limits.body))
    if caller.csrf is not None and not secrets.compare_digest(fields.get("csrf", ""), caller.csrf):
        raise Refusal(403, "the page's token is missing or old", "Load the page again.")
    return fields


def fields_of(body: bytes) -> dict[str, str]:
    """A body's fields, the first of each name. Raises InputError."""
    try:
        return {name: values[0] for name, values in parse_qs(body.decode(), max_num_fields=50).items()}
    except ValueError:
        raise InputError("the form cannot be read", "Load the page again.") from None
