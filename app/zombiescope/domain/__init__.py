"""The frozen types that all other packages use: followers, frames, shares, audits. No I/O.

Field names of `Follower`, `Post` and `Audit` are the wire format (docs/record.md, docs/audit-json.md): a
rename is a breaking change. Unknown is None, never 0. Datetimes are aware UTC.
"""

from __future__ import annotations

from zombiescope.domain.audit import SCHEMA, Audit, Cost, FollowerScore, ModelInfo, Progress, Reason, Status
from zombiescope.domain.evidence import (
    Block,
    Cohort,
    Deliveries,
    Evidence,
    Family,
    FollowBound,
    FollowDates,
    PostingClock,
    Spike,
    Trait,
    Wave,
)
from zombiescope.domain.follower import (
    EXACT_IN_FLOAT,
    MOST_COUNT,
    Count,
    Follower,
    Label,
    Post,
    RejectedRow,
    Time,
    learn,
)
from zombiescope.domain.frame import AccountInfo, Frame, Order, Sample
from zombiescope.domain.league import Entrant, League, Ranked
from zombiescope.domain.share import (
    Assumption,
    Claim,
    Crowd,
    Crowded,
    Drift,
    FieldsKnown,
    Interval,
    LabellerErrors,
    Labels,
    Sensitivity,
    Share,
    Span,
    Verdict,
)
from zombiescope.domain.watch import Alert, Point

__all__ = [
    "EXACT_IN_FLOAT",
    "MOST_COUNT",
    "SCHEMA",
    "AccountInfo",
    "Alert",
    "Assumption",
    "Audit",
    "Block",
    "Claim",
    "Cohort",
    "Cost",
    "Count",
    "Crowd",
    "Crowded",
    "Deliveries",
    "Drift",
    "Entrant",
    "Evidence",
    "Family",
    "FieldsKnown",
    "FollowBound",
    "FollowDates",
    "Follower",
    "FollowerScore",
    "Frame",
    "Interval",
    "Label",
    "LabellerErrors",
    "Labels",
    "League",
    "ModelInfo",
    "Order",
    "Point",
    "Post",
    "PostingClock",
    "Progress",
    "Ranked",
    "Reason",
    "RejectedRow",
    "Sample",
    "Sensitivity",
    "Share",
    "Span",
    "Spike",
    "Status",
    "Time",
    "Trait",
    "Verdict",
    "Wave",
    "learn",
]
