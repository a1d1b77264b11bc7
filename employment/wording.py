"""What the text of a job post may not say, and what it had better not say, each with the law. Pure: text in, findings out.

妇女权益保障法 art. 43, 44; 就业促进法 art. 26–31, 66; 劳动合同法 art. 9 (handbook 8.2).
"""

import re
from dataclasses import dataclass

from fedhub.core.text import normalise

WOMEN_43 = "妇女权益保障法第四十三条"
FAIR = "就业促进法第二十六条（公平就业）"
NO_CHARGE = "劳动合同法第九条、就业促进法第六十六条"
ALL_THE_SAME = r"(?:不限|均可|都可|皆可|不作要求|无要求)"


@dataclass(frozen=True)
class Finding:
    """`words` as they stand in the text; `stops` when the post cannot be published with them; why, and the law."""

    words: str
    stops: bool
    why: str
    law: str
    field: str = ""


@dataclass(frozen=True)
class _Rule:
    pattern: re.Pattern
    stops: bool
    why: str
    law: str
    women: bool = False


def _rule(pattern, why, law, *, stops=True, women=False):
    return _Rule(re.compile(pattern), stops, why, law, women)


RULES = (
    _rule(
        r"(?<![不无有])(?:仅|只|专)?限(?:招)?男(?!女|装|童|鞋)(?:性|士|生)?|(?:只|仅)(?:招|要|收|聘)男(?!女)(?:性|士|生|工)?"
        r"|男(?:性|士|生)?(?:者)?(?:优先|为佳|最佳)|不(?:招|要|收)女(?:性|士|生|工)?|女(?:性|士|生)?(?:勿扰|免谈)|谢绝女(?:性|士)?",
        "不得限定男性、规定男性优先，不得拒绝录用妇女", f"{WOMEN_43}第一项、第五项",
    ),
    _rule(
        rf"(?:已婚|未婚|离异|单身|已育|未育|已生育|未生育|无孩|有孩|无子女|一孩|二孩)++(?!{ALL_THE_SAME})(?:者|女性|人员)?(?:优先)?",
        "不得把婚姻、生育状况作为录用条件", f"{WOMEN_43}第四项",
    ),
    _rule(
        r"[一二三四五六两十0-9]+年(?:之)?内(?:不|无)(?:得|准|能|可|打算|考虑)?(?:结婚|婚|生育|怀孕|要孩子|生小?孩|育)"
        r"|(?:合同期|试用期|工作期)(?:间|内)?不(?:得|准|能|可)(?:结婚|生育|怀孕)|不(?:得|准)(?:结婚|生育|怀孕)|无(?:生育|备孕|二胎)(?:计划|打算)",
        "不得限制结婚、生育", f"{WOMEN_43}第四项、第四十四条",
    ),
    _rule(
        rf"(?:婚育|婚姻|生育|备孕|家庭子女)(?:情况|状况|计划|意愿|史)(?!{ALL_THE_SAME})",
        "除个人基本信息外，不得询问、调查婚育情况", f"{WOMEN_43}第二项",
    ),
    _rule(
        r"孕检|(?:妊娠|怀孕|孕妇)(?:检测|检查|测试|试验)|验孕",
        "不得把妊娠测试作为入职体检项目", f"{WOMEN_43}第三项",
    ),
    _rule(
        r"(?<!不收)(?<!不收取)(?<!不交)(?<!免)(?<!免收)(?<!无)(?<!无需)(?<!不需)(?<!无需交)(?<!不需要交)"
        r"(?:押金|保证金|(?:服装|工装|培训|报名|中介|介绍|入职|建档|材料|资料|办证)费)(?!全免|免费|由公司|公司承担|单位承担)",
        "招用人员不得收费、收押金", NO_CHARGE,
    ),
    _rule(
        r"(?<!不)(?:扣押|代管|抵押|押)(?:居民)?(?:身份证|证件)|身份证原件(?:须|需|要|由)?(?:公司|单位)?(?:上交|保管|留存|交公司|押)"
        r"|(?<!不)(?:要|须|需)(?:提供)?担保",
        "不得扣押身份证等证件，不得要求担保", NO_CHARGE,
    ),
    _rule(
        r"乙肝(?:携带者|两对半|检测|检查|病毒携带者)?(?:勿扰|不录用|除外)?", "不得以传染病病原携带者为由拒绝录用，体检不查乙肝",
        "就业促进法第三十条",
    ),
    _rule(r"残疾人?(?:勿扰|不要|不招|免谈)|不(?:招|要|收)残疾人?", "不得歧视残疾人", "就业促进法第二十九条"),
    _rule(
        r"(?<![不无有])(?:仅|只|专)?限(?:招)?女(?:性|士|生)?|(?:只|仅)(?:招|要|收|聘)女(?:性|士|生|工)?|女(?:性|士|生)?(?:者)?优先",
        "只招女性要写明理由（国家规定的岗位，或者妇女专场招聘）", FAIR, women=True,
    ),
    _rule(
        r"(?:年龄)?(?:在)?\d{2}(?:周?岁)?(?:[-—–~至到]\d{2})周?岁|\d{2}周?岁(?:以下|以内|及以下)|(?:不超过|不大于)\d{2}周?岁|限\d{2}周?岁",
        "年龄和岗位没有关系的不要限制", FAIR, stops=False,
    ),
    _rule(r"身高(?:\d|一米|要求|在)?|体重(?:\d|要求)", "身高、体重和岗位没有关系的不要限制", FAIR, stops=False),
    _rule(
        r"形象(?:气质)?(?:好|佳|良好)|气质佳|五官端正|相貌(?:端正|好)|颜值", "相貌和岗位没有关系的不要写", FAIR, stops=False
    ),
    _rule(r"(?:限|仅限|只要|须为|需)?本[地市区省](?:户籍|户口|人)(?:优先)?", "户籍和岗位没有关系的不要限制",
          "就业促进法第三十一条", stops=False),
    _rule(r"体检费(?:用)?自理|自费体检", "要不要自己出体检费，请和单位说清楚", NO_CHARGE, stops=False),
)  # fmt: skip
_BETWEEN = re.compile(r"[\s、，,。.．·•*_/\\|“”\"'‘’（）()【】\[\]:：;；!！]+")


def compact(text):
    """`text` as it is compared: full and half width made one, what is put between characters to hide a word taken out."""
    return _BETWEEN.sub("", normalise(text))


def check_text(text, *, women_reason="", field=""):
    """Findings in one text, in the order of the rules. `women_reason` is why only women are wanted: then that is a hint."""
    found, plain = [], compact(text)
    for rule in RULES:
        for words in dict.fromkeys(hit.group() for hit in rule.pattern.finditer(plain)):
            stops = rule.stops and not (rule.women and women_reason.strip())
            found.append(Finding(words, stops, rule.why, rule.law, field))
    return found


def check_texts(texts, *, women_reason=""):
    """Findings in `{label: text}`, those that stop first."""
    found = [one for label, text in texts.items() for one in check_text(text, women_reason=women_reason, field=label)]
    return sorted(found, key=lambda one: not one.stops)
