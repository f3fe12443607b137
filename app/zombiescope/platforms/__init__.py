"""The platforms, one file each: every fact of a platform that the rest of the program reads stands there.

`BUILT_IN` are those of this package, `registered` adds those that other packages offer by an entry point.
"""

from zombiescope.platforms.descriptor import Address, Period, PlatformDescriptor, PlatformSetting, whole_value
from zombiescope.platforms.registry import BUILT_IN, GROUP, names, platform, registered, title

__all__ = [
    "BUILT_IN",
    "GROUP",
    "Address",
    "Period",
    "PlatformDescriptor",
    "PlatformSetting",
    "names",
    "platform",
    "registered",
    "title",
    "whole_value",
]
