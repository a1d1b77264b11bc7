"""闭环单: one concern on one sheet, on paper and for Word, from the same values."""

from django.conf import settings
from django.utils import timezone

from concerns.chain import way_of
from concerns.enums import ReplyKind, Told
from fedhub.core.papers import Paper, papers
from fedhub.core.text import chinese_date
from fedhub.reference.lookup import label
from households.models import Phone, Resident

BELOW = "见下面“答复和评价”"

closing_paper = papers.register(
    Paper(
        key="closing",
        label="诉求闭环单",
        shipped=settings.BASE_DIR / "templates" / "papers" / "closing.docx",
        words={
            "单位": "梧桐社区妇联", "编号": "SQ2026-0001", "提出日期": "2026年1月5日", "来源": "走访", "方面": "生活服务",
            "提出人": "王桂兰", "联系电话": "138****0417", "网格": "第一网格", "地点": "3 幢 2 单元", "诉求": "楼道灯不亮",
            "具体情况": "二楼的灯坏了一个星期，老人晚上看不见。", "承办人": "刘建芳", "办结期限": "2026年1月26日",
            "结果": "已解决", "办结日期": "2026年1月12日", "答复内容": "物业已换灯泡，晚上试过亮了。", "告知方式": "电话",
            "告知时间": "2026年1月9日", "谁听到的": "本人", "凭证": "通话 2 分钟", "评价": "5 分", "她的话": "修得快，谢谢。",
        },
        lists={"办理经过": {"日期": "2026-01-06", "环节": "转办：物业公司", "经手人": "刘建芳", "内容": "请换灯泡。"}},
        order=10,
    )
)  # fmt: skip


def closing_values(concern, user):
    """`{word: text}` of the closing sheet of `concern`, and the list 办理经过, as far as `user` may read it."""
    reply = concern.replies.filter(kind=ReplyKind.FINAL).order_by("-pk").first() if concern.answered_at else None
    rating = concern.ratings.filter(reply=reply).first() if reply else None
    told = reply.told if reply else ""
    return {
        "单位": user.home_office() or "社区妇联",
        "编号": concern.number,
        "提出日期": chinese_date(concern.raised_on),
        "来源": concern.get_origin_display(),
        "方面": label("survey_topic", concern.topic),
        "提出人": asker_of(concern),
        "联系电话": _phone(concern, user),
        "网格": concern.area.name,
        "地点": concern.place,
        "诉求": concern.title,
        "具体情况": concern.detail,
        "承办人": concern.assigned_to.name if concern.assigned_to else "",
        "办结期限": chinese_date(concern.due_on),
        "结果": concern.get_outcome_display() or f"还没有答复（{concern.get_status_display()}）",
        "办结日期": _day_of(concern.closed_at),
        "答复内容": concern.answer,
        "告知方式": "还没有告诉本人" if told == Told.NOT_YET else concern.get_told_display(),
        "告知时间": _day_of(reply.told_at) if reply else "",
        "谁听到的": reply.get_heard_display() if reply and reply.heard else "",
        "凭证": reply.proof if reply else "",
        "评价": f"{rating.score} 分" if rating else "",
        "她的话": rating.words if rating else "",
        "办理经过": steps_of(concern, user, below={reply and f"reply:{reply.pk}", rating and f"rating:{rating.pk}"}),
    }


def asker_of(concern):
    """Who asked, in words: her name, whoever spoke for her, or that no name was left."""
    if concern.anonymous:
        return "不留姓名"
    name = concern.resident.name if concern.resident else ""
    proxy = f"（{concern.on_behalf}代为提出）" if concern.on_behalf else ""
    return f"{name}{proxy}"


def _phone(concern, user):
    """Her first number in use, masked; only for whoever may open her page."""
    if concern.resident is None or not Resident.objects.visible_to(user).filter(pk=concern.resident_id).exists():
        return ""
    phone = Phone.objects.filter(resident=concern.resident_id, usable=True).order_by("pk").first()
    return str(phone) if phone else ""


def _day_of(moment):
    return chinese_date(timezone.localtime(moment).date()) if moment else ""


def steps_of(concern, user, below=()):
    """Rows of 办理经过; what stands below on the sheet anyway (keys in `below`) is only named."""
    rows = []
    for event in way_of(concern, user):
        if event.key == "raised":
            continue
        told = BELOW if event.key in below else content_of(event)
        title = f"{event.title}（主件 {event.place}）" if event.place else event.title
        rows.append({"日期": event.day.isoformat(), "环节": title, "经手人": event.who, "内容": told})
    return rows


def content_of(event):
    """The text and the facts of an Event in one paragraph; a text of several lines keeps them."""
    facts = "；".join(f"{name}：{text}" for name, text in event.told)
    return ("\n" if "\n" in event.text else "　").join(part for part in (event.text, facts) if part)
