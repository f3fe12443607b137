"""Every number the simulation is made of, each with where it comes from (docs/sample.md has the table).

"Measured" means an aggregate (quantile, share, rank correlation) of a published set, taken over all its accounts and
rounded; no row, name or text of any set is here. "Assumed" means that no published figure was at hand. Sets: E13,
INT and FSF of Cresci et al. 2015 (20 newest posts an account); Weibo: the labelled accounts (fake, normal) and
NormNet of the Fudan set of 2019. Ages and silences are in days; gaps as in `Population`; shares between 0 and 1.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from zombiescope_training.simulate.forms import (
    Beta,
    Block,
    Burst,
    Canned,
    Embassy,
    Language,
    Population,
    Scheme,
    Wording,
)

__all__ = [
    "ACTIVE",
    "AGED",
    "DIGITS",
    "DORMANT",
    "EMBASSIES",
    "FRESH",
    "GENUINE",
    "LABELLED_EACH",
    "LABELLED_POSTS",
    "LABELLED_SEED",
    "LIST_SEED",
    "OBSERVED",
    "POPULATIONS",
    "POSTS_SHOWN",
    "QUIET",
    "VENDORS",
]

OBSERVED = datetime(2014, 6, 1, tzinfo=UTC)  # the year of the newspaper's 87%
POSTS_SHOWN = 20  # newest posts a follower: how deep the aggregates were measured
LIST_SEED = 20140601
LABELLED_SEED = 20161201
LABELLED_EACH = 200  # labelled records a kind
LABELLED_POSTS = 4  # newest posts of each: a file to look at

# Assumed.
_LANGUAGES: tuple[tuple[Language, float], ...] = (("zh", 0.8), ("en", 0.14), ("ja", 0.03), ("pt", 0.03))

_GENUINE_NAMES: tuple[tuple[Scheme, float], ...] = (
    # measured, Weibo normal: 44% Han only, 18% with a digit, 8% ASCII only
    ("han", 0.46),
    ("han-latin", 0.30),
    ("han-digits", 0.09),
    ("latin", 0.07),
    ("latin-digits", 0.06),
    ("serial", 0.02),
)

# Measured, E13 (shares and lengths); the Beta sizes fit its quartiles over accounts.
_GENUINE_WORDS = Wording(
    length=93,
    between=17,
    within=44,
    repost=Beta(0.32, 3.2),
    reply=Beta(0.35, 2.8),  # of what is no repost
    link=Beta(0.30, 3.2),
    hashtag=Beta(0.37, 4.0),
    mention=Beta(0.18, 4.0),
)

# Measured, E13, Spearman.
_ACTIVE_RANKS = (
    (1.00, 0.28, 0.22, 0.33, -0.08, 0.19),
    (0.28, 1.00, 0.78, 0.76, -0.55, -0.30),
    (0.22, 0.78, 1.00, 0.57, -0.42, -0.22),
    (0.33, 0.76, 0.57, 1.00, -0.73, -0.45),
    (-0.08, -0.55, -0.42, -0.73, 1.00, 0.61),
    (0.19, -0.30, -0.22, -0.45, 0.61, 1.00),
)

ACTIVE = Population(  # measured, E13; the oldest ages are cut to Weibo's own (it opened in August 2009)
    name="active",
    truth="genuine",
    age=(30, 45, 97, 154, 174, 383, 548, 1020, 1360, 1450, 1650, 1740),
    followers=(1, 4, 13, 21, 23, 45, 102, 260, 660, 1230, 4200, 20000),
    following=(3, 18, 41, 63, 68, 115, 226, 437, 918, 1450, 2000, 3000),
    posts=(5, 14, 54, 107, 124, 315, 992, 3030, 7760, 15200, 32000, 60000),
    gap=(3.0, 5.2, 6.9, 7.9, 8.07, 9.25, 10.5, 11.55, 12.2, 12.8, 14.1, 16),
    silence=(0.9, 0.96, 1.04, 1.09, 1.12, 1.3, 1.9, 4.0, 10, 17, 35, 60),
    correlation=_ACTIVE_RANKS,
    gap_shape=0.5,
    gap_short=0.05,
    awake=3.2,
    wording=_GENUINE_WORDS,
    naming=_GENUINE_NAMES,
    languages=_LANGUAGES,
    never_posted=0.0,
    bio=0.93,  # near E13 (.99; Weibo normal: .68)
    location=0.70,  # near E13 (.67; Weibo normal: 1)
    avatar=0.995,
    verified=0.03,  # assumed
    protected=0.01,  # assumed
    suspended=0.003,  # assumed, as all of suspended and deleted below
    deleted=0.015,
)

QUIET = Population(  # measured, E13 accounts and NormNet accounts of fewer than 100 posts; silence and gaps widened
    # (E13 is of people who post every week)
    name="quiet",
    truth="genuine",
    age=(30, 35, 42, 55, 60.4, 111, 336, 532, 965, 1260, 1600, 1740),
    followers=(0, 1, 2, 4, 5, 10, 21, 45, 85, 130, 200, 400),
    following=(3, 8, 17, 24, 26, 45, 80, 140, 270, 480, 900, 1800),
    posts=(1, 1, 2, 4, 5, 12, 30, 58, 80, 92, 98, 100),
    gap=(7.5, 9.8, 10.9, 11.3, 11.4, 11.9, 12.6, 13.3, 14.2, 14.6, 15.4, 16.5),
    silence=(0.9, 1.0, 1.3, 1.5, 1.7, 3.5, 10, 30, 60, 75, 87, 89),
    correlation=_ACTIVE_RANKS,
    gap_shape=0.6,
    gap_short=0.03,
    awake=3.2,
    wording=_GENUINE_WORDS,
    naming=_GENUINE_NAMES,
    languages=_LANGUAGES,
    never_posted=0.05,  # measured, NormNet
    bio=0.45,  # NormNet: .32; E13: .99
    location=0.70,
    avatar=0.60,  # assumed
    verified=0.0,
    protected=0.01,
    suspended=0.003,
    deleted=0.02,
)

DORMANT = Population(  # assumed: E13's accounts, a fifth of the posts, silent for three months to four years
    name="dormant",
    truth="genuine",
    age=(250, 280, 340, 400, 418, 560, 900, 1250, 1480, 1560, 1680, 1740),
    followers=(1, 3, 8, 14, 16, 32, 75, 170, 400, 700, 2000, 6000),
    following=(3, 15, 34, 52, 56, 95, 180, 340, 680, 1000, 1800, 2500),
    posts=(2, 5, 15, 28, 32, 75, 220, 680, 1800, 3300, 8000, 15000),
    gap=(5.0, 6.5, 8.0, 9.0, 9.16, 10.3, 11.5, 12.5, 13.2, 13.8, 14.8, 16),
    silence=(91, 93, 100, 115, 122, 180, 330, 560, 800, 950, 1200, 1400),
    correlation=_ACTIVE_RANKS,
    gap_shape=0.5,
    gap_short=0.04,
    awake=3.2,
    wording=_GENUINE_WORDS,
    naming=_GENUINE_NAMES,
    languages=_LANGUAGES,
    never_posted=0.02,
    bio=0.65,
    location=0.75,
    avatar=0.92,
    verified=0.01,
    protected=0.01,
    suspended=0.005,
    deleted=0.03,
)

# FSF and INT write English under western names; a vendor for Weibo would mix in Chinese (assumed).
_VENDOR_LANGUAGES: tuple[tuple[Language, float], ...] = (("zh", 0.6), ("en", 0.4))


def _canned(repost: Beta, length: float, between: float, canned: Canned) -> Wording:
    """Words of bought accounts: measured, FSF and INT (reply 0; repost, link and mention .03; hashtag .13)."""
    return Wording(
        length=length,
        between=between,
        within=46,
        repost=repost,
        reply=Beta(0, 200),
        link=Beta(0.033, repost.size),
        hashtag=Beta(0.11, 300),
        mention=Beta(0.002, 200),
        canned=canned,
    )


FRESH = Population(  # measured, FSF: made in two streaks of a few days, all alike
    name="fresh",
    truth="zombie",
    age=(77, 77.2, 77.25, 77.3, 77.3, 77.35, 77.6, 93, 93.7, 93.8, 94.6, 95),
    followers=(0, 3, 5, 6, 6, 8, 10, 13, 15, 16, 20, 28),
    following=(150, 166, 178, 187, 189, 199, 214, 236, 256, 265, 278, 320),
    posts=(5, 11.7, 14, 15, 15, 17, 20, 22, 25, 26, 30, 40),
    gap=(12.3, 12.41, 12.53, 12.57, 12.6, 12.64, 12.75, 12.88, 13.01, 13.08, 13.24, 13.5),
    silence=(0.2, 0.33, 0.49, 1.2, 1.41, 3.3, 4.6, 7.4, 12.4, 16, 22, 30),
    correlation=(
        (1.00, 0.26, 0.60, 0.25, 0.19, 0.09),
        (0.26, 1.00, 0.30, 0.14, 0.04, 0.06),
        (0.60, 0.30, 1.00, 0.39, 0.07, -0.01),
        (0.25, 0.14, 0.39, 1.00, -0.73, -0.16),
        (0.19, 0.04, 0.07, -0.73, 1.00, -0.07),
        (0.09, 0.06, -0.01, -0.16, -0.07, 1.00),
    ),
    gap_shape=1.35,
    gap_short=0.065,
    awake=None,
    wording=_canned(Beta(0.033, 60), 64, 4, Canned(stock=6000, own=None, altered=0.1, credited=True)),
    naming=(("western", 0.78), ("western-digits", 0.22)),  # measured, FSF: 22% with digits
    languages=_VENDOR_LANGUAGES,
    never_posted=0.01,
    bio=0.83,
    location=0.98,
    avatar=1.0,
    verified=0.0,
    protected=0.0,
    suspended=0.04,
    deleted=0.01,
)

AGED = Population(  # measured, INT: kept for a year, with one in nine made lately to fill up
    name="aged",
    truth="zombie",
    age=(15, 20, 81, 84.5, 321, 325, 327.5, 328.2, 328.3, 328.35, 328.4, 340),
    followers=(0, 0, 1, 2, 10, 13, 18, 22, 25, 27, 35, 60),
    following=(10, 16, 25, 42, 235, 278, 344, 538, 630, 684, 847, 1000),
    posts=(1, 1, 2, 4, 21, 26, 36, 53, 63, 69, 115, 300),
    gap=(8, 11.5, 13.05, 13.07, 13.1, 13.37, 13.64, 13.79, 14.02, 14.14, 14.44, 14.8),
    silence=(0.92, 0.94, 0.94, 0.95, 0.957, 1.0, 2.6, 14, 37, 48, 68, 90),
    # Those among age, followers, following and posts are above the measured ranks (.61 to .92): within the mature
    # ones the ratios of counts are tighter (posts to following: quartiles .090 and .115) than ranks over both show.
    correlation=(
        (1.00, 0.87, 0.93, 0.91, -0.68, -0.31),
        (0.87, 1.00, 0.89, 0.89, -0.60, -0.25),
        (0.93, 0.89, 1.00, 0.97, -0.70, -0.31),
        (0.91, 0.89, 0.97, 1.00, -0.75, -0.32),
        (-0.68, -0.60, -0.70, -0.75, 1.00, 0.12),
        (-0.31, -0.25, -0.31, -0.32, 0.12, 1.00),
    ),
    gap_shape=0.88,
    gap_short=0.1,
    awake=None,
    wording=_canned(Beta(0.027, 300), 65, 6, Canned(stock=15_000, own=None, altered=0.1, credited=True)),
    naming=(("western-short", 0.96), ("western-digits", 0.04)),  # measured, INT: 4% with digits
    languages=_VENDOR_LANGUAGES,
    never_posted=0.01,
    bio=0.81,
    location=0.96,
    avatar=0.997,
    verified=0.0,
    protected=0.0,
    suspended=0.04,
    deleted=0.01,
)

DIGITS = Population(  # measured, Weibo fake; following is one more, the embassy; posts assumed, for the set has none
    name="digits",
    truth="zombie",
    age=(4, 5, 7, 10, 10.2, 12, 26, 54, 95, 160, 247, 270),
    followers=(1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 10, 20),
    following=(1, 1, 1, 1, 1, 1, 1, 1, 19, 62, 83, 100),
    posts=(5, 6, 10, 15, 16, 28, 50, 145, 317, 517, 957, 1200),
    gap=(8.5, 9.2, 9.8, 10.2, 10.3, 10.9, 11.5, 12.1, 12.6, 12.9, 13.2, 13.5),
    silence=(0.2, 0.3, 0.5, 0.7, 0.737, 1.0, 2.0, 5.0, 10, 15, 25, 30),
    correlation=(
        (1.00, 0.16, 0.29, 0.24, 0.00, 0.00),
        (0.16, 1.00, 0.49, 0.13, 0.00, 0.00),
        (0.29, 0.49, 1.00, 0.28, 0.00, 0.00),
        (0.24, 0.13, 0.28, 1.00, -0.40, -0.20),
        (0.00, 0.00, 0.00, -0.40, 1.00, 0.10),
        (0.00, 0.00, 0.00, -0.20, 0.10, 1.00),
    ),
    gap_shape=1.3,
    gap_short=0.10,
    awake=None,
    wording=_canned(Beta(0.5, 20), 40, 3, Canned(stock=400, own=14, altered=0.3, credited=False)),
    # Measured, Weibo fake: 22% serial, 92% with a digit, 71% with a Latin letter.
    naming=(("serial", 0.22), ("han-digits", 0.25), ("mixed-digits", 0.45), ("han-latin", 0.08)),
    languages=(("zh", 1.0),),
    never_posted=0.03,
    bio=0.05,
    location=1.0,
    avatar=0.9,
    verified=0.0,
    protected=0.0,
    suspended=0.05,
    deleted=0.01,
)

GENUINE = (ACTIVE, QUIET, DORMANT)
VENDORS = (FRESH, AGED, DIGITS)
POPULATIONS = {population.name: population for population in GENUINE + VENDORS}

_KINDS = (("active", 0.84), ("quiet", 0.08), ("dormant", 0.08))  # assumed

# All of what follows is invented. The lists are a hundredth of the counts that What's on Weibo printed in 2016; the
# shares but for Canada's 87% (the newspaper's figure) say nothing about anybody.
EMBASSIES = (
    Embassy(
        name="canada",
        display_name="Canadian embassy (SIMULATED)",
        listed=11_317,
        hidden=41,
        zombies=0.87,
        opened=date(2011, 6, 1),
        growth=3.0,
        genuine=_KINDS,
        bursts=(Burst(date(2012, 2, 8), 0.06, 5), Burst(date(2013, 10, 18), 0.05, 4)),
        blocks=(
            Block("aged", 0.20, date(2013, 8, 5), 3, shift=4),
            Block("aged", 0.22, date(2013, 11, 20), 4),
            Block("fresh", 0.24, date(2014, 3, 18), 2),
            Block("fresh", 0.22, date(2014, 4, 14), 3, shift=2),
            Block("aged", 0.09, date(2014, 5, 26), 2),
            Block("digits", 0.02, date(2014, 5, 18), 5),
            Block("digits", 0.01, date(2013, 9, 1), 260),
        ),
    ),
    Embassy(
        name="israel",
        display_name="Israeli embassy (SIMULATED)",
        listed=19_134,
        hidden=60,
        zombies=0.60,
        opened=date(2010, 11, 1),
        growth=4.0,
        genuine=_KINDS,
        bursts=(Burst(date(2012, 11, 15), 0.10, 6), Burst(date(2013, 5, 6), 0.04, 4)),
        blocks=(
            Block("aged", 0.40, date(2013, 9, 16), 4),
            Block("fresh", 0.47, date(2014, 3, 26), 3),
            Block("digits", 0.04, date(2014, 5, 20), 6),
            Block("aged", 0.09, date(2013, 8, 1), 300),
        ),
    ),
    Embassy(
        name="usa",
        display_name="US embassy (SIMULATED)",
        listed=10_353,
        hidden=35,
        zombies=0.35,
        opened=date(2010, 5, 1),
        growth=2.0,
        genuine=_KINDS,
        bursts=(Burst(date(2011, 11, 4), 0.12, 8), Burst(date(2012, 11, 7), 0.05, 3)),
        blocks=(
            Block("fresh", 0.49, date(2014, 4, 2), 3, shift=-3),
            Block("aged", 0.47, date(2013, 10, 8), 3),
            Block("digits", 0.04, date(2014, 5, 15), 8),
        ),
    ),
    Embassy(
        name="brazil",
        display_name="Brazilian embassy (SIMULATED)",
        listed=5_223,
        hidden=12,
        zombies=0.12,
        opened=date(2011, 9, 1),
        growth=3.0,
        genuine=_KINDS,
        bursts=(Burst(date(2013, 6, 18), 0.07, 5),),
        blocks=(Block("aged", 0.50, date(2013, 12, 2), 2), Block("fresh", 0.50, date(2014, 4, 23), 3)),
    ),
    Embassy(
        name="japan",
        display_name="Japanese embassy (SIMULATED)",
        listed=4_805,
        hidden=17,
        zombies=0.28,
        opened=date(2011, 2, 1),
        growth=1.5,
        genuine=_KINDS,
        bursts=(Burst(date(2011, 3, 12), 0.08, 10), Burst(date(2012, 9, 12), 0.10, 9)),
        blocks=(Block("fresh", 0.40, date(2014, 3, 20), 2), Block("digits", 0.60, date(2014, 5, 24), 3)),
    ),
)
