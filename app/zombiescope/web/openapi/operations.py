"""What FastAPI cannot see of routes that read and write bytes: their bodies, answers, headers and errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zombiescope.compare import Change
from zombiescope.domain import Audit, Follower, League
from zombiescope.records import arrow_stream
from zombiescope.usecases.model_catalogue import ModelState
from zombiescope.web.api.batches import CSV as BATCH_CSV
from zombiescope.web.api.batches import BatchOrder, BatchRows, BatchState, BatchStates
from zombiescope.web.api.events import MEDIA as EVENTS
from zombiescope.web.api.events import Event
from zombiescope.web.api.keys import ApiKeys, KeyOrder, NewKey
from zombiescope.web.api.labels import BulkLabelOrder, LabelLines, LabelOrder, LabelQueue, LabelsStored
from zombiescope.web.api.rescores import RescoreOrder
from zombiescope.web.api.responses import Audits, Followers, Model, Models, Score
from zombiescope.web.api.trail import CSV as TRAIL_CSV
from zombiescope.web.api.trail import Trail
from zombiescope.web.api.watches import CSV as WATCH_CSV
from zombiescope.web.api.watches import WatchChange, WatchRuns, WatchState, WatchStates
from zombiescope.web.api.webhooks import (
    NewWebhook,
    WebhookDeliveries,
    WebhookDelivery,
    WebhookOrder,
    WebhookState,
    WebhookStates,
    WebhookTest,
)
from zombiescope.web.audit_orders import AuditOrder
from zombiescope.web.http.accept import OCTETS
from zombiescope.web.http.idempotency import HEADER, KEY
from zombiescope.web.http.metrics import MEDIA as METRICS
from zombiescope.web.http.request_body import NDJSON
from zombiescope.web.watch_orders import WatchOrder

__all__ = [
    "EVERYWHERE",
    "HEADERS",
    "MANY_FOLLOWERS",
    "MANY_SCORES",
    "OPERATIONS",
    "Answer",
    "Operation",
    "header",
]

JSON = "application/json"
MANY_FOLLOWERS = list[Follower]
MANY_SCORES = list[Score]
# What the layers before the routes answer, and a database that does not.
EVERYWHERE = (400, 401, 403, 421, 429, 503)

HEADERS: Mapping[str, Mapping[str, Any]] = {
    "X-Request-Id": {"schema": {"type": "string"}, "description": "The request's name in the log"},
    "RateLimit-Limit": {"schema": {"type": "integer"}, "description": "Requests a minute; only with a key"},
    "RateLimit-Remaining": {"schema": {"type": "integer"}, "description": "Of these, how many are left"},
    "RateLimit-Reset": {"schema": {"type": "integer"}, "description": "Seconds until one more is"},
    "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait"},
    "ETag": {"schema": {"type": "string"}, "description": "Send it back as If-None-Match"},
    "Location": {
        "schema": {"type": "string", "format": "uri-reference"},
        "description": "The audit's address",
    },
    "Preference-Applied": {"schema": {"type": "string"}, "description": "The `wait` that was heeded"},
    "Zombiescope-Model": {"schema": {"type": "string"}, "description": "The model's NAME-VERSION"},
    "Content-Security-Policy": {"schema": {"type": "string"}, "description": "What the page may load"},
    "WWW-Authenticate": {"schema": {"type": "string"}, "description": "Bearer"},
}


def header(name: str, description: str, **schema: Any) -> Mapping[str, Any]:
    """A request's header as a parameter."""
    kind = {"type": "string", **schema}
    return {"name": name, "in": "header", "required": False, "schema": kind, "description": description}


_WAIT = header("Prefer", "`wait=SECONDS`: answer when the audit has ended, at the latest after so long.")
_ONCE = header(
    HEADER,
    "A repeated request with this key gives the same audit again, for a day.",
    pattern=f"^{KEY.pattern}$",
)
_SAME = header("If-None-Match", "The ETag of an earlier answer: 304 where nothing has changed.")
_RESUME = header("Last-Event-ID", "The id of the last event that was seen.")


@dataclass(frozen=True)
class Answer:
    """An answer that is no error. form: its type, None: not JSON of ours. headers: names in HEADERS.

    links: what may be asked next, operation to its parameters.
    """

    says: str
    form: Any = None
    media: tuple[str, ...] = (JSON,)
    example: Any = None
    headers: tuple[str, ...] = ()
    links: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    """One route. name: its operationId. bodies: media type to a form, or None for bytes. errors: beside EVERYWHERE."""

    name: str
    answers: Mapping[int, Answer]
    errors: tuple[int, ...] = ()
    bodies: Mapping[str, Any] = field(default_factory=dict)
    example: Any = None
    parameters: Sequence[Mapping[str, Any]] = ()
    free: bool = False  # needs no key


_TRAINING = {
    "name": "mine", "state": "running", "current": False, "model": None, "progress": "training boosters: 3 of 10",
    "error": None, "base": None, "created_at": "2026-11-22T00:00:00Z", "started_at": "2026-11-22T00:00:01Z",
    "finished_at": None, "card": None,
}  # fmt: skip
_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
_BATCH = {
    "id": _ID, "status": "running", "created_at": "2026-11-22T00:00:00Z", "created_by": "ann", "finished_at": None,
    "accounts": 2, "reason": None,
    "counts": {
        "waiting": 1, "queued": 0, "running": 1, "done": 0, "failed": 0, "cancelled": 0, "no_audit": 0,
    },
    "settings": {
        "sample": 500, "margin": None, "claim": None, "posts": 20, "seed": 0, "as_of": None, "explain": False,
        "model": "followers-2", "named": False,
    },
}  # fmt: skip
_BATCH_ROW = {
    "place": 0, "account": "sample:canada", "name": "", "declared": 1131700, "status": "done", "audit": _ID,
    "share": {"estimate": 0.41, "low": 0.3, "high": 0.5}, "reason": None,
}  # fmt: skip
_LEAGUE = {
    "schema": 1, "simulated": False, "created_at": "2026-11-22T00:00:00Z", "sample": 500, "seed": 0, "level": 0.95,
    "model": None, "accounts": [],
}  # fmt: skip
_OF_BATCH = {
    name: {"parameters": {"batch_id": "$response.body#/id"}}
    for name in ("readBatch", "readBatchRows", "readBatchTable", "cancelBatch")
}
_WATCH = {
    "id": _ID, "account": "sample:canada", "schedule": "0 6 * * 1", "state": "active", "reason": None,
    "created_at": "2026-11-22T00:00:00Z", "created_by": "ann", "next_at": "2026-11-23T06:00:00Z", "accept_cost": 0.0,
    "settings": {
        "sample": 500, "margin": None, "claim": None, "posts": 20, "seed": 0, "as_of": None, "explain": False,
        "model": "sample-3", "named": False,
    },
}  # fmt: skip
_WATCH_RUN = {
    "number": 2, "at": "2026-11-23T06:00:00Z", "audit": _ID, "status": "done", "as_of": "2026-11-23T06:00:00Z",
    "declared": 1131700, "listed": 1131000, "share": {"estimate": 0.41, "low": 0.3, "high": 0.5}, "change": 0.11,
    "change_low": 0.06, "change_high": 0.16, "alerts": ["rose"], "reason": None,
}  # fmt: skip
_OF_WATCH = {
    name: {"parameters": {"watch_id": "$response.body#/id"}}
    for name in ("readWatch", "readWatchRuns", "changeWatch", "removeWatch")
}
_WEBHOOK = {
    "id": _ID, "url": "https://example.org/zombiescope", "events": ["audit.done", "watch.alert"], "description": "",
    "state": "active", "created_at": "2026-11-22T00:00:00Z", "created_by": "ann",
}  # fmt: skip
_DELIVERY = {
    "id": "msg_1", "event": "audit.done", "state": "delivered", "created_at": "2026-11-22T00:00:00Z", "next_at": None,
    "body": '{"type":"audit.done","timestamp":"2026-11-22T00:00:00Z","data":{"audit":"0f8f","status":"done"}}',
    "attempts": [
        {"number": 1, "at": "2026-11-22T00:00:01Z", "seconds": 0.2, "status": 204, "error": None},
    ],
}  # fmt: skip
_API_KEY = {
    "name": "ann", "scopes": ["audit", "read"], "created_at": "2026-11-22T00:00:00Z", "created_by": "operator",
    "expires_at": None, "expired": False, "audits_at_once": 4, "requests_a_day": 10000, "dollars_a_month": None,
}  # fmt: skip
_CHANGE = {
    "at": "2026-11-22T00:00:00Z", "actor": "ann", "address": "192.0.2.7", "action": "startAudit",
    "target": "/v1/audits/0f8fad5b-d9cb-469f-a165-70867728950e", "status": 202, "request_id": "5c1f",
}  # fmt: skip
_ORDER = {"account": "sample:canada", "claim": 0.87}
_FOLLOWER = {
    "platform": "weibo", "id": "1000", "handle": "user1000", "created_at": "2013-02-01T00:00:00Z",
    "observed_at": "2014-06-01T00:00:00Z", "followers_count": 3, "following_count": 812, "posts_count": 0,
}  # fmt: skip
_AUDIT = {
    "schema": 2,
    "id": _ID,
    "status": "queued",
    "created_at": "2016-12-15T00:00:00Z",
    "simulated": False,
}
_LINE = {
    "id": _ID, "account": "sample:canada", "status": "done", "created_at": "2016-12-15T00:00:00Z",
    "finished_at": "2016-12-15T00:00:09Z",
}  # fmt: skip
_REASON = {"feature": "posts_count", "value": 0.0, "effect": 1.9, "text": "has no posts"}
_SCORED = {
    "id": "1000",
    "handle": "user1000",
    "position": 0,
    "score": 0.97,
    "posterior": 0.99,
    "reasons": [_REASON],
}
_SCORE = {
    "platform": "weibo",
    "id": "1000",
    "handle": "user1000",
    "score": 0.97,
    "zombie": True,
    "reasons": [_REASON],
}

_OF = ("readAudit", "followAudit", "readFollowers", "readReport", "readPicture", "cancelAudit")
_NEXT = {name: {"parameters": {"audit_id": "$response.body#/id"}} for name in _OF}
_LISTED = {"readAudit": {"parameters": {"audit_id": "$response.body#/audits/0/id"}}}
_LABEL = {
    "labelFollower": {
        "parameters": {"audit_id": "$request.path.audit_id"},
        "requestBody": {"follower": "$response.body#/followers/0/id", "label": "zombie"},
    }
}
_NAMED = {
    name: {"parameters": {"name": "$response.body#/models/0/name"}} for name in ("readModel", "activateModel")
}

_KEYED = {"revokeKey": {"parameters": {"name": "$response.body#/keys/0/name"}}}
_READ = Answer("The audit as it is now", Audit, example=_AUDIT, headers=("ETag",))
_UNCHANGED = Answer("Nothing has changed", media=(), headers=("ETag",))

_HEEDED = ("Location", "Preference-Applied")
_STARTED = {
    200: Answer("Done in time", Audit, example=_AUDIT, headers=_HEEDED, links=_NEXT),
    202: Answer("Begun: its address is in Location", Audit, example=_AUDIT, headers=_HEEDED, links=_NEXT),
}

OPERATIONS: Mapping[tuple[str, str], Operation] = {
    ("/v1/audits", "post"): Operation(
        "startAudit",
        _STARTED,
        (402, 404, 409, 413, 415, 422, 502),
        {JSON: AuditOrder},
        _ORDER,
        (_WAIT, _ONCE),
    ),
    ("/v1/uploads", "post"): Operation(
        "auditUpload",
        _STARTED,
        (409, 413, 415, 422),
        {OCTETS: None},
        parameters=(_WAIT, _ONCE),
    ),
    ("/v1/audits", "get"): Operation(
        "listAudits",
        {200: Answer("A page of audits", Audits, example={"audits": [_LINE], "next": None}, links=_LISTED)},
        (422,),
    ),
    ("/v1/audits/{audit_id}", "get"): Operation(
        "readAudit", {200: _READ, 304: _UNCHANGED}, (404,), parameters=(_SAME,)
    ),
    ("/v1/audits/{audit_id}", "delete"): Operation(
        "cancelAudit",
        {200: Answer("The audit as it is then", Audit, example=_AUDIT | {"status": "cancelled"})},
        (404, 409),
    ),
    ("/v1/audits/{audit_id}/events", "get"): Operation(
        "followAudit",
        {
            200: Answer("Server-sent events, whose `data` is an Event", Event, (EVENTS,)),
            204: Answer("The end was seen already", media=()),
        },
        (404,),
        parameters=(_RESUME,),
    ),
    ("/v1/audits/{audit_id}/followers", "get"): Operation(
        "readFollowers",
        {
            200: Answer(
                "A page of followers",
                Followers,
                example={"followers": [_SCORED], "next": None},
                headers=("ETag",),
                links=_LABEL,
            ),
            304: _UNCHANGED,
        },
        (404, 409, 422),
        parameters=(_SAME,),
    ),
    ("/v1/audits/{audit_id}/report", "get"): Operation(
        "readReport",
        {
            200: Answer("The page", media=("text/html",), headers=("ETag", "Content-Security-Policy")),
            304: _UNCHANGED,
        },
        (404, 409),
        parameters=(_SAME,),
    ),
    ("/v1/audits/{audit_id}/report.svg", "get"): Operation(
        "readPicture",
        {200: Answer("The picture", media=("image/svg+xml", OCTETS), headers=("ETag",)), 304: _UNCHANGED},
        (404, 409),
        parameters=(_SAME,),
    ),
    ("/v1/audits/{audit_id}/compare/{other}", "get"): Operation(
        "compareAudits", {200: Answer("What changed from the earlier to the later", Change)}, (404, 409, 422)
    ),
    ("/v1/audits/{audit_id}/labels", "post"): Operation(
        "labelFollower",
        {200: Answer("The audit as it is then", Audit, example=_AUDIT | {"status": "done"})},
        (404, 409, 413, 415, 422),
        {JSON: LabelOrder},
        {"follower": "1000", "label": "zombie"},
    ),
    ("/v1/audits/{audit_id}/labels", "get"): Operation(
        "listLabels", {200: Answer("The labels", LabelLines)}, (404,)
    ),
    ("/v1/audits/{audit_id}/labels/next", "get"): Operation(
        "readLabelQueue", {200: Answer("Whom to label next", LabelQueue)}, (404, 409, 422)
    ),
    ("/v1/audits/{audit_id}/labels/bulk", "post"): Operation(
        "labelFollowers",
        {200: Answer("The audit as it is then", LabelsStored)},
        (404, 409, 413, 415, 422),
        {JSON: BulkLabelOrder},
        {"labels": [{"follower": "1000", "label": "zombie"}, {"follower": "1001", "label": "genuine"}]},
    ),
    ("/v1/audits/{audit_id}/labels/{follower}", "delete"): Operation(
        "takeLabelBack",
        {200: Answer("The audit as it is then", Audit, example=_AUDIT | {"status": "done"})},
        (404, 409, 422),
    ),
    ("/v1/audits/{audit_id}/rescore", "post"): Operation(
        "rescoreAudit",
        {202: Answer("It is begun", Audit, example=_AUDIT, headers=("Location",))},
        (404, 409, 413, 415, 422),
        {JSON: RescoreOrder},
        {"model": "general-1"},
        (_ONCE,),
    ),
    ("/v1/scores", "post"): Operation(
        "scoreFollowers",
        {
            200: Answer(
                "A score a record, in order", MANY_SCORES, example=[_SCORE], headers=("Zombiescope-Model",)
            )
        },
        (404, 413, 415, 422),
        {JSON: MANY_FOLLOWERS},
        [_FOLLOWER],
    ),
    ("/v1/scores/file", "post"): Operation(
        "scoreFile",
        {
            200: Answer(
                "A score a record, in order and in the form of the file",
                media=(NDJSON[0], arrow_stream.MEDIA, OCTETS),
                headers=("Zombiescope-Model",),
            )
        },
        (404, 413, 415, 422),
        {OCTETS: None},
    ),
    ("/v1/models", "get"): Operation(
        "listModels",
        {
            200: Answer(
                "The models",
                Models,
                example={"models": [{"name": "general-1", "current": True}]},
                links=_NAMED,
            )
        },
    ),
    ("/v1/models", "post"): Operation(
        "trainModel",
        {
            202: Answer(
                "It will be trained", ModelState, example=_TRAINING, headers=("Location",), links=_NAMED
            )
        },
        (409, 413, 415, 422),
        {OCTETS: None},
    ),
    ("/v1/models/rollback", "post"): Operation(
        "rollBackModel",
        {200: Answer("In use again", Model, example={"name": "general-1", "current": True})},
        (422,),
    ),
    ("/v1/models/{name}", "get"): Operation(
        "readModel",
        {200: Answer("Its state, and its card once it is done", ModelState, example=_TRAINING)},
        (404, 422),
    ),
    ("/v1/models/{name}/activate", "post"): Operation(
        "activateModel",
        {200: Answer("In use from now on", Model, example={"name": "general-1", "current": True})},
        (404, 409, 422),
    ),
    ("/v1/batches", "post"): Operation(
        "startBatch",
        {
            202: Answer(
                "Begun: its address is in Location",
                BatchState,
                example=_BATCH,
                headers=("Location",),
                links=_OF_BATCH,
            )
        },
        (409, 413, 415, 422),
        {JSON: BatchOrder, OCTETS: None},
        {
            "accounts": ["bluesky:example.org", {"account": "sample:canada", "declared": 1131700}],
            "sample": 500,
        },
        (_ONCE,),
    ),
    ("/v1/batches", "get"): Operation(
        "listBatches",
        {200: Answer("A page of batches", BatchStates, example={"batches": [_BATCH], "next": None})},
        (422,),
    ),
    ("/v1/batches/{batch_id}", "get"): Operation(
        "readBatch", {200: Answer("How far it is", BatchState, example=_BATCH)}, (404,)
    ),
    ("/v1/batches/{batch_id}", "delete"): Operation(
        "cancelBatch",
        {200: Answer("The batch as it is then", BatchState, example=_BATCH | {"status": "cancelled"})},
        (404,),
    ),
    ("/v1/batches/{batch_id}/rows", "get"): Operation(
        "readBatchRows",
        {
            200: Answer(
                "A page of its accounts, or all of them as CSV",
                BatchRows,
                (JSON, BATCH_CSV),
                {"rows": [_BATCH_ROW], "next": None},
            )
        },
        (404, 422),
    ),
    ("/v1/batches/{batch_id}/table", "get"): Operation(
        "readBatchTable",
        {200: Answer("Its accounts ranked", League, (JSON, BATCH_CSV), _LEAGUE)},
        (404,),
    ),
    ("/v1/watches", "post"): Operation(
        "createWatch",
        {
            201: Answer(
                "Made: it is due at once", WatchState, example=_WATCH, headers=("Location",), links=_OF_WATCH
            )
        },
        (404, 413, 415, 422),
        {JSON: WatchOrder},
        {"account": "sample:canada", "schedule": "0 6 * * 1", "sample": 500},
        (_ONCE,),
    ),
    ("/v1/watches", "get"): Operation(
        "listWatches",
        {200: Answer("A page of watches", WatchStates, example={"watches": [_WATCH], "next": None})},
        (422,),
    ),
    ("/v1/watches/{watch_id}", "get"): Operation(
        "readWatch", {200: Answer("The watch", WatchState, example=_WATCH)}, (404,)
    ),
    ("/v1/watches/{watch_id}", "patch"): Operation(
        "changeWatch",
        {200: Answer("The watch as it is then", WatchState, example=_WATCH)},
        (404, 413, 415, 422),
        {JSON: WatchChange},
        {"state": "paused"},
    ),
    ("/v1/watches/{watch_id}", "delete"): Operation(
        "removeWatch", {204: Answer("It is not watched any more", media=())}, (404,)
    ),
    ("/v1/watches/{watch_id}/runs", "get"): Operation(
        "readWatchRuns",
        {
            200: Answer(
                "A page of its runs, or all of them as CSV",
                WatchRuns,
                (JSON, WATCH_CSV),
                {"runs": [_WATCH_RUN], "next": None},
            )
        },
        (404, 422),
    ),
    ("/v1/webhooks", "post"): Operation(
        "createWebhook",
        {
            201: Answer(
                "Made: its secret is shown this once",
                NewWebhook,
                example={"webhook": _WEBHOOK, "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
                headers=("Location",),
            )
        },
        (413, 415, 422),
        {JSON: WebhookOrder},
        {"url": "https://example.org/zombiescope", "events": ["audit.done", "watch.alert"]},
    ),
    ("/v1/webhooks", "get"): Operation(
        "listWebhooks", {200: Answer("The webhooks", WebhookStates, example={"webhooks": [_WEBHOOK]})}
    ),
    ("/v1/webhooks/{webhook_id}", "get"): Operation(
        "readWebhook", {200: Answer("The webhook", WebhookState, example=_WEBHOOK)}, (404,)
    ),
    ("/v1/webhooks/{webhook_id}", "delete"): Operation(
        "removeWebhook", {204: Answer("It is told of nothing any more", media=())}, (404,)
    ),
    ("/v1/webhooks/{webhook_id}/test", "post"): Operation(
        "testWebhook", {202: Answer("It will be sent", WebhookTest, example={"delivery": "msg_1"})}, (404,)
    ),
    ("/v1/webhooks/{webhook_id}/deliveries", "get"): Operation(
        "readWebhookDeliveries",
        {
            200: Answer(
                "A page of the log", WebhookDeliveries, example={"deliveries": [_DELIVERY], "next": None}
            )
        },
        (404, 422),
    ),
    ("/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/resend", "post"): Operation(
        "resendWebhookDelivery",
        {202: Answer("It will be sent again", WebhookDelivery, example=_DELIVERY)},
        (404,),
    ),
    ("/v1/keys", "get"): Operation(
        "listKeys", {200: Answer("The keys", ApiKeys, example={"keys": [_API_KEY]}, links=_KEYED)}
    ),
    ("/v1/keys", "post"): Operation(
        "createKey",
        {
            201: Answer(
                "Made: its secret is shown this once",
                NewKey,
                example={"key": _API_KEY, "secret": "q83hx0Wc3u7Yk1oP5tLr9vB2nM4sD6fG8hJ0kZ1xC3E"},
                headers=("Location",),
            )
        },
        (409, 413, 415, 422),
        {JSON: KeyOrder},
        {"name": "ann", "scopes": ["read", "audit"], "audits_at_once": 4, "requests_a_day": 10000},
    ),
    ("/v1/keys/{name}", "delete"): Operation(
        "revokeKey", {204: Answer("It opens nothing any more", media=())}, (404, 422)
    ),
    ("/v1/trail", "get"): Operation(
        "readTrail",
        {
            200: Answer(
                "A page of the audit trail, or all of it as CSV",
                Trail,
                (JSON, TRAIL_CSV),
                {"changes": [_CHANGE], "next": None},
            )
        },
        (422,),
    ),
    ("/healthz", "get"): Operation("isAlive", {200: Answer("It lives", {"type": "object"})}, free=True),
    ("/readyz", "get"): Operation("isReady", {200: Answer("It can work", {"type": "object"})}, free=True),
    ("/metrics", "get"): Operation("readMetrics", {200: Answer("For Prometheus", media=(METRICS,))}),
}
