"""The one tree of errors that a user may see; each says what, where and what to do.

    ZombiescopeError
    ├── InputError          a file, a record or an argument cannot be used
    │   └── RecordError     one field of one record (line and field named)
    ├── AccountError        the account asked for cannot be audited
    │   ├── UnknownAccount  nobody of that name
    │   └── HiddenFollowers the list is not shown to us
    ├── SourceError         a platform did not answer as it should
    │   ├── RateLimited     asked to wait longer than we may
    │   ├── NotAuthorised   a credential is missing or refused
    │   └── Untrusted       an address or an answer we refuse to follow
    ├── BudgetError         the request or money limit would be passed
    ├── ModelError          a model is missing, altered or of another feature schema
    ├── TrainingError       the labelled sample cannot train a model
    ├── EstimateError       the sample cannot carry an estimate
    └── StorageError        the data folder or database cannot be used

Trouble that is expected (a suspended follower, a refused row) is data and not in this tree.
"""

from __future__ import annotations

__all__ = [
    "AccountError",
    "BudgetError",
    "EstimateError",
    "HiddenFollowers",
    "InputError",
    "ModelError",
    "NotAuthorised",
    "RateLimited",
    "RecordError",
    "SourceError",
    "StorageError",
    "TrainingError",
    "UnknownAccount",
    "Untrusted",
    "ZombiescopeError",
]


class ZombiescopeError(Exception):
    """Something a user can act on: one line of what and where, one line of advice.

    `what` and `advice` are shown as they stand on the command line and as `title` and `detail` of
    problem+json on the web, so neither may hold a secret or a stack trace.
    """

    status = 500  # the HTTP status the web gives it
    advice = "Please report this with the command you ran."

    def __init__(self, what: str, advice: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        if advice is not None:
            self.advice = advice


class InputError(ZombiescopeError):
    """A file or an argument cannot be used."""

    status = 422
    advice = "Correct the input and run again."


class RecordError(InputError):
    """One field of one record cannot be read."""

    def __init__(self, what: str, *, where: str, field: str | None = None, advice: str | None = None) -> None:
        super().__init__(f"{where}: {field + ': ' if field else ''}{what}", advice)
        self.where = where
        self.field = field


class AccountError(ZombiescopeError):
    """The account asked for cannot be audited."""

    status = 422
    advice = "Check the account: sample:NAME, file:PATH, bluesky:HANDLE, mastodon:USER@HOST, weibo:NAME or x:HANDLE."


class UnknownAccount(AccountError):
    """The platform knows nobody of that name."""

    status = 404


class HiddenFollowers(AccountError):
    """The account exists but its follower list is not shown to us."""


class SourceError(ZombiescopeError):
    """A platform did not answer as it should."""

    status = 502
    advice = "Try again later; what was fetched so far is kept."


class RateLimited(SourceError):
    """The platform asks to wait longer than this run may."""

    status = 503


class NotAuthorised(SourceError):
    """A credential is missing, expired or refused."""

    status = 502  # of the service to the platform: 401 would ask the client for a key


class Untrusted(SourceError):
    """An address or an answer that a careful client does not follow."""

    status = 422
    advice = "Name the account's public home instance."


class BudgetError(ZombiescopeError):
    """Going on would pass the limit of requests or money that was set."""

    status = 402
    advice = "Raise --max-requests or confirm the cost with --yes."


class ModelError(ZombiescopeError):
    """A model is missing, altered, or made for other features."""

    status = 422
    advice = "Run `zombiescope models list` to see the models there are."


class TrainingError(ZombiescopeError):
    """The labelled sample cannot train or test a model."""

    status = 422
    advice = "See docs/retraining.md for what a labelled sample must hold."


class EstimateError(ZombiescopeError):
    """The sample cannot carry an estimate."""

    status = 422
    advice = "Draw a larger sample."


class StorageError(ZombiescopeError):
    """The data folder or the database cannot be used."""

    status = 503
    advice = "Check that ZOMBIESCOPE_HOME is writable and has space left."
