"""The caller of a request, and the scope that a route asks of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from zombiescope.storage import DEFAULT, LOCAL, Key, Requester
from zombiescope.web.auth.csrf import check_form, is_forgeable
from zombiescope.web.http.problem_json import Refusal
from zombiescope.web.http.query_parameters import check_parameters

__all__ = ["Caller", "Operator", "Reader", "form_of", "needs"]


@dataclass(frozen=True)
class Caller:
    """Who asks. key None: a person on this machine, who may do everything. csrf: what a page's forms send back."""

    key: Key | None
    csrf: str | None = None

    @property
    def name(self) -> str:
        """The annotator that labels are stored under."""
        return LOCAL if self.key is None else self.key.name

    @property
    def tenant(self) -> str:
        """Whose audits, models and keys the caller sees."""
        return DEFAULT if self.key is None else self.key.tenant

    @property
    def unique_name(self) -> str:
        """The caller among those of all tenants; of `default` the bare name, which no other can have."""
        return self.name if self.tenant == DEFAULT else f"{self.tenant}/{self.name}"

    @property
    def requester(self) -> Requester:
        """The caller as it asks for work."""
        return Requester() if self.key is None else self.key.requester

    def may(self, scope: str) -> bool:
        """Whether the caller may use routes of this scope."""
        return self.key is None or self.key.may(scope)


def needs(scope: str) -> Callable[[Request], Awaitable[Caller]]:
    """A dependency that lets only callers with this scope through, and gives the caller.

    A page's session must send its CSRF token where it changes something: in a header, or in a form (`form_of`).
    """

    async def allowed(request: Request) -> Caller:  # async: FastAPI would use a thread for it
        caller: Caller = request.state.caller
        check_parameters(request)
        if not caller.may(scope):
            raise Refusal(403, f"this key has not the scope {scope!r}", "Use a key that has it.")
        if caller.csrf is not None and is_forgeable(request, caller.csrf):
            raise Refusal(403, "the page's token is missing or old", "Load the page again.")
        return caller

    allowed.scope = scope  # type: ignore[attr-defined]  # a test holds every route to have one
    return allowed


async def form_of(request: Request, caller: Caller) -> dict[str, str]:
    """The form of a page's request. Raises Refusal where it does not carry the session's token."""
    return await check_form(request, caller.csrf)


async def operator(request: Request) -> Caller:
    """A dependency that lets only the operator's tenant through, with the scope `read`: for what is of all tenants."""
    caller = await needs("read")(request)
    if caller.tenant != DEFAULT:
        raise Refusal(403, "this is for the service's operator", f"Use a key of the tenant {DEFAULT!r}.")
    return caller


operator.scope = "read"  # type: ignore[attr-defined]

Reader = Annotated[Caller, Depends(needs("read"))]
Operator = Annotated[Caller, Depends(operator)]
