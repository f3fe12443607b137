"""Pages from templates: escaped, without inline style or script, under a policy that lets nothing else run."""

from __future__ import annotations

import functools
import re
from typing import Any

import jinja2
from fastapi import Response
from markupsafe import Markup, escape

from zombiescope import formatting, i18n
from zombiescope.i18n.sentences import translated
from zombiescope.web.auth.access import Caller
from zombiescope.web.middleware.language import switches

__all__ = ["POLICY", "fragment", "login_page", "page"]

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_LABEL_COMMAND = re.compile(r"zombiescope label \S+ --export [^\s。]+")
# Under no-referrer a browser sends its own forms with the Origin "null", which the guard refuses.
_HEADERS = {"Content-Security-Policy": POLICY, "Referrer-Policy": "same-origin"}


def page(name: str, caller: Caller | None, *, status: int = 200, **values: Any) -> Response:
    """A page as an answer. caller: None where nobody is known yet."""
    text = (
        _environment()
        .get_template(name)
        .render(who=caller, lang=i18n.html_lang(), languages=switches(), **values)
    )
    headers = {**_HEADERS, "Content-Language": i18n.html_lang(), "Vary": "Accept-Language, Cookie"}
    return Response(text, status, headers, "text/html")


def fragment(name: str, caller: Caller, *, status: int = 200, **values: Any) -> Response:
    """A part of a page, for a script to put into its place."""
    return Response(
        _environment().get_template(name).render(who=caller, **values), status, _HEADERS, "text/html"
    )


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
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # of the extension
        i18n.gettext, i18n.ngettext, newstyle=True
    )
    environment.filters |= {
        "sentence": formatting.sentence,
        "translated": translated,
        "zip": zip,
        "code": _code,
        "date": formatting.date,
        "count": formatting.count,
        "labelling": _labelling,
        "percent": lambda share: formatting.percent(share, 1),
    }
    return environment


def _code(text: str) -> Markup:
    """Text with what stands between backticks set as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 escaped in the same line


def _labelling(text: str, audit_id: str) -> Markup:
    """Text whose command for labelling is a link to the page that does the same."""
    link = Markup('<a href="/audits/{}/label">{}</a>').format(
        audit_id, i18n.gettext("Check followers by hand")
    )
    return Markup(_LABEL_COMMAND.sub(lambda _: str(link), str(escape(text))))  # noqa: S704 escaped in the same line
