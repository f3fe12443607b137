"""The labelled Weibo sets: absent is null, a written 0 is 0, and the odd rows are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest

from zombiescope_training.data import sets

FUDAN = [
    "id",
    "昵称",
    "性别",
    "所在地",
    "关注数",
    "粉丝数",
    "微博数",
    "创建时间",
    "等级",
    "会员等级",
    "个人简介",
    "教育经历",
    "公司",
    "阳光信用",
    "类别",
    "",
]


def test_fudan_labels_and_absent_fields(tmp_path: Path, write: Callable[..., Any]) -> None:
    """Class 2 is fake, 0 normal, any other is left out and counted; no registration date is null; 0 following
    stays 0."""
    rows = [
        ["21", "甲", "女", "海外", "227", "145", "88", "", "14", "0", "", "", "", "", "0", ""],
        [
            "22",
            "#NAME?",
            "男",
            "其他",
            "0",
            "1",
            "32",
            "2019/1/15",
            "3",
            "0",
            "你好",
            "",
            "",
            "信用较低",
            "2",
            "备注",
        ],
        ["23", "丙", "男", "其他", "359", "4", "521", "2019/1/26", "4", "0", "", "", "", "", "1", ""],
    ]
    write("weibo-fudan-2019/UserDetail.csv", [FUDAN, *rows])
    dataset = sets.loaded("weibo-fudan-2019", tmp_path)
    table = dataset.table
    assert dataset.dropped == {"of a class that is neither fake nor normal": 1}
    assert table["label"].to_pylist() == ["genuine", "zombie"]
    assert table["created_at"].to_pylist() == [None, datetime(2019, 1, 15, tzinfo=UTC)]
    assert table["following_count"].to_pylist() == [227, 0]
    assert table["handle"].to_pylist() == ["甲", None]
    assert table["bio"].to_pylist() == ["", "你好"]
    assert table["recent_posts"].null_count == 2
    assert set(table["observed_at"].to_pylist()) == {datetime(2019, 3, 11, tzinfo=UTC)}
    assert set(table["platform"].to_pylist()) == {"weibo"}


@pytest.mark.realdata
def test_the_real_fudan_counts(data: Path) -> None:
    """2,233 rows: 1,856 fake, 376 normal and the odd one, which is counted; 737 registration dates but for
    its own."""
    dataset = sets.loaded("weibo-fudan-2019", data)
    assert Counter(dataset.table["label"].to_pylist()) == {"zombie": 1856, "genuine": 376}
    assert sum(dataset.dropped.values()) == 1
    assert dataset.table["created_at"].null_count == 1496
    fakes = dataset.table.filter(pc.equal(dataset.table["label"], "zombie"))
    assert pc.sum(pc.equal(fakes["following_count"], 0)).as_py() == 1425


PCU = [
    "user_id",
    "user_name",
    "user_image",
    "gender",
    "class",
    "message",
    "post_num",
    "follower_num",
    "followee_num",
    "is_spammer",
]


def test_pcu_keeps_the_unlabelled(tmp_path: Path, write: Callable[..., Any]) -> None:
    """1 is a spammer, -1 is none, blank has no label; a picture of version 0 is the default one."""
    rows = [
        [
            "31",
            "a",
            "http://tp2.sinaimg.cn/31/180/5708899731/1",
            "male",
            "5",
            "",
            "1557",
            "1421",
            "2000",
            "1",
        ],
        ["32", "#NAME?", "http://tp2.sinaimg.cn/32/180/0/1", "female", "1", "", "0", "2", "3", "-1"],
        ["33", "c", "http://tp2.sinaimg.cn/33/180/570/0", "female", "1", "", "0", "2", "3", ""],
    ]
    write("weibo-microblogpcu/weibo_user.csv", [PCU, *rows], bom=True)
    table = sets.load("weibo-microblogpcu", tmp_path)
    assert table["label"].to_pylist() == ["zombie", "genuine", None]
    assert table["label_source"].to_pylist() == ["weibo-microblogpcu", "weibo-microblogpcu", None]
    assert table["handle"].to_pylist() == ["a", None, "c"]
    assert table["has_avatar"].to_pylist() == [True, False, True]
    assert table["posts_count"].to_pylist() == [1557, 0, 0]
    assert table["recent_posts"].null_count == 3


@pytest.mark.realdata
def test_the_real_pcu_counts(data: Path) -> None:
    """781 accounts: 113 spammers, 66 not, the rest unlabelled."""
    table = sets.load("weibo-microblogpcu", data)
    assert Counter(table["label"].to_pylist()) == {"zombie": 113, "genuine": 66, None: 602}
