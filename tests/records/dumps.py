"""A network dump in the form of the published ones, made of invented people."""

from __future__ import annotations

from pathlib import Path

DETAIL = "id,昵称,性别,地区,教育,阳光信用,注册时间,微博数,粉丝数,关注数,个人简介"
POSTS = "微博id,用户id,内容,创建时间,点赞数,评论数,转发数,是否原创"


def network(folder: Path, *, header: bool, users: str = "User.csv") -> Path:
    """1 has the followers 3, 2, itself and 4; 3 has no full profile, 4 only an edge."""
    folder.mkdir(parents=True)
    mark = "\ufeff"
    (folder / "Edges.csv").write_text("source,target\n3,1\n2,1\n3,1\n1,1\n1,2\n4,1\n", encoding="utf-8")
    people = ["id,label,fans_num,follow_num,description", "1,甲,10,11,", "2,#NAME?,20,21,", "3,丙,30,31,从前"]
    (folder / users).write_text(mark + "\n".join(people) + "\n", encoding="utf-8")
    detail = ["1,甲,女,海外,,,,5,12,13,", "2,乙,男,北京,,,,6,22,23,你好", "1,甲,女,海外,,,,5,12,13,"]
    posts = [
        "101,2,//@某人:转发,2020-06-24 19:12:28,0,0,0,1",
        "102,2,原创,2020-06-25,0,0,0,0",
        "101,2,//@某人:转发,2020-06-24 19:12:28,0,0,0,1",
        "103,9,别人,2020-06-25,0,0,0,0",
    ]
    for name, head, rows in (("user_detail.csv", DETAIL, detail), ("weibo.csv", POSTS, posts)):
        text = "\n".join([head, *rows] if header else rows)
        (folder / name).write_text(mark + text + "\n", encoding="utf-8")
    return folder
