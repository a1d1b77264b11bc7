"""Duties that the law lays on the office in cases of violence and child harm, each named once with its article.

Sources: 《反家庭暴力法》, 《未成年人保护法》, 《最高人民法院关于办理人身安全保护令案件适用法律若干问题的规定》（法释〔2022〕17号).
"""

import re
from typing import NamedTuple

from safety.enums import Capacity


class Duty(NamedTuple):
    """What must be done, and where it is written."""

    words: str
    source: str

    def __str__(self):
        return f"{self.words}（{self.source}）"


HELP = Duty("接到投诉、反映、求助后，应当给予帮助、处理。", "反家庭暴力法第十三条")
REPORT_LIMITED = Duty(
    "她没有或者只有部分民事行为能力，或者不能自己报案，应当及时向公安机关报案。", "反家庭暴力法第十四条"
)
REPORT_MINOR = Duty(
    "未成年人受到侵害、疑似受到侵害或者面临其他危险，应当立即向公安、民政、教育等部门报告。", "未成年人保护法第十一条"
)
KEEP_REPORTER = Duty("报案人的信息予以保密。", "反家庭暴力法第十四条")
LETTER_VISITS = Duty(
    "收到告诫书以后，和派出所一起分别查访加害人、受害人，监督不再实施家庭暴力。", "反家庭暴力法第十七条"
)
ORDER_APPLY = Duty(
    "她不能自己申请的，近亲属、公安机关、妇联、居委会、救助机构可以代为申请。", "反家庭暴力法第二十三条"
)
ORDER_DECIDED = Duty("法院七十二小时内作出，情况紧急的二十四小时内作出。", "反家庭暴力法第二十八条")
ORDER_TERM = Duty("保护令最长六个月，期满以前可以申请延长。", "反家庭暴力法第三十条")
ORDER_HELP = Duty("保护令由法院执行，公安机关、居委会协助执行。", "反家庭暴力法第三十二条")
ORDER_BREACH = Duty(
    "违反保护令的，马上报警、告诉法院：可以训诫、罚款、拘留，构成犯罪的追究刑事责任。", "反家庭暴力法第三十四条"
)
EVIDENCE = Duty("妇联收到投诉、反映、求助的记录，是法院认定家庭暴力的证据。", "法释〔2022〕17号第六条第八项")
MINOR_ACCESS = Duty(
    "看未成年人的资料，由负责人或者她授权的主办人逐个批准，只给办这件事必须看的人，每次打开都留记录。",
    "未成年人网络保护条例第三十六条",
)
CIVIL_MATTERS = Duty(
    "有家庭暴力的不调解；抚养、财产等民事事项，只能按她的书面意愿、经妇联负责人同意，不见面办，不违反有效的保护令。",
    "人民调解法第三条、第二十五条；反家庭暴力法",
)

_WAIVER = re.compile(
    r"(?:放弃|不再|不得|不许|永不|不)\s*(?:报警|报案|起诉|上诉|控告|举报|追究|申请(?:人身安全)?保护令)|出具\s*谅解|谅解书|予以谅解"
)


def duty_to_report(capacity):
    """The Duty to report that follows from the victim's `capacity` (Capacity), None where she decides herself."""
    if capacity == Capacity.MINOR:
        return REPORT_MINOR
    return REPORT_LIMITED if capacity in (Capacity.LIMITED, Capacity.CANNOT) else None


def waiver_in(text):
    """The words of `text` by which somebody would give up the police or the court, '' when there are none.

    No agreement may hold such words (人民调解法 art. 3; 反家庭暴力法).
    """
    found = _WAIVER.search(text or "")
    return found.group() if found else ""
