"""The council's papers: the words their templates may use, and their values from the record."""

from types import SimpleNamespace

from django.conf import settings
from django.utils import timezone

from council.enums import MotionStatus, Status
from council.layout import LAYOUTS
from council.queries import steps_of_life
from council.record import Roll, action_line, items_heard, moment, numeral, vote_line
from fedhub.core.papers import Paper, papers
from fedhub.core.text import chinese_date

_MEETING = {"会议": "清和社区妇女议事会第5次会议", "时间": "2024年6月20日 14:30", "地点": "社区妇女之家"}
_PEOPLE = {"主持人": "周敏", "记录人": "马青"}
_NEW = {
    "topic": (
        "议题表",
        {"单位": "清和社区妇联", "编号": "YT-2024-001", "提出日期": "2024年5月6日", "类别": "停车管理", "缓急": "一般",
         "来源": "走访收集",
         "提议人": "王桂兰", "地点": "精诚公寓", "涉及人数": "63", "附议人数": "20", "状态": "办理中", "议题": "精诚公寓停车管理",
         "具体情况": "车停在消防通道上。", "筛选结果": "已立项", "筛选日期": "2024年5月8日", "筛选人": "马青",
         "答复日期": "2024年5月9日",
         "筛选理由": ""},
        {"经过": {"日期": "2024-05-06", "环节": "待筛选", "经手人": "马青", "天数": "2"}},
    ),
    "notice": (
        "议事会会议通知",
        {"单位": "清和社区妇女议事会", "会议": _MEETING["会议"], "编号": "妇议通〔2024〕5号", "日期": "2024年6月14日"},
        {"正文": {"文": "定于6月20日召开会议。"}, "议程": {"序号": "1", "内容": "精诚公寓停车管理", "分钟": "20"},
         "材料": {"序号": "1", "材料": "隐患照片"}},
    ),
    "agenda": (
        "议事会会议议程", _MEETING | _PEOPLE,
        {"议程": {"序号": "1", "内容": "精诚公寓停车管理", "说明": "附议 20 人", "分钟": "20"},
         "列席": {"单位": "物业公司", "姓名": "李工"}},
    ),
    "signin": (
        "议事会签到表", _MEETING | {"应到": "21", "到会人数": "三分之二以上（14 人）"},
        {"名单": {"序号": "1", "姓名": "何晓燕", "身份": "执委", "单位": "第二网格", "签名": "", "时间": ""},
         "列席": {"单位": "物业公司", "姓名": "李工", "签名": ""}},
    ),
    "ballot": (
        "议事会表决票", {"会议": _MEETING["会议"], "日期": "2024年6月20日", "说明": "本票无记名。"},
        {"事项": {"序号": "1", "事项": "是否划线分区停车", "同意": "", "反对": "", "弃权": ""}},
    ),
    "record": (
        "议事会会议记录",
        _MEETING | _PEOPLE | {"应到": "21", "实到": "17", "开始": "14:30", "结束": "16:00", "出席": "何晓燕、李红梅",
                              "请假": "吴静", "缺席": "无", "列席": "物业公司李工", "委托": "无"},
        {"审议": {"议程": "停车管理", "情况": "划线分区。"}, "发言": {"议程": "停车管理", "发言人": "李红梅",
                                                                        "内容": "先清楼道。"},
         "表决": {"议程": "停车管理", "结果": "同意 15 票"}, "议定": {"议程": "停车管理", "内容": "通过。"}},
    ),
    "minutes": (
        "妇女议事会会议纪要",
        {"单位": "清和社区妇女议事会", "标题": "清和社区妇女议事会第五次会议纪要", "编号": "〔2024〕5号", "日期": "2024年6月21日",
         "发": "街道妇联、各成员", "签发": "签发：周敏"},
        {"正文": {"文": "会议议定："}, "补充": {"日期": "2024年6月25日", "内容": "46 个应为 48 个。", "签名": "周敏"}},
    ),
    "result": (
        "议事结果公示",
        {"单位": "清和社区妇联", "议题": "精诚公寓停车管理", "编号": "妇议公〔2024〕1号", "日期": "2024年7月1日"},
        {"正文": {"文": "现将结果公示如下。"}},
    ),
}  # fmt: skip
PAPERS = {
    key: papers.register(
        Paper(
            key=f"council_{key}", label=label, shipped=settings.BASE_DIR / "templates" / "papers" / f"council_{key}.docx",
            words=words, lists=lists, order=50 + place,
        )
    )
    for place, (key, (label, words, lists)) in enumerate(_NEW.items())
}  # fmt: skip


def parts_of(key, values):
    """The parts of a paper with its values, for the page that is printed: namespaces kind, text, place, rows, columns."""
    found = []
    for kind, *facts in LAYOUTS[key].parts:
        if kind == "line":
            found.append(SimpleNamespace(kind=kind, text=facts[0].format(**values), place=facts[1]))
        elif kind == "facts":
            rows = [[(word, values[word]) for word in pair] for pair in facts[0]]
            found.append(SimpleNamespace(kind=kind, rows=rows))
        elif kind == "text":
            found.append(SimpleNamespace(kind=kind, word=facts[0], text=values[facts[0]]))
        elif kind == "body":
            found.append(SimpleNamespace(kind=kind, rows=[row["文"] for row in values[facts[0]]]))
        elif values[facts[1]]:
            columns = list(facts[2])
            rows = [[row[column] for column in columns] for row in values[facts[1]]]
            tall = LAYOUTS[key].tall.get(facts[1], 0)
            found.append(SimpleNamespace(kind=kind, title=facts[0], columns=columns, rows=rows, tall=tall))
    return found


def title_of(key, values):
    """The heading of a paper."""
    return LAYOUTS[key].title.format(**values)


def _day(day):
    return chinese_date(day) if day else ""


def _numbered(texts, word):
    return [{"序号": str(place), word: text} for place, text in enumerate(texts, start=1)]


def _paragraphs(text):
    return [{"文": line.strip()} for line in text.split("\n") if line.strip()]


def _screening(topic):
    """What became of it when it was screened, whatever came later."""
    if not topic.screened_on:
        return "还没有筛选"
    left_at_once = {Status.DECLINED, Status.MERGED} | (set() if topic.resolutions.exists() else {Status.PASSED})
    return Status(topic.status if topic.status in left_at_once else Status.ACCEPTED).label


# --- values -------------------------------------------------------------------------------------------------------
def topic_values(topic, office):
    """Values of the 议题表."""
    proposer = topic.proposer.name if topic.proposer else topic.proposer_name or "未登记"
    return {
        "单位": office, "编号": topic.number, "提出日期": _day(topic.raised_on), "类别": topic.get_category_display(),
        "缓急": topic.get_urgency_display(), "来源": topic.get_source_display(), "提议人": proposer, "地点": topic.place,
        "涉及人数": topic.affected or "", "附议人数": topic.supporters, "状态": topic.get_status_display(), "议题": topic.title,
        "具体情况": topic.detail, "筛选结果": _screening(topic),
        "筛选日期": _day(topic.screened_on), "筛选人": topic.screened_by.name if topic.screened_by else "",
        "答复日期": _day(topic.replied_on), "筛选理由": topic.reason,
        "经过": [
            {"日期": f"{timezone.localdate(one['at']):%Y-%m-%d}", "环节": one["label"], "经手人": one["who"],
             "天数": f"{one['days']} 天"}
            for one in steps_of_life(topic)
        ],
    }  # fmt: skip


def _items(meeting):
    return list(meeting.items.filter(left_out_by=None).select_related("topic"))


def notice_values(meeting, office):
    """Values of the notice of a meeting."""
    guests = "、".join(str(guest) for guest in meeting.guests.all())
    chair = f"，由{meeting.chair.name}主持" if meeting.chair else ""
    lines = [f"定于{moment(meeting.starts_at)}在{meeting.place}召开{meeting.title}{chair}。请准时出席。"]
    if guests:
        lines.append(f"请{guests}列席。")
    lines.append("不能出席的，请在会前回执，可以附书面意见。")
    return {
        "单位": meeting.council.name, "会议": meeting.title, "编号": meeting.notice_number or "（还没有发通知）",
        "日期": _day(meeting.notified_on or timezone.localdate()), "正文": [{"文": line} for line in lines],
        "议程": [
            {"序号": str(place), "内容": item.title, "分钟": f"{item.minutes} 分钟"}
            for place, item in enumerate(_items(meeting), start=1)
        ],
        "材料": _numbered([line for line in meeting.materials.splitlines() if line.strip()], "材料"),
    }  # fmt: skip


def _head(meeting):
    return {"会议": meeting.title, "时间": moment(meeting.starts_at), "地点": meeting.place}


def _people(meeting):
    return {
        "主持人": meeting.chair.name if meeting.chair else "",
        "记录人": meeting.recorder.name if meeting.recorder else "",
    }


def agenda_values(meeting, office):
    """Values of the agenda."""
    return _head(meeting) | _people(meeting) | {
        "议程": [
            {"序号": str(place), "内容": item.title, "分钟": f"{item.minutes} 分钟",
             "说明": f"{item.topic.number}，附议 {item.topic.supporters} 人" if item.topic else item.get_kind_display()}
            for place, item in enumerate(_items(meeting), start=1)
        ],
        "列席": [{"单位": guest.unit, "姓名": guest.name} for guest in meeting.guests.all()],
    }  # fmt: skip


def signin_values(meeting, office):
    """Values of the sign-in sheet; who signed in on the phone has her time on it."""
    from_rules = meeting.get_quorum_display() or meeting.council.get_quorum_display()
    rows = meeting.attendances.select_related("member").order_by("pk")
    return _head(meeting) | {
        "应到": f"{len(rows)} 人", "到会人数": from_rules,
        "名单": [
            {"序号": str(place), "姓名": row.member.name,
             "身份": f"{row.member.get_seat_display()} {row.member.get_kind_display()}",
             "单位": row.member.note, "签名": row.get_how_display() if row.came_at else "",
             "时间": f"{timezone.localtime(row.came_at):%H:%M}" if row.came_at else ""}
            for place, row in enumerate(rows, start=1)
        ],
        "列席": [{"单位": guest.unit, "姓名": guest.name, "签名": ""} for guest in meeting.guests.all()],
    }  # fmt: skip


def ballot_values(meeting, office):
    """Values of the ballot: the open motions, or before any is put the topics of the agenda."""
    motions = [motion.text for item in items_heard(meeting) for motion in item.motions.all()
               if motion.status == MotionStatus.OPEN]  # fmt: skip
    texts = motions or [f"关于{item.title}" for item in _items(meeting) if item.topic_id]
    blank = {"同意": "", "反对": "", "弃权": ""}
    return {
        "会议": meeting.title, "日期": _day(meeting.day), "说明": "本票无记名。画好以后折起来，投进票箱。",
        "事项": [row | blank for row in _numbered(texts, "事项")],
    }  # fmt: skip


def record_values(meeting, office):
    """Values of the full record."""
    roll, items = Roll(meeting), list(items_heard(meeting))
    proxies = "、".join(
        f"{one.principal}委托{one.holder}" for one in meeting.proxies.select_related("principal", "holder")
    )

    def clock(at):
        return f"{timezone.localtime(at):%H:%M}" if at else ""

    return _head(meeting) | _people(meeting) | {
        "应到": f"{meeting.expected if meeting.expected is not None else len(roll.rows)} 人", "实到": f"{len(roll.present)} 人",
        "开始": clock(meeting.opened_at), "结束": clock(meeting.ended_at), "出席": roll.names(roll.present),
        "请假": roll.names(roll.leave), "缺席": roll.names(roll.absent), "列席": "、".join(roll.guests) or "无",
        "委托": proxies or "无",
        "审议": [{"议程": item.title, "情况": item.summary or ("" if item.heard_at else "没有议到")} for item in items],
        "发言": [
            {"议程": item.title, "发言人": str(one.member or one.guest), "内容": one.summary}
            for item in items for one in item.speeches.all()
        ],
        "表决": [{"议程": item.title, "结果": vote_line(one)} for item in items for one in item.motions.all()],
        "议定": [
            {"议程": item.title, "内容": "\n".join([
                f"{one.get_decision_display()}。{one.text}", *map(action_line, one.actions.all())
            ] + ([f"未达条件，主席写明理由：{one.override}"] if one.override else []))}
            for item in items for one in item.resolutions.all()
        ],
    }  # fmt: skip


def minutes_values(minutes, office):
    """Values of the minutes."""
    meeting = minutes.meeting
    return {
        "单位": meeting.council.name, "标题": f"{meeting.council.name}第{numeral(meeting.ordinal)}次会议纪要",
        "编号": minutes.number or "（草稿）", "日期": _day(minutes.final_on), "发": minutes.sent_to,
        "签发": f"签发：{minutes.approved_by.name}　校验值：{minutes.sha256[:16]}" if minutes.is_final else "草稿，没有签发",
        "正文": _paragraphs(minutes.body),
        "补充": [
            {"日期": _day(timezone.localdate(one.signed_at)), "内容": one.text, "签名": one.signed_name}
            for one in minutes.additions.all()
        ],
    }  # fmt: skip


def result_lines(topic):
    """What is told in public of a result: no word of who proposed it."""
    resolution, told = topic.resolutions.last(), []
    if resolution:
        told.append(f"议定：{resolution.get_decision_display()}。{resolution.text}")
    if topic.body:
        told.append(f"提交{topic.get_body_display()}，答复：{topic.body_answer}")
    if units := "、".join(dict.fromkeys(one.unit for one in topic.actions.all() if one.unit)):
        told.append(f"承办：{units}。")
    told.append(f"结果：{topic.result}" + ("" if topic.solved else "（没有完全解决）"))
    lines = [f"“{topic.title}”经妇女议事会审议办理，现将结果公示如下。"]
    lines += [f"{numeral(place)}、{line}" for place, line in enumerate(told, start=1)]
    if topic.public_from:
        lines.append(f"公示期：{_day(topic.public_from)}至{_day(topic.public_to)}。有不同意见的，请在公示期内向社区妇联反映，"
                     "也可以在居民端评价。")  # fmt: skip
    return lines


def result_values(topic, office):
    """Values of the public notice of a result."""
    return {
        "单位": office, "议题": topic.title, "编号": topic.notice_number, "日期": _day(topic.public_from),
        "正文": [{"文": line} for line in result_lines(topic)],
    }  # fmt: skip


VALUES = {
    "topic": topic_values, "notice": notice_values, "agenda": agenda_values, "signin": signin_values,
    "ballot": ballot_values, "record": record_values, "minutes": minutes_values, "result": result_values,
}  # fmt: skip
