"""How to make an audit again."""

from __future__ import annotations

from report.audits import full
from zombiescope.domain import AccountInfo
from zombiescope.report import view


def test_the_command_line_repeats_the_audit() -> None:
    """The command names everything that the audit holds, and quotes what a shell would misread."""
    assert view(full()).command == (
        "zombiescope audit weibo:embassy --sample 410 --seed 7 --as-of 2016-12-15 --model followers-1 "
        "--claim 0.87"
    )
    local = AccountInfo(ref="file:my list.jsonl; rm -rf ~", platform="weibo")
    assert view(full(account=local)).command == (
        "zombiescope audit 'file:my list.jsonl; rm -rf ~' --sample 410 --seed 7 --as-of 2016-12-15 "
        "--model followers-1 --order newest-first --declared 1200 --claim 0.87"
    )
    assert view(full(account=AccountInfo(ref="upload:mine", platform="weibo"))).command is None
    assert view(full(), command="zombiescope audit x").command == "zombiescope audit x"
