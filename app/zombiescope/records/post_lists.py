"""Files that list posts with their authors: the columns that are the post's own, and no profile's.

A post has an id and a date as a profile has, and under the same names.
"""

from __future__ import annotations

from collections.abc import Sequence

from zombiescope.records.column_mapping import plain_name, wrapper

__all__ = ["own_columns"]

_TEXT_NAMES = """
    text fulltext tweet tweettext tweetcontent posttext content caption message comment commenttext rawcontent
    renderedcontent body status statustext toot 微博正文 正文 内容 推文内容 评论内容
    texte texto contenido contenu nachricht beitragstext conteúdo 本文 текст نص
"""
_ENGAGEMENT_NAMES = """
    retweetcount retweets retweeted retweetscount replycount replies repliescount quotecount quotes favoritecount
    likecount likes likescount reposts repostcount repostscount shares sharecount sharescount commentscount comments
    commentcount viewcount views viewscount impressions impressioncount hashtags mentions tweeturl tweetid posturl
    postid     permalink shortcode conversationid inreplytouserid inreplyto inreplytostatusid isretweet isreply mediaurl
    attitudescount bookmarkcount 转发数 评论数 点赞数
"""
_OWN_NAMES = """
    id idstr createdat created date datetime timestamp time likes likescount likecount favorites favoritecount
    favourites favouritescount url link lang position createtime publishedat posted postedat
"""
_COUNTS = frozenset(
    ("followers", "followerscount", "followercount", "friendscount", "followingcount", "following")
)
_TEXT = frozenset(_TEXT_NAMES.split())
_ENGAGEMENT = frozenset(_ENGAGEMENT_NAMES.split())
_OWN = frozenset(_OWN_NAMES.split())


def own_columns(columns: Sequence[str]) -> tuple[str, ...]:
    """The columns that tell of a post where the file lists posts; empty where it lists accounts.

    A file lists posts where it has a text with reactions, or an id of its own beside the id of a user or author.
    """
    plain = {plain_name(column) for column in columns}
    wrapped = {plain_name(name) for name in map(wrapper, columns) if name}
    within = bool(wrapped & {"id", "username", "screenname", "handle"}) and bool(wrapped & _COUNTS)
    if not (plain & _TEXT and plain & _ENGAGEMENT) and not within:
        return ()
    return tuple(column for column in columns if plain_name(column) in _OWN)
