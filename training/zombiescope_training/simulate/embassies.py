"""The 47 embassies of What's on Weibo's list of December 2016, as printed: the facts beside the simulated lists."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["COLUMNS", "EMBASSY_ROWS", "EmbassyRow"]

COLUMNS = ("rank", "name", "handle", "followers", "at_least", "verified", "note", "account")

# rank. name (@handle) followers: as printed, oddities and all.
PRINTED = """\
1. Israeli embassy (@以色列驻华使馆) 1.913.384 followers
2. Canadian embassy (@加拿大大使馆官方微博) 1.131.700+ followers
3. US embassy (@美国驻华大使馆) 1.035.300+ followers
4. Brazilian embassy (@巴西驻华大使馆) 522.310+ followers
5. Japanese embassy (@日本国驻华大使馆) 480.500+ followers
6. South-Korean embassy (@韩国驻华大使馆) 396.960+ followers
7. Cuban embassy (@古巴驻华大使馆) 358.950+ followers
8. British embassy (@英国大使馆文化教育处) 289.280+ followers
9. French embassy (@法国驻华使馆) 255.240+ followers
10. Russian embassy (@俄罗斯驻华大使馆) 167.539+ followers
11. Australian embassy (@澳大利亚驻华使领馆) 165.240+ followers
12. German embassy (@德国驻华大使馆) 147.230+ followers
13. Embassy of Myanmar (@中缅胞波兄弟情) 146.000 followers
14. Danish embassy (@中缅胞波兄弟情) 丹麦驻华大使馆) 139.760+ followers
15. Thai embassy (@泰国驻华大使馆) 104.570+ followers
16. Swiss embassy (@瑞士驻华大使馆) 99.190+ followers
17. Swedish embassy (@瑞典驻华大使馆微博) 68.310+ followers
18. Dutch embassy (@荷兰驻华大使馆) 68.070+ followers
19. Mexican embassy (@墨西哥驻华大使馆) 50.160+ followers
20. Belgian embassy (@比利时驻华使馆) 49585+ followers
21. Italian embassy (@意大利驻华使馆) 46.330+ followers
22. Polish embassy (@波兰使馆文化处) 39185+ followers
23. Nepal embassy (@尼泊尔大使馆官方微博) 37.177+ followers
24. New Zealand embassy (@新西兰驻华大使馆) 37.140+ followers
25. Mauritanian embassy (@毛里塔尼亚驻华大使馆) 36.545+ followers
26. Zimbabwean embassy (@中国驻津巴布韦大使馆) 35.450+ followers
27. Costa Rican embassy (@哥斯达黎加驻华大使馆) 34.930+ followers
28. Peruvian Embassy (@秘鲁驻华使馆) 33.507 followers
29. Portugese embassy (@葡萄牙驻华大使馆) 28.380+ followers
30. Maldives embassy (@马尔代夫驻华大使馆) 22.460+ followers
31. Indian embassy (@印度使馆文化处) 22.225+ followers
32. Irish embassy (@爱尔兰驻华大使馆) 20.191+ followers
33. Spanish embassy (@西班牙驻华大使馆官方微博) 16.030+ followers
34. Austrian embassy (@奥地利驻华使馆) 15.960+ followers
35. Norwegian embassy (@挪威驻华大使馆) 11.800+ followers
36. Turkish embassy / official tourism board (@土耳其旅游局) 67.430+ followers
37. Kazakhstan embassy (@哈萨克斯坦驻华大使馆) 12.670+ followers
38. Ukranian embassy (@乌克兰信使) 9960+ followers
39. Iranian Embassy (@伊朗驻华大使馆) 6166 followers [not verified]
40. Rwandan embassy (@卢旺达驻华大使馆) 5480+ followers
41. Lithuanian embassy (@立陶宛驻华大使馆商务处) 3170+ followers
42. Chilean embassy (@智利驻中国大使馆) 2540+ followers
43. Sri Lankan embassy (@中国驻斯里兰卡大使馆) 2109 followers
44. Egyptian embassy (@埃及驻华大使馆) [account not verified] 910+ followers (Note: the account of the official Egypt tourism board on Weibo has 28392 followers).
45. Estonian Embassy (@爱沙尼亚驻华大使馆) [account not verified] 540+ followers
46. Embassy of Monaco (@摩纳哥公国大使馆) 450+ followers
47. Indonesian Embassy (@印度尼西亚驻华大使馆) [account not verified] 350+ followers
"""  # noqa: E501 -- printed lines stay whole

LINE = re.compile(r"(?P<rank>\d+)\. (?P<name>.+?) \(@(?P<handle>[^)]+)\)(?P<rest>.*)")
COUNT = re.compile(r"([\d.]+)(\+?) followers")

# What a reader of the table should know; the printed list has these oddities.
NOTES = {
    13: "this handle is printed in row 14 too",
    14: "printed as @中缅胞波兄弟情) 丹麦驻华大使馆: row 13's handle stands before the embassy's own",
    26: "the handle as printed reads: China's embassy in Zimbabwe",
    29: "name as printed (Portuguese)",
    36: "printed in 36th place although the count would put it 19th; the account is that of the tourism board",
    37: "printed in 37th place although the count would put it higher",
    38: "name as printed (Ukrainian)",
    39: "not verified",
    43: "the handle as printed reads: China's embassy in Sri Lanka",
    44: "account not verified; the account of the official Egypt tourism board on Weibo has 28392 followers",
    45: "account not verified",
    47: "account not verified",
}
SIMULATED = {1: "israel", 2: "canada", 3: "usa", 4: "brazil", 5: "japan"}


@dataclass(frozen=True)
class EmbassyRow:
    """A row of embassies.csv. `at_least`: printed with a plus sign. `account`: the simulated list, if any."""

    rank: int
    name: str
    handle: str
    followers: int
    at_least: bool
    verified: bool
    note: str
    account: str


def _parsed(line: str) -> EmbassyRow:
    match = LINE.fullmatch(line)
    count = COUNT.search(line)
    if match is None or count is None:
        raise ValueError(f"not a row of the list: {line}")
    rank = int(match["rank"])
    # Row 14 is printed with two handles; the embassy's own is the second.
    handle = "丹麦驻华大使馆" if rank == 14 else match["handle"]
    return EmbassyRow(
        rank=rank,
        name=match["name"],
        handle=handle,
        followers=int(count[1].replace(".", "")),
        at_least=count[2] == "+",
        verified="not verified" not in line,
        note=NOTES.get(rank, ""),
        account=f"sample:{SIMULATED[rank]}" if rank in SIMULATED else "",
    )


EMBASSY_ROWS: tuple[EmbassyRow, ...] = tuple(_parsed(line) for line in PRINTED.splitlines())
