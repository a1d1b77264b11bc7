"""Invented Chinese names: weighted surnames, given names of the decade of birth and the sex, a few rare ones.

The weights follow the order of frequency everybody knows (王 李 张 刘 陈 …), the given names the fashion of the decade;
full names are drawn at random, so a likeness with a living person is chance.
"""

from functools import cache
from itertools import accumulate

WOMAN, MAN = "2", "1"

_SURNAMES = (
    "王720 李716 张676 刘538 陈454 杨309 赵230 黄222 周213 吴205 徐170 孙160 胡132 朱126 高121 林120 何119 郭115 马113 "
    "罗102 梁92 宋84 郑84 谢78 韩76 唐70 冯68 于67 董66 萧60 程60 曹58 袁58 邓57 许56 傅52 沈52 曾51 彭50 吕49 苏48 卢47 "
    "蒋47 蔡46 贾43 丁43 魏43 薛42 叶42 阎41 余41 潘40 杜39 戴39 夏38 钟38 汪37 田37 任36 姜36 范36 方35 石35 姚34 谭33 "
    "廖33 邹32 熊32 金31 陆31 郝30 孔30 白30 崔29 康29 毛28 邱28 秦28 江27 史27 顾27 侯26 邵26 孟25 龙25 万24 段24 钱24 "
    "汤23 尹23 黎22 易22 常22 武21 乔21 贺20 赖20 龚20 文19 庞14 樊14 殷14 施14 洪14 翟12 颜12 倪12 严12 牛12 温12 俞10 "
    "章10 鲁10 葛10 单6 仇3 解4 查4 盖3 区2 欧阳5 诸葛2 上官1 尉迟1"
)

# Given names by the year they were most given, women first. Two characters stand together, single ones alone.
_GIVEN = {
    (WOMAN, 1940): "秀英 桂英 玉兰 秀兰 桂兰 玉珍 凤英 兰英 素珍 桂珍 月娥 翠英 淑珍 金凤 玉英 秀珍 玉梅 桂香 爱珍 彩凤 "
    "凤仙 阿娥 招娣 杏珍 菊英 荷珍 雅琴 素梅 宝珍 水仙 月仙 云仙 巧云 银娣 秀娥 桂芳",
    (WOMAN, 1952): "秀芳 玉芬 建华 爱华 桂芳 美华 月琴 国英 凤珍 丽华 秀珍 惠珍 秋菊 志英 素芬 淑芳 玉琴 金兰 爱珠 美英 "
    "雪珍 银花 凤琴 和平 翠萍 慧琴 彩娥 菊香 玲玲 玉凤 香莲 小妹 林娣 春花 梅芳 佩珍",
    (WOMAN, 1964): "红梅 丽华 建英 国芳 爱萍 惠芳 亚萍 卫红 小红 秀琴 玉华 美芳 雪芬 月芳 春香 华英 文英 群英 建芳 志红 "
    "爱红 爱华 丽珍 丽萍 亚芬 素娟 水珍 冬梅 新华 跃红 向红 海英 敏华 彩虹 水英 金花",
    (WOMAN, 1974): "丽 敏 静 燕 红 艳 霞 芳 萍 琴 娟 梅 晓红 海燕 丽娟 雪梅 春燕 丽萍 小燕 秋霞 晓燕 红霞 玉洁 小丽 月红 海霞 "
    "雅芳 志萍 晓敏 美娟 丽君 建萍 国萍 爱玲 素云 慧敏 立红 春梅 小芳 晓英",
    (WOMAN, 1984): "静 丽 婷 娜 燕 倩 雪 佳 璐 莉 颖 洁 晓燕 丹丹 莉莉 晶晶 丽丽 小莉 晓静 海燕 佳佳 文静 婷婷 雯 媛媛 "
    "晓霞 春燕 慧 琳琳 晓丽 玲玲 静静 艳红 思思 巧玲 亚男 晓琳 云霞 丽君 芳芳",
    (WOMAN, 1994): "婷 雪 雨 悦 颖 梦婷 佳怡 思雨 晓雯 嘉欣 诗琪 梦瑶 雨欣 佳琪 雅婷 晓彤 梦洁 丹妮 思琪 欣怡 雅琪 静怡 "
    "雨婷 文慧 雪婷 若男 梦雪 嘉慧 佳慧 思颖 依婷 雨薇 晨曦 婉婷 雪莹 玉婷",
    (WOMAN, 2006): "欣怡 子涵 雨涵 诗涵 思彤 佳怡 梦涵 紫涵 可欣 雨桐 思涵 欣妍 语嫣 梓琪 佳琪 嘉怡 静雯 钰涵 心怡 雅琪 "
    "晓涵 雨萱 诗雨 馨月 依诺 芷晴 子琪 若溪 艺涵 晨露",
    (WOMAN, 2016): "梓涵 一诺 子萱 沐晴 语桐 可欣 若汐 欣悦 诗涵 依诺 艺涵 苡沫 雨桐 梓萱 沐瑶 语汐 芷萱 思妍 书瑶 若曦 "
    "亦菲 星语 安然 知夏 清妍 云舒 予安 念一 禾苗 小满",
    (MAN, 1940): "建国 德明 志明 金生 阿根 宝根 福生 长根 玉林 水根 国梁 树林 德福 永福 兴发 炳坤 阿毛 正清 文彬 金水 "
    "荣根 顺发 耀庭 立本 茂林 贵生 根宝 连生 忠良 耀祖",
    (MAN, 1952): "建国 建华 国强 志强 建平 卫国 国华 志明 永明 国庆 建中 爱国 和平 德华 金根 荣华 援朝 抗美 跃进 忠明 "
    "云龙 林根 关林 水林 柏林 正华 明华 玉明 炳荣 根林",
    (MAN, 1964): "建军 卫东 建明 志刚 国平 永强 卫国 学军 建伟 国良 志平 红卫 文革 伟民 建强 向东 新民 海明 立新 小平 "
    "水明 关荣 伟明 利民 忠华 华明 跃明 国荣 志良 福明",
    (MAN, 1974): "军 伟 勇 强 斌 涛 峰 明 刚 波 建军 志强 海军 晓明 建华 志勇 国强 永刚 海波 立军 晓东 建波 文斌 红军 俊峰 "
    "学文 小军 志伟 春明 利军 世杰 卫星 晓峰 宏伟 新华",
    (MAN, 1984): "伟 磊 鹏 杰 超 涛 浩 亮 凯 宇 俊 飞 晓东 志鹏 海涛 文杰 俊杰 小龙 建波 晓峰 振华 国栋 少华 海峰 志远 "
    "文龙 明亮 永杰 立伟 东升 春雷 晓辉 振宇 世伟",
    (MAN, 1994): "浩 俊杰 宇航 浩然 文博 子豪 嘉豪 志豪 俊豪 家豪 天宇 泽宇 鑫 帅 昊 旭东 晨 文轩 宇轩 明轩 鹏飞 思远 "
    "晓宇 佳豪 一帆 伟杰 雨泽 振东 晨阳 子健",
    (MAN, 2006): "子轩 浩然 宇轩 子豪 浩宇 俊熙 梓轩 博文 天佑 嘉懿 雨泽 子墨 皓轩 睿 泽宇 明哲 文昊 宇辰 逸飞 思源 "
    "嘉俊 鸿涛 昊天 伟宸 俊驰",
    (MAN, 2016): "沐宸 浩宇 奕辰 宇泽 子墨 梓轩 亦辰 泽宇 睿泽 一鸣 知远 景行 云起 星辰 予舟 沐阳 承安 宇航 嘉树 小禾 "
    "子昂 慕白 允执 明澈 书航",
}  # fmt: skip
# First and second characters that are put together at random, before and after this year of birth.
_TURN = 1985
_PARTS = {
    (WOMAN, False): ("秀玉美丽雅慧淑月海春秋雪文爱惠云小", "芳英华珍萍琴梅霞红燕娟敏云玲琳"),
    (WOMAN, True): ("晓静佳思雨梦诗心嘉若安清语子欣芷书可", "怡欣悦妍涵彤琪雯萱瑶宁然晨薇"),
    (MAN, False): ("志建国文海永立明振世新利忠金学承", "明华强伟军平峰波涛东林辉斌"),
    (MAN, True): ("子浩宇思泽博一嘉俊家天晨睿奕景", "轩辰航昊远宇泽然霖阳杰凯诚"),
}
# Characters beyond the basic plane that registers hold again and again (plane 2, all in the national name lists).
_RARE = "𬭎𬘭𫖯𬀩𬱖𫍯"
# Names of another people (code table ethnic: 维吾尔族), with the separating dot: her own name, her father's.
_UYGUR = {
    WOMAN: ("阿依努尔", "古丽娜尔", "热依汗", "帕丽达", "阿米娜", "努尔古丽", "玛依拉"),
    MAN: ("买买提江", "艾力", "吐尔洪", "阿卜杜拉", "亚森", "库尔班", "艾尔肯"),
}
_FATHERS = ("买买提", "吐尔逊", "艾合买提", "玉素甫", "依明", "卡德尔", "热合曼")
UYGUR = "05"


@cache
def _surnames():
    pairs = [(text.rstrip("0123456789"), text) for text in _SURNAMES.split()]
    return [name for name, _ in pairs], list(accumulate(int(text[len(name) :]) for name, text in pairs))


@cache
def _given(sex, year):
    era = min((key[1] for key in _GIVEN if key[0] == sex), key=lambda peak: abs(peak - year))
    return _GIVEN[sex, era].split()


def surname(rnd):
    """One surname, the common ones often."""
    names, weights = _surnames()
    return rnd.choices(names, cum_weights=weights)[0]


def given_name(rnd, sex, year):
    """A given name such as was chosen for a girl ("2") or boy ("1") born in `year`."""
    draw = rnd.random()
    heads, tails = _PARTS[sex, year >= _TURN]
    if draw < 0.0015:
        return rnd.choice(heads) + rnd.choice(_RARE) if draw < 0.001 else rnd.choice(_RARE)
    if draw < 0.62:
        return rnd.choice(_given(sex, year))
    head = rnd.choice(heads)
    return head + rnd.choice(tails.replace(head, ""))


def full_name(rnd, sex, year, family=None):
    """Surname (`family` when given) and given name."""
    return (family or surname(rnd)) + given_name(rnd, sex, year)


def minority_name(rnd, sex):
    """`(name, ethnic code)` of a name written with the separating dot."""
    return f"{rnd.choice(_UYGUR[sex])}·{rnd.choice(_FATHERS)}", UYGUR
