"""Two stored audits of an account compared."""

from __future__ import annotations

from zombiescope.compare import Change, Compared, compare
from zombiescope.storage import Store

__all__ = ["change_between"]


def change_between(store: Store, one: str, other: str, *, same_account: bool = False) -> Change:
    """What changed from the earlier of two stored audits to the later, by their ids.

    same_account: they are of one account, though it is called differently. Raises NoSuchAudit, Unfinished, or
    InputError where they cannot be compared.
    """
    pair = [store.audits.stored_audit(audit_id) for audit_id in (one, other)]
    sides = [Compared(stored.audit, stored.scored, stored.templates) for stored in pair]
    return compare(*sides, same_account=same_account)
