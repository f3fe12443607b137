"""The answer in words: the headline, each bound as a line of its own, and what they say of a claim."""

from __future__ import annotations

from dataclasses import dataclass

from zombiescope import formatting
from zombiescope.domain import Audit, Interval, Share, Span, Verdict
from zombiescope.share import COUNTS, labels_for
from zombiescope.share.claim import ASSUMING
from zombiescope.share.labels import LABELS_NEEDED

__all__ = [
    "Line",
    "Mark",
    "headline",
    "labelled",
    "lede",
    "lines",
    "missing",
    "reached",
    "settled_by_labels",
    "verdicts",
]

REACHED = "the followers we could reach"
NEAR_0, NEAR_1 = 0.02, 0.95  # an end beyond these is not worth a number: the sentence has one side
LABELS = 100  # that a report asks for
SECONDS = 5  # that a person takes to label one follower at the desk
FIELD_WORDS = {
    "followers_count": "follower counts",
    "following_count": "counts of accounts followed",
    "posts_count": "post counts",
    "created_at": "creation dates",
    "recent_posts": "posts",
}


@dataclass(frozen=True)
class Line:
    """One interval: `text` and `meaning` for reading, `low`, `high` and `point` (0 to 1) for drawing."""

    key: str
    label: str
    text: str
    meaning: str
    low: float
    high: float
    point: float | None
    low_text: str
    high_text: str
    point_text: str | None


@dataclass(frozen=True)
class Mark:
    """A single share (0 to 1) to stand beside the interval: a claim, a known truth."""

    key: str
    text: str
    value: float


def labelled(audit: Audit) -> bool:
    """Whether the estimate leans on labels: then it holds whatever the detector gets wrong."""
    if audit.labels is None:
        return False
    if audit.schema >= 2 and audit.share is not None:
        return audit.share.assumes == "labels"
    everybody = audit.frame is not None and audit.labels.count >= audit.frame.listed > 0
    return audit.labels.count >= LABELS_NEEDED or everybody


def reached(audit: Audit, share: Share) -> Interval:
    """The interval the headline prints; no point where none can be given.

    Of an audit of schema 1 whose followers were unlike training's and unlabelled, the unseen-vendor bounds.
    """
    if share.in_domain is False and not labelled(audit):
        bounds = share.unseen_vendor or Span(share.low, share.high)
        return Interval(None, bounds.low, bounds.high)
    return Interval(share.estimate, share.low, share.high)


def headline(audit: Audit) -> str:
    """The answer as one sentence without a full stop, or what stands in its place."""
    if audit.share is None:
        return _no_share(audit)
    share, shown = audit.share, reached(audit, audit.share)
    if audit.schema < 2:
        return _headline_of_schema_1(shown)
    digits = formatting.decimals(shown.low, shown.high)
    if share.refused is not None:
        return f"This audit gives no share of zombies: {formatting.clean(share.refused, longest=200)}"
    if shown.low < NEAR_0 and shown.high > NEAR_1:
        text = "This audit cannot say how many of the followers we could reach are zombies"
    elif share.assumes == "labels":
        clause = formatting.between(shown.low, shown.high, digits)
        text = f"By people's labels, {clause} of {REACHED} are zombies"
    elif shown.high > NEAR_1:
        text = f"At least {formatting.end(shown.low, digits, up=False)} of {REACHED} are zombies"
    elif shown.low < NEAR_0:
        text = f"At most {formatting.end(shown.high, digits, up=True)} of {REACHED} are zombies"
    else:
        clause = formatting.between(shown.low, shown.high, digits)
        text = f"{clause[:1].upper()}{clause[1:]} of {REACHED} are zombies"
    if shown.estimate is None:
        return text
    best = formatting.percent(shown.estimate, digits)
    return f"{text}; {best}{ASSUMING.get(share.assumes or '', ' as best estimate')}"


def _headline_of_schema_1(shown: Interval) -> str:
    digits = formatting.decimals(shown.low, shown.high)
    clause = formatting.between(shown.low, shown.high, digits)
    if clause == "between 0% and 100%":
        return "This audit cannot say how many of the followers we could reach are zombies"
    if shown.estimate is None:
        return f"By our bounds, {clause} of {REACHED} are zombies; no best estimate can be given"
    best = f"best estimate {formatting.percent(shown.estimate, digits)}"
    return f"We estimate that {clause} of {REACHED} are zombies; {best}"


def missing(audit: Audit) -> str | None:
    """What the followers' records lack, for the first screen before the number; None where no such field is."""
    fields = audit.fields
    if fields is None:
        return None
    lacking = [name for name in fields.missing if name in FIELD_WORDS]
    columns = [formatting.clean(name, longest=40) for name in fields.not_understood[:8]]
    if not lacking and not columns:
        return None
    is_file = audit.account is not None and audit.account.ref.startswith("file:")
    whose = "This file has" if is_file else "These records have"
    if lacking:
        lines = [f"{whose} no {formatting.items(FIELD_WORDS[name] for name in lacking)}."]
        lines.append("Without them less can be told apart, and the limits below allow for it.")
    else:
        lines = [f"{whose} columns that no field was read from."]
    if columns:
        known = formatting.items(columns)
        example = f"`--map {lacking[0] if lacking else 'FIELD'}='{columns[0]}'`"
        lines.append(
            f"Columns not understood: {known}. Where one of them is such a field, name it: {example}."
        )
    return " ".join(lines)


def lede(audit: Audit) -> tuple[str, ...]:
    """What the headline rests on."""
    share = audit.share
    sentences = ["Zombies are bought or fake accounts."]
    if audit.sample is not None:
        sentences.append(_drawn(audit))
    if share is None:
        return tuple(sentences)
    level = round(share.level * 100)
    if audit.schema < 2:
        if share.in_domain is False and not labelled(audit):
            sentences.append(
                "These are bounds without a best estimate: the followers do not look like those that the "
                f"detector learned from. Labels by people narrow them: {LABELS_NEEDED} or more, drawn at random "
                "from the sample."
            )
        else:
            sentences.append(
                f"The interval is built so that {level} of 100 such intervals hold the true share."
            )
        return tuple(sentences)
    if share.assumes == "labels":
        sentences.append(
            f"The interval comes from labels by people, drawn at random, and is built so that {level} of 100 such "
            "intervals hold the true share if the labels are right."
        )
        return tuple(sentences)
    if share.refused is None:
        sentences.append(
            "The limits allow for fakes of a vendor and people of a kind that the detector has never seen: drawing "
            "more followers does not narrow that."
        )
        if share.withheld is not None:
            sentences.append(f"No best estimate is given: {formatting.clean(share.withheld, longest=200)}.")
    sentences += _settling(audit, share)
    return tuple(sentences)


def settled_by_labels(audit: Audit, share: Share) -> bool:
    """Whether labels of followers would give a narrower answer than the report has."""
    shown = reached(audit, share)
    return share.assumes != "labels" and (shown.high - shown.low) / 2 > _points_of(LABELS) / 100


def _settling(audit: Audit, share: Share) -> list[str]:
    """What would give an answer, or a narrower one."""
    sentences = []
    if share.refused is not None and len(_counts_missing(audit)) > 1:
        sentences.append(
            f"A share takes {formatting.items(FIELD_WORDS[name] for name in COUNTS)}, two of them at least."
        )
    followers = LABELS if audit.sample is None else min(LABELS, audit.sample.scored)
    if followers and settled_by_labels(audit, share):
        minutes = max(1, round(followers * SECONDS / 60))
        within = (
            f"about {_points_of(followers)} points" if followers >= LABELS_NEEDED else "what labels allow"
        )
        sentences.append(
            f"Label {formatting.plural(followers, 'follower')} (about {formatting.plural(minutes, 'minute')}) for a "
            f"figure within {within}."
        )
    return sentences


def _points_of(labels: int) -> int:
    """Half the width, in points, of an interval of so many labels."""
    return next(points for points in range(1, 51) if labels_for(points / 100) <= max(labels, LABELS_NEEDED))


def _counts_missing(audit: Audit) -> list[str]:
    return [] if audit.fields is None else [name for name in COUNTS if name in audit.fields.missing]


def lines(audit: Audit) -> tuple[Line, ...]:
    """Every interval of the audit that was worked out, in the order of reading."""
    share, frame = audit.share, audit.frame
    lines: list[Line] = []
    if share is not None:
        shown = reached(audit, share)
        lines.append(_line("reached", "Followers we could reach", shown, _meaning(audit, share)))
        if share.if_known is not None and share.assumes != "labels":
            lines.append(_line("known", "The same, if the fakes are of known kinds", share.if_known, _KNOWN))
        if isinstance(share.unseen_vendor, Span) and shown.estimate is not None:
            lines.append(
                _bounds("unseen", "The same, if the vendor is new to us", share.unseen_vendor, _UNSEEN)
            )
        if share.whole_frame is not None:
            listed = "" if frame is None else f" ({formatting.count(frame.listed)})"
            lines.append(
                _bounds(
                    "frame",
                    f"All followers on the list{listed}",
                    share.whole_frame,
                    "Followers whom we drew but could not reach may all be genuine or all be zombies.",
                )
            )
        if share.whole_account is not None:
            declared = (
                "" if frame is None or frame.declared is None else f" ({formatting.count(frame.declared)})"
            )
            lines.append(
                _bounds(
                    "account",
                    f"All followers declared{declared}",
                    share.whole_account,
                    "Followers whom the list does not show may all be genuine or all be zombies.",
                )
            )
    if audit.dormant is not None:
        meaning = "Silent for 90 days or for ever, of those we could reach. Dormant is not zombie."
        lines.append(_line("dormant", "Dormant: genuine but inactive", audit.dormant, meaning))
    if audit.unknown is not None:
        meaning = "Of the followers drawn: suspended, deleted or without a profile."
        lines.append(_line("unknown", "Unknown: could not be judged", audit.unknown, meaning))
    return tuple(lines)


def verdicts(audit: Audit) -> tuple[str, ...]:
    """What the audit says of the claim, for the followers reached and for the whole account."""
    claim, share = audit.claim, audit.share
    if claim is None or share is None:
        return ()
    shown = reached(audit, share)
    known = share.if_known if share.assumes == "known kinds" and claim.verdict == "consistent" else None
    if known is not None:
        sentences = [
            f"The claim of {formatting.stated(claim.value)} is consistent with what we found if the fakes are of kinds "
            f"that the detector knows: then {formatting.between(known.low, known.high)} of {REACHED} are zombies."
        ]
    else:
        sentences = [
            _verdict(claim.value, claim.verdict, shown.low, shown.high, "among the followers we could reach")
        ]
    whole = share.whole_account
    if claim.whole_account_verdict is None or whole is None:
        sentences.append(
            "Of the account as a whole nothing is said, for want of bounds on all its declared followers."
        )
    else:
        where = "among all followers the platform declares"
        sentences.append(_verdict(claim.value, claim.whole_account_verdict, whole.low, whole.high, where))
    return tuple(sentences)


_UNSEEN = (
    "Holds for a vendor never seen in training whose fakes are no harder to tell than those of the hardest "
    "vendor left out in validation."
)


_KNOWN = (
    "Holds only if the fakes are of vendors, and the people of studies, like those the detector learned from."
)


def _meaning(audit: Audit, share: Share) -> str:
    if labelled(audit):
        return "Leans on labels by people, and so holds whatever the detector gets wrong."
    if audit.schema >= 2:
        return (
            "Holds for vendors and people never seen that differ as much as those left out of training did."
        )
    if share.in_domain is False:
        return f"Bounds, not an estimate. {_UNSEEN}"
    if share.in_domain is None:
        return "Holds for fakes of the kinds that the detector knows; this sample cannot show if these are."
    return "Holds for fakes of the kinds that the detector knows, as these seem to be."


def _drawn(audit: Audit) -> str:
    sample, frame = audit.sample, audit.frame
    assert sample is not None  # noqa: S101 the caller looked
    listed = None if frame is None else frame.listed
    if listed == sample.drawn:
        drew = f"We took {'all ' if listed > 1 else ''}{formatting.plural(listed, 'listed follower')}"
    elif listed is None:
        drew = f"We drew {formatting.plural(sample.drawn, 'follower')} at random"
    else:
        drew = f"We drew {formatting.count(sample.drawn)} of {formatting.plural(listed, 'listed follower')} at random"
    if sample.scored == sample.drawn:
        return f"{drew} and reached {'all of them' if sample.drawn > 1 else 'that one'}."
    return f"{drew} and reached {formatting.count(sample.scored)} of them."


def _line(key: str, label: str, shown: Interval, meaning: str) -> Line:
    point = shown.estimate
    digits = formatting.decimals(shown.low, shown.high)
    return Line(
        key,
        label,
        text=formatting.span(shown.low, shown.high),
        meaning=meaning,
        low=shown.low,
        high=shown.high,
        point=point,
        low_text=formatting.end(shown.low, digits, up=False),
        high_text=formatting.end(shown.high, digits, up=True),
        point_text=None if point is None else formatting.percent(point, 1),
    )


def _bounds(key: str, label: str, shown: Span, meaning: str) -> Line:
    return _line(key, label, Interval(None, shown.low, shown.high), meaning)


def _verdict(claim: float, verdict: Verdict, low: float, high: float, where: str) -> str:
    value = formatting.stated(claim)
    if verdict in ("too high", "too low"):
        up = verdict == "too high"
        end = f"at {'most' if up else 'least'} {_apart(high if up else low, value, up=up)}"
        return f"By this audit the claim of {value} is {verdict}: {where}, {end} are zombies."
    if verdict == "consistent":
        interval = formatting.between(low, high)
        return f"The claim of {value} is consistent with what we found: {where}, {interval} are zombies."
    interval = formatting.span(low, high, None)
    doubt = f"We cannot tell whether the claim of {value} is right"
    return f"{doubt}: {where}, anything from {interval} is possible."


def _apart(bound: float, value: str, *, up: bool) -> str:
    """An end of an interval with as many decimals (at most 3) as keep it from reading like the claim."""
    ends = [formatting.end(bound, digits, up=up) for digits in range(4)]
    return next((text for text in ends if float(text[:-1]) != float(value[:-1])), ends[-1])


def _no_share(audit: Audit) -> str:
    if audit.status == "failed":
        return f"This audit failed: {formatting.clean(audit.error or 'no reason was recorded')}"
    if audit.status == "cancelled":
        return "This audit was cancelled before it had an answer"
    if audit.status == "done":
        return "This audit gives no share of zombies"
    progress = audit.progress
    if audit.status == "running" and progress is not None:
        of = "" if progress.of is None else f" of {formatting.count(progress.of)}"
        return f"This audit is still running: {formatting.count(progress.followers)}{of} followers so far"
    return "This audit has not begun" if audit.status == "queued" else "This audit is still running"
