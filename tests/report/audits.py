"""Audits as the report meets them: a full one, and changes of it. All of it is made up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from zombiescope.domain import (
    AccountInfo,
    Audit,
    Block,
    Claim,
    Cost,
    Crowd,
    Crowded,
    Drift,
    Evidence,
    Follower,
    FollowerScore,
    Frame,
    Interval,
    Labels,
    ModelInfo,
    Reason,
    Sample,
    Sensitivity,
    Share,
    Span,
)
from zombiescope.records import schema

START = datetime(2009, 8, 14, tzinfo=UTC)
AS_OF = datetime(2016, 12, 15, tzinfo=UTC)
BLOCK = Block(
    from_=300,
    to=499,
    followers=200,
    created_from=datetime(2015, 3, 1, tzinfo=UTC),
    created_to=datetime(2015, 3, 20, tzinfo=UTC),
    share=0.97,
    p_value=0.004,
)
REASONS = (
    Reason(feature="posts_count", value=0.0, effect=1.8, text="no posts in 800 days"),
    Reason(feature="handle_digits", value=0.0, effect=-0.4, text="a handle without digits"),
)


def full(**sections: Any) -> Audit:
    """A finished audit with every section, and `sections` in place of its own."""
    audit = Audit(
        id="01J9Z3",
        status="done",
        created_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        finished_at=datetime(2026, 1, 2, 3, 5, tzinfo=UTC),
        cost=Cost(requests=12, seconds=3.5),
        account=AccountInfo(ref="weibo:embassy", platform="weibo", handle="embassy", display_name="Embassy"),
        as_of=AS_OF,
        model=ModelInfo(name="followers", version="1", sha256="ab" * 32),
        frame=Frame(declared=1_200, listed=1_000, complete=True, order="newest-first"),
        sample=Sample(
            design="position-stratified",
            seed=7,
            drawn=410,
            scored=400,
            skipped={"deleted": 2, "suspended": 8},
            design_effect=0.31,
        ),
        share=share(),
        dormant=Interval(0.05, 0.034, 0.071),
        unknown=Interval(0.024, 0.012, 0.044),
        labels=Labels(count=100, annotators=2, kappa=0.81),
        drift=(Drift("posts_per_day", 0.31), Drift("age_days", 0.12)),
        crowd=Crowd(("1000", "77"), (Crowded("posts_count", 0.31, 0.04),)),
        claim=Claim(value=0.87, verdict="consistent", whole_account_verdict="cannot tell"),
        evidence=Evidence(blocks=(BLOCK,)),
        sensitivity=(
            Sensitivity(what="without the vendor bulk among the known ones", low=0.84, high=0.89),
            Sensitivity(what="without creation dates", low=0.71, high=0.9),
        ),
        followers=scored(60),
    )
    return msgspec.structs.replace(audit, **sections)


def share(**fields: Any) -> Share:
    """A share made of labels, between 83% and 90%, and `fields` in place of its own."""
    given = Share(
        estimate=0.868,
        low=0.834,
        high=0.897,
        level=0.95,
        method="aPACC and profile likelihood",
        assumes="labels",
        whole_frame=Span(0.81, 0.91),
        whole_account=Span(0.675, 0.925),
    )
    return msgspec.structs.replace(given, **fields)


def scored(number: int, listed: int = 1_000) -> tuple[FollowerScore, ...]:
    """Scored followers spread over a list, zombies and genuine ones in turn, with reasons for each third."""
    return tuple(
        FollowerScore(
            id=str(1_000 + i),
            handle=f"user{i}",
            position=i * listed // number,
            score=0.97 if i % 2 else 0.04,
            posterior=0.99 if i % 2 else 0.1,
            reasons=REASONS if i % 3 == 0 else None,
        )
        for i in range(number)
    )


def rows(audit: Audit, *, undated: int = 0) -> pa.Table:
    """Records of an audit's followers; the first `undated` have no creation date."""
    days = np.random.default_rng(0).integers(0, (AS_OF - START).days, len(audit.followers or ()))
    return schema.from_followers(
        Follower(
            platform="weibo",
            id=follower.id,
            handle=follower.handle,
            position=follower.position,
            created_at=None if i < undated else START + timedelta(days=int(days[i])),
        )
        for i, follower in enumerate(audit.followers or ())
    )


def bare() -> Audit:
    """A finished audit of a share and nothing else."""
    alone = share(assumes="known kinds", whole_frame=None, whole_account=None)
    return Audit(id="a", status="done", created_at=AS_OF, share=alone)


def of_schema_1(**sections: Any) -> Audit:
    """As `full`, in the form of audits that are stored with schema 1."""
    old = share(assumes=None, in_domain=True, unseen_vendor=Span(0.79, 1.0))
    return full(**{"schema": 1, "share": old, "labels": None, **sections})
