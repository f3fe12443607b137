"""The followers that people labelled in stored audits, as a labelled sample to train on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec
import pyarrow as pa

from zombiescope.domain import Follower, Label
from zombiescope.errors import InputError
from zombiescope.records.schema import from_followers, to_followers
from zombiescope.storage import LabelRow, Store

__all__ = ["NEEDED", "LabelledAudits", "labelled_audits", "vendors_by_account"]

NEEDED = 100  # of each class, from which a model of their own can be trained


@dataclass(frozen=True)
class LabelledAudits:
    """Records (`records.SCHEMA`) with label and label_source, one a follower.

    audits: how many they come from. dropped: followers left out, by reason.
    """

    rows: pa.Table
    audits: int
    dropped: Mapping[str, int] = field(default_factory=dict)


def vendors_by_account(named: tuple[str, ...]) -> dict[str, str]:
    """Vendors' names by account, from NAME (key "", any account) and ACCOUNT=NAME, as typed.

    Raises InputError for an empty name.
    """
    vendors = {}
    for text in named:
        account, _, vendor = text.rpartition("=")
        if not vendor.strip():
            raise InputError(f"--vendor {text!r} names no vendor", "Write NAME or ACCOUNT=NAME.")
        vendors[account.strip().casefold()] = vendor.strip()
    return vendors


def labelled_audits(store: Store, *, vendors: Mapping[str, str]) -> LabelledAudits:
    """All labelled followers of the store's audits, by the newest audit that has each.

    The label is what most of a follower's annotators said. Left out: a follower about whom they are evenly divided, one
    who is labelled both ways in two audits, and all of simulated lists. label_source is the vendor's name for zombies,
    where `vendors` has it for the account ("" for any), else "zombies of ACCOUNT"; for people "people of ACCOUNT".
    Raises InputError where nobody is labelled.
    """
    chosen: dict[tuple[str, str], Follower | None] = {}
    dropped: Counter[str] = Counter()
    audits = 0
    for audit_id in store.labels.audits():
        stored = store.audits.stored_audit(audit_id)
        labels = store.labels.of(audit_id)
        if stored.audit.simulated:
            dropped["of a simulated list"] += len({one.follower for one in labels})
            continue
        account = "" if stored.audit.account is None else stored.audit.account.ref
        vendor = vendors.get(account.casefold(), vendors.get("", f"zombies of {account}"))
        decided = _decided(labels, dropped)
        audits += bool(decided)
        wanted = pa.array([who in decided for who in stored.rows["id"].to_pylist()], pa.bool_())
        for follower in to_followers(stored.rows.filter(wanted)):
            key = (follower.platform, follower.id)
            label = decided[follower.id]
            if key not in chosen:
                source = vendor if label == "zombie" else f"people of {account}"
                chosen[key] = msgspec.structs.replace(follower, label=label, label_source=source)
            elif (earlier := chosen[key]) is not None and earlier.label != label:
                chosen[key] = None
                dropped["labelled both ways in two audits"] += 1
    followers = [one for one in chosen.values() if one is not None]
    if not followers:
        raise InputError(
            "no follower of a stored audit is labelled", "Label some: zombiescope label AUDIT --export FILE"
        )
    return LabelledAudits(from_followers(followers), audits, dict(dropped))


def _decided(labels: list[LabelRow], dropped: Counter[str]) -> dict[str, Label]:
    """What most annotators said, by follower; "cannot tell" is no vote."""
    votes: dict[str, int] = {}
    for one in labels:
        if one.label is not None:
            votes[one.follower] = votes.get(one.follower, 0) + (1 if one.label == "zombie" else -1)
    dropped["annotators evenly divided"] += sum(vote == 0 for vote in votes.values())
    return {who: "zombie" if vote > 0 else "genuine" for who, vote in votes.items() if vote}
