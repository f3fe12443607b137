"""Tenants: whose a row is, and the condition that keeps one tenant's queries off another's rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select, true

from zombiescope.domain.tenant import DEFAULT_TENANT as DEFAULT
from zombiescope.domain.tenant import check_tenant
from zombiescope.storage.tables import AUDITS

__all__ = ["DEFAULT", "audit_of", "check_tenant", "owned"]


def owned(column: Any, tenant: str | None) -> ColumnElement[bool]:
    """The condition that a row is the tenant's; None: of any tenant."""
    return true() if tenant is None else column == tenant


def audit_of(column: Any, tenant: str | None) -> ColumnElement[bool]:
    """The condition that the audit whose id stands in `column` is the tenant's."""
    return true() if tenant is None else column.in_(select(AUDITS.c.id).where(AUDITS.c.tenant == tenant))
