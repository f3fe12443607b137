"""The one definition of every feature: the catalogue, and `extract` that computes it for training and serving."""

from zombiescope.features.catalogue import CATALOGUE, INDEX, NAMES, SCHEMA_HASH, Feature
from zombiescope.features.extract import FeatureTable, dates, extract
from zombiescope.features.fields import FIELDS, missing_fields, without_fields
from zombiescope.features.quiet import QUIET, quiet
from zombiescope.features.silence import SILENT_DAYS, silent
from zombiescope.features.timeline import POSTS_READ

__all__ = [
    "CATALOGUE",
    "FIELDS",
    "INDEX",
    "NAMES",
    "POSTS_READ",
    "QUIET",
    "SCHEMA_HASH",
    "SILENT_DAYS",
    "Feature",
    "FeatureTable",
    "dates",
    "extract",
    "missing_fields",
    "quiet",
    "silent",
    "without_fields",
]
