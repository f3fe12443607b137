"""The audit, the one use case behind the command line and the service: an account in, its zombie share out.

source -> frame -> draw -> fetch -> features -> scores -> share + evidence -> report
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zombiescope import evidence, sampling, share
from zombiescope.detector import Detector, explain
from zombiescope.domain import Audit, Cost, FollowerScore, Frame, Order, Progress, Sample
from zombiescope.errors import EstimateError, InputError
from zombiescope.features import FeatureTable, dates, extract, silent
from zombiescope.share.pacc import apacc
from zombiescope.sources.base import Fetched, Listing, Source

__all__ = ["Clock", "Outcome", "Request", "Told", "run"]

# Wall clock in seconds, for the cost alone.
Clock = Callable[[], float]
# Called with what is being done, how much of it is done, and of how much (None: not known).
Told = Callable[[str, int, int | None], None]


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of an audit.

    account: SOURCE:NAME. sample: followers to draw. margin: draw in batches until the interval's half-width is this.
    claim: a published share to hold against the answer. posts: newest posts fetched of each drawn follower.
    as_of: the date to count ages from, where the records carry none. explain: give each follower its reasons.
    order, declared: what the user knows of a list that does not say it.
    """

    account: str
    sample: int = 1000
    margin: float | None = None
    claim: float | None = None
    posts: int = 20
    seed: int = 0
    as_of: datetime | None = None
    order: Order | None = None
    declared: int | None = None
    explain: bool = True

    def check(self) -> None:
        """Raises InputError for a number that no audit can use, naming it."""
        for name, value, fits, must in (
            ("sample", self.sample, self.sample >= 1, "1 or more"),
            ("posts", self.posts, 0 <= self.posts <= 200, "between 0 and 200"),
            ("seed", self.seed, self.seed >= 0, "0 or more"),
            ("declared", self.declared, self.declared is None or self.declared >= 0, "0 or more"),
            ("margin", self.margin, self.margin is None or 0 < self.margin < 0.5, "between 0 and 0.5"),
            (
                "claim",
                self.claim,
                self.claim is None or 0 <= self.claim <= 1,
                "between 0 and 1 (0.87 for 87%)",
            ),
        ):
            if not fits:
                raise InputError(f"{name} {value} cannot be used", f"Give a {name} that is {must}.")


@dataclass(frozen=True)
class Drawn:
    """The followers drawn so far, scored: what the share is estimated from."""

    fetched: Fetched
    features: FeatureTable
    scores: npt.NDArray[np.float64]
    at: npt.NDArray[np.int64]
    replicate: npt.NDArray[np.int64]
    requests: int
    money: float


@dataclass(frozen=True)
class Outcome:
    """A finished audit with what it was made of.

    rows: the scored followers' records, in the order of `audit.followers`. features: their features, in that order.
    scored, templates, validation: what the share was estimated from, for the same estimate with people's labels.
    """

    audit: Audit
    listing: Listing = field(repr=False)
    rows: pa.Table = field(repr=False)
    features: FeatureTable = field(repr=False)
    scored: share.Scored = field(repr=False)
    templates: share.Templates = field(repr=False)
    validation: share.Validation = field(repr=False)
    sentences: tuple[str, ...] = ()


def run(
    request: Request,
    source: Source,
    detector: Detector,
    *,
    audit_id: str,
    now: datetime,
    clock: Clock,
    told: Told = lambda what, done, of: None,
) -> Outcome:
    """Audit one account. `now` dates the audit; `clock` times it.

    Raises the errors of the source, InputError for a request that cannot be, and EstimateError where the list is
    empty.
    """
    request.check()
    began = clock()
    handle = request.account.partition(":")[2]
    listing = source.listing(handle, progress=lambda done, of, _: told("listing followers", done, of))
    if listing.frame.listed == 0:
        raise EstimateError(
            f"{request.account} lists no follower, so there is no share to estimate",
            "Check that the account shows its followers.",
        )
    rng = np.random.default_rng(request.seed)
    drawn, assessment, stopped = _draw_and_assess(request, source, listing, detector, rng, told)
    told("explaining", 0, None)
    followers = _followers(detector, drawn, assessment.posterior, request.explain)
    skipped = _reasons(drawn.fetched)
    frame = _frame(listing, drawn, stopped)
    told("searching for blocks", 0, None)
    as_of = _as_of(request, drawn, now)
    estimated_from = _estimated_from(request, listing, drawn, detector)
    findings = _evidence(listing, drawn, assessment, estimated_from[1], as_of, rng)
    audit = Audit(
        id=audit_id,
        status="done",
        created_at=now,
        finished_at=now,
        simulated=listing.simulated,
        progress=Progress(
            followers=len(followers), of=len(followers), requests=listing.requests + drawn.requests
        ),
        cost=Cost(
            requests=listing.requests + drawn.requests,
            seconds=round(clock() - began, 3),
            money=listing.money + drawn.money,
        ),
        account=listing.account,
        as_of=as_of,
        model=detector.info,
        frame=frame,
        sample=Sample(
            design=sampling.name(
                frame.listed,
                len(followers) + sum(skipped.values()),
                complete=frame.complete,
                batched=request.margin is not None,
            ),
            seed=request.seed,
            drawn=len(followers) + sum(skipped.values()),
            scored=len(followers),
            skipped=skipped,
            design_effect=assessment.design_effect,
        ),
        share=assessment.share,
        dormant=assessment.dormant,
        unknown=assessment.unknown,
        labels=assessment.labels,
        claim=assessment.claim,
        evidence=findings.evidence,
        followers=followers,
    )
    return Outcome(
        audit,
        listing,
        drawn.fetched.rows,
        drawn.features,
        *estimated_from,
        assessment.sentences,
    )


def _draw_and_assess(
    request: Request,
    source: Source,
    listing: Listing,
    detector: Detector,
    rng: np.random.Generator,
    told: Told,
) -> tuple[Drawn, share.Assessment, str | None]:
    """One draw of the sample asked for; with a margin, batch after batch until it is reached (and why it stopped)."""
    listed = listing.frame.listed
    if request.margin is None:
        places = sampling.draw(listed, request.sample, rng)
        drawn = _score(request, source, listing, places, 0, detector, told)
        return drawn, _assess(request, listing, drawn, detector, rng), None
    pooled: Drawn | None = None
    for number, places in enumerate(sampling.batches(listed, rng)):
        batch = _score(request, source, listing, np.asarray(places), number, detector, told)
        pooled = batch if pooled is None else _pool(pooled, batch)
        assessment = _assess(request, listing, pooled, detector, rng)
        reason = sampling.stop(
            request.margin,
            low=assessment.share.low,
            high=assessment.share.high,
            template_margin=assessment.template_margin,
            drawn=len(pooled.scores) + len(pooled.fetched.skipped),
            listed=listed,
        )
        if reason is not None:
            return pooled, assessment, reason
    raise EstimateError("the list ended before a follower was drawn")


def _score(
    request: Request,
    source: Source,
    listing: Listing,
    places: npt.NDArray[np.int64],
    batch: int,
    detector: Detector,
    told: Told,
) -> Drawn:
    fetched = source.fetch(
        listing,
        places.tolist(),
        posts=request.posts,
        progress=lambda done, of, _: told("fetching followers", done, of),
    )
    told("scoring", 0, None)
    as_of = request.as_of or fetched.at
    at = dates(fetched.rows, as_of)
    features = extract(fetched.rows, at=as_of)
    scores = detector.score(features.matrix, fetched.rows["id"].to_pylist())
    return Drawn(fetched, features, scores, at, np.full(len(scores), batch), fetched.requests, fetched.money)


def _pool(one: Drawn, more: Drawn) -> Drawn:
    """Two batches as one, in list order."""
    places = np.concatenate([one.fetched.places, more.fetched.places])
    order = np.argsort(places, kind="stable")
    rows = pa.concat_tables([one.fetched.rows, more.fetched.rows]).take(pa.array(order)).combine_chunks()
    fetched = Fetched(
        rows, places[order], {**one.fetched.skipped, **more.fetched.skipped}, at=more.fetched.at
    )
    matrix = np.concatenate([one.features.matrix, more.features.matrix])[order]
    return Drawn(
        fetched,
        FeatureTable(matrix, one.features.late_posts + more.features.late_posts),
        np.concatenate([one.scores, more.scores])[order],
        np.concatenate([one.at, more.at])[order],
        np.concatenate([one.replicate, more.replicate])[order],
        one.requests + more.requests,
        one.money + more.money,
    )


def _assess(
    request: Request, listing: Listing, drawn: Drawn, detector: Detector, rng: np.random.Generator
) -> share.Assessment:
    scored, templates, validation = _estimated_from(request, listing, drawn, detector)
    return share.assess(scored, templates, validation, rng=rng.spawn(1)[0], claim=request.claim)


def _estimated_from(
    request: Request, listing: Listing, drawn: Drawn, detector: Detector
) -> tuple[share.Scored, share.Templates, share.Validation]:
    rows = drawn.fetched.rows
    zombie, genuine = detector.templates(rows)
    vendors, studies = detector.left_out(rows)
    scored = share.Scored(
        scores=drawn.scores,
        places=drawn.fetched.places,
        listed=listing.frame.listed,
        drawn=len(drawn.scores) + len(drawn.fetched.skipped),
        declared=listing.frame.declared,
        skipped=np.array(sorted(drawn.fetched.skipped), dtype=np.int64),
        silent=silent(rows, drawn.at),
        replicate=drawn.replicate if request.margin is not None else None,
        complete=listing.frame.complete,
    )
    return scored, share.Templates(zombie, genuine), share.Validation(vendors, studies)


def _evidence(
    listing: Listing,
    drawn: Drawn,
    assessment: share.Assessment,
    templates: share.Templates,
    as_of: datetime,
    rng: np.random.Generator,
) -> evidence.Findings:
    """What order and likeness show; a part's share is estimated as the whole's is, where that has a point."""

    def share_of(scores: npt.NDArray[np.float64]) -> float | None:
        return apacc(scores, templates).share if assessment.share.in_domain is not False else None

    rows, places, scores = evidence.searched(
        listing.rows, drawn.fetched.rows, drawn.fetched.places, drawn.scores
    )
    return evidence.find(
        rows,
        places,
        listed=listing.frame.listed,
        order=listing.frame.order,
        scores=scores,
        rng=rng.spawn(1)[0],
        as_of=as_of,
        share_of=share_of,
    )


def _followers(
    detector: Detector, drawn: Drawn, posterior: npt.NDArray[np.float64], reasons: bool
) -> tuple[FollowerScore, ...]:
    ids = drawn.fetched.rows["id"].to_pylist()
    handles = drawn.fetched.rows["handle"].to_pylist()
    said = explain(detector, drawn.features.matrix, ids) if reasons else [None] * len(ids)
    return tuple(
        FollowerScore(
            id=i,
            handle=handle,
            position=int(place),
            score=float(score),
            posterior=float(moved) if np.isfinite(moved) else None,
            reasons=why.reasons if why else None,
        )
        for i, handle, place, score, moved, why in zip(
            ids, handles, drawn.fetched.places, drawn.scores, posterior, said, strict=True
        )
    )


def _reasons(fetched: Fetched) -> dict[str, int]:
    """How many were skipped for each reason, by name."""
    found: dict[str, int] = {}
    for reason in sorted(fetched.skipped.values()):
        found[reason] = found.get(reason, 0) + 1
    return found


def _frame(listing: Listing, drawn: Drawn, stopped: str | None) -> Frame:
    """The frame with what the audit adds to its warnings."""
    more = list(listing.frame.warnings)
    if listing.refused:
        first = listing.refused[0]
        what = f"{first.field}: {first.reason}" if first.field else first.reason
        more.append(f"{len(listing.refused)} rows were refused; the first is {first.where} ({what}).")
    if drawn.features.late_posts:
        more.append(
            f"{drawn.features.late_posts} posts are later than the date of the audit and were left out."
        )
    if stopped is not None:
        more.append(f"Drawing stopped: {stopped}.")
    return msgspec.structs.replace(listing.frame, warnings=tuple(more))


def _as_of(request: Request, drawn: Drawn, now: datetime) -> datetime:
    """The date of the audit: what was asked for, when it was fetched, or the newest date of the records."""
    known = request.as_of or drawn.fetched.at
    if known is None and drawn.fetched.rows.num_rows:
        import pyarrow.compute as pc

        known = pc.max(drawn.fetched.rows["observed_at"]).as_py()
    return known or now
