"""Pages from templates: escaped, without inline style or script, under a policy that lets nothing else run."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

import jinja2
from fastapi import Response
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from zombiescope.web.auth.access import Caller

__all__ = ["POLICY", "login_page", "page"]

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def page(name: str, caller: Caller | None, *, status: int = 200, **values: Any) -> Response:
    """A page as an answer. caller: None where nobody is known yet."""
    text = _environment().get_template(name).render(who=caller, **values)
    # Under no-referrer a browser sends its own forms with the Origin "null", which the guard refuses.
    headers = {"Content-Security-Policy": POLICY, "Referrer-Policy": "same-origin"}
    return Response(text, status, headers, "text/html")


def login_page(why: str, *, status: int) -> Response:
    """What a page answers to whoever has no session."""
    return page("login.html.j2", None, status=status, why=why)


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("zombiescope.web"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["code"] = _code
    return environment


def _code(text: str) -> Markup:
    """Text with what stands between backticks set as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 escaped in the same line
