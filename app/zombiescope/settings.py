"""Settings from the environment: each name, or the same name with _FILE for a file that holds the value."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from zombiescope.domain.tenant import DEFAULT_TENANT, check_tenant
from zombiescope.errors import InputError
from zombiescope.platforms import BUILT_IN, PlatformDescriptor

__all__ = ["Settings", "settings_from"]


@dataclass(frozen=True)
class Settings:
    """Where things are stored and looked up. `shipped` is the package's own models and samples.

    home: audits and the models one trains. models: a folder that is looked in before home's, or None.
    data: the published sets, for training and benchmarks. database_url: where audits are stored; None: in home.
    keep_days: how long; None: for good. api_keys: NAME:SCOPE+SCOPE:SECRET,... of the service.
    allowed_hosts: names by which the service may be asked, beside loopback's. trusted_proxies: networks whose
    X-Forwarded-For the service believes.
    platform_settings: values by variable, of the variables that the platforms read (`zombiescope.platforms`);
    platform_secrets: the secrets among them. allow_private_hosts: let http and private addresses be asked.
    tenant: whose audits and models the command line sees, of those of the service.
    job_intervals: how fast the service's jobs go, for tests and for tuning: seconds (and counts) by the names of
    `jobs.JobIntervals`.
    """

    home: Path
    models: Path | None
    data: Path
    shipped_models: Path
    shipped_sample: Path
    database_url: str | None = field(default=None, repr=False)
    keep_days: float | None = None
    api_keys: str | None = field(default=None, repr=False)
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    platform_settings: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)
    platform_secrets: tuple[str, ...] = field(default=(), repr=False)
    allow_private_hosts: bool = False
    tenant: str = DEFAULT_TENANT
    job_intervals: Mapping[str, float] = field(default_factory=dict, hash=False)

    def model_folders(self, own: Path) -> tuple[Path, ...]:
        """Where models are looked up, in order. own: the folder of those that a tenant has trained."""
        first = (self.models,) if self.models else ()
        return (*first, own, self.shipped_models)


def settings_from(
    environment: Mapping[str, str],
    *,
    package: Path,
    platforms: Iterable[PlatformDescriptor] = BUILT_IN.values(),
) -> Settings:
    """Read the settings.

    environment: variables by name. package: the folder of the zombiescope package, from which what ships is found:
    beside the code in an installed copy, at the checkout's top in an editable one. platforms: those whose variables
    are read.

    Raises InputError where a value cannot be read.
    """
    shipped = package / "_shipped"
    checkout = package.parents[1]
    home = _value(environment, "ZOMBIESCOPE_HOME")
    models = _value(environment, "ZOMBIESCOPE_MODELS")
    data = _value(environment, "ZOMBIESCOPE_DATA")
    base = environment.get("XDG_DATA_HOME") or str(
        Path(environment.get("HOME", "~")).expanduser() / ".local/share"
    )
    values: dict[str, str] = {}
    secrets: list[str] = []
    for setting in (setting for platform in platforms for setting in platform.settings):
        value = _value(environment, setting.variable)
        if value is not None:
            values[setting.variable] = value
            if setting.secrets is not None:
                secrets.extend(setting.secrets(value))
    return Settings(
        home=Path(home) if home else Path(base) / "zombiescope",
        models=Path(models) if models else None,
        data=Path(data) if data else checkout.parent / "shared" / "data",
        shipped_models=shipped / "models" if shipped.is_dir() else checkout / "models",
        shipped_sample=shipped / "sample" if shipped.is_dir() else checkout / "data" / "sample",
        database_url=_value(environment, "ZOMBIESCOPE_DATABASE_URL"),
        keep_days=_days(_value(environment, "ZOMBIESCOPE_KEEP_DAYS")),
        api_keys=_value(environment, "ZOMBIESCOPE_API_KEYS"),
        allowed_hosts=tuple(
            name.strip().lower()
            for name in (_value(environment, "ZOMBIESCOPE_ALLOWED_HOSTS") or "").split(",")
            if name.strip()
        ),
        trusted_proxies=_networks(_value(environment, "ZOMBIESCOPE_TRUSTED_PROXIES")),
        platform_settings=values,
        platform_secrets=tuple(secrets),
        allow_private_hosts=_value(environment, "ZOMBIESCOPE_ALLOW_PRIVATE_HOSTS") == "1",
        tenant=check_tenant(_value(environment, "ZOMBIESCOPE_TENANT") or DEFAULT_TENANT),
        job_intervals=_job_intervals(_value(environment, "ZOMBIESCOPE_JOB_INTERVALS")),
    )


def _networks(value: str | None) -> tuple[str, ...]:
    networks = []
    for text in filter(None, (part.strip() for part in (value or "").split(","))):
        try:
            networks.append(str(ipaddress.ip_network(text)))
        except ValueError:
            raise InputError(
                f"ZOMBIESCOPE_TRUSTED_PROXIES: {text!r} is no network",
                "Write addresses or networks, separated by commas: 10.0.0.5,172.18.0.0/16.",
            ) from None
    return tuple(networks)


def _job_intervals(value: str | None) -> Mapping[str, float]:
    intervals = {}
    for pair in filter(str.strip, (value or "").split(",")):
        name, _, number = pair.partition("=")
        try:
            intervals[name.strip()] = float(number)
        except ValueError:
            raise InputError(
                f"ZOMBIESCOPE_JOB_INTERVALS: {pair.strip()!r} is no NAME=SECONDS",
                "Set it to silent=30,deadline=43200, say.",
            ) from None
    return intervals


def _days(value: str | None) -> float | None:
    try:
        days = None if value is None else float(value)
    except ValueError:
        days = -1.0
    if days is not None and not 0 < days < 1e6:
        raise InputError(
            f"ZOMBIESCOPE_KEEP_DAYS: {value!r} is no number of days", "Set it to 30, say, or not at all."
        )
    return days


def _value(environment: Mapping[str, str], name: str) -> str | None:
    """The variable, else the text of the file that NAME_FILE names."""
    if environment.get(name):
        return environment[name]
    file = environment.get(f"{name}_FILE")
    if not file:
        return None
    try:
        return Path(file).read_text("utf-8").strip() or None
    except OSError as error:
        raise InputError(
            f"{name}_FILE: {file} cannot be read ({error.strerror})",
            f"Correct the path or set {name} itself.",
        ) from None
