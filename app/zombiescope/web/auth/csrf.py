"""CSRF tokens: every request of a page's session that changes something carries one.

A page's form has it as the field `csrf`, a script of a page as the header X-CSRF-Token. Routes under /v1/ take the
header alone: a form's content type exempts nothing.
"""

from __future__ import annotations

import secrets
from urllib.parse import parse_qs

from fastapi import Request

from zombiescope.errors import InputError
from zombiescope.storage import hashed
from zombiescope.web.http.problem_json import Refusal
from zombiescope.web.http.request_body import kind, limited
from zombiescope.web.state import services_of

__all__ = ["FORM", "HEADER", "check_form", "csrf_of", "fields_of", "is_forgeable"]

FORM = "application/x-www-form-urlencoded"
HEADER = "x-csrf-token"
API = "/v1/"
_SAFE = ("GET", "HEAD", "OPTIONS")


def csrf_of(token: str) -> str:
    """The token that a session's forms carry, from which the session's own cannot be computed."""
    return hashed(f"csrf:{token}")


def is_forgeable(request: Request, expected: str) -> bool:
    """Whether a changing request lacks the token in its header, and no form's handler is going to look for it."""
    if request.method in _SAFE:
        return False
    if secrets.compare_digest(request.headers.get(HEADER, "").encode(), expected.encode()):
        return False
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return request.url.path.startswith(API) or media != FORM


async def check_form(request: Request, expected: str | None) -> dict[str, str]:
    """A page's form by field. expected: the session's CSRF token, None without a session.

    Raises Refusal where the form does not carry it.
    """
    kind(request, FORM)
    fields = fields_of(await limited(request, services_of(request).limits.body))
    if expected is not None and not secrets.compare_digest(
        fields.get("csrf", "").encode(), expected.encode()
    ):
        raise Refusal(403, "the page's token is missing or old", "Load the page again.")
    return fields


def fields_of(body: bytes) -> dict[str, str]:
    """A body's fields, the first of each name. Raises InputError."""
    try:
        return {name: values[0] for name, values in parse_qs(body.decode(), max_num_fields=50).items()}
    except ValueError:
        raise InputError("the form cannot be read", "Load the page again.") from None
