"""What a meeting says in words: the full record (会议记录) and the text of the minutes (会议纪要, in the manner of GB/T 9704)."""

from django.utils import timezone

from council.enums import Slip
from fedhub.core.text import chinese_date

NUMERALS = "零一二三四五六七八九十"


def numeral(number):
    """1 to 99 in Chinese: 12 → 十二."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{NUMERALS[tens]}十"
    return head + (NUMERALS[ones] if ones or not tens else "")


def moment(at):
    """2024年6月20日 14:30."""
    local = timezone.localtime(at)
    return f"{chinese_date(local.date())} {local:%H:%M}"


class Roll:
    """Who came, who had leave, who stayed away, and the guests, as names."""

    def __init__(self, meeting):
        rows = list(meeting.attendances.select_related("member", "meeting").order_by("pk"))
        self.rows, self.meeting = rows, meeting
        self.present = [row for row in rows if row.came_at]
        self.leave = [row for row in rows if not row.came_at and row.slip in (Slip.LEAVE, Slip.OPINION)]
        self.absent = [row for row in rows if not row.came_at and row.slip not in (Slip.LEAVE, Slip.OPINION)]
        self.here = [row for row in rows if row.is_here]
        self.guests = [str(guest) for guest in meeting.guests.all() if guest.came or meeting.is_ahead]

    @staticmethod
    def names(rows):
        """Names in one line, 无 when there are none."""
        return "、".join(row.member.name for row in rows) or "无"


def vote_line(motion):
    """The result of a vote in one sentence."""
    if motion.is_open:
        return f"表决中：{motion.text}"
    counted = (
        f"应到 {motion.expected} 人，到会 {motion.attending} 人，可投票 {motion.present} 人："
        if motion.item_id
        else (f"在线表决，成员 {motion.expected} 人：")
    )
    counted += (
        f"同意 {motion.agree} 票，反对 {motion.against} 票，弃权 {motion.abstain} 票，未投 {motion.not_voted} 人"
    )
    end = "只征求意见，不作决定" if motion.straw else "通过" if motion.passed else "未通过"
    if not motion.straw and not motion.quorate:
        end = "未达到到会人数，未通过"
    return f"{motion.text}（{motion.get_ballots_display()}）。{counted}，{end}。"


def action_line(action):
    """One thing to do: what, who, by when."""
    who = "、".join(filter(None, [action.unit, action.owner.name]))
    return f"{action.content}（责任：{who}；完成时限：{chinese_date(action.due_on)}）"


def items_heard(meeting):
    """Items of the agenda that were not left out, with what hangs on them."""
    rows = meeting.items.filter(left_out_by=None).select_related("topic", "action")
    return rows.prefetch_related("speeches__member", "speeches__guest", "motions", "resolutions__actions__owner")


def body_of(meeting):
    """The text of the minutes from the record."""
    roll = Roll(meeting)
    topics = list(items_heard(meeting))
    subjects = "、".join(f"“{item.title}”" for item in topics if item.topic_id and item.heard_at)
    chair = meeting.chair.name if meeting.chair else "召集人"
    lines = [
        f"{moment(meeting.starts_at)}，{meeting.council.name}在{meeting.place}召开第{meeting.ordinal}次会议，"
        f"{chair}主持。应到 {meeting.expected} 人，实到 {len(roll.present)} 人。"
        + (f"会议审议了{subjects}。" if subjects else ""),
        "",
        "会议议定：",
    ]
    number = 0
    for item in topics:
        for resolution in item.resolutions.all():
            number += 1
            lines.append(
                f"{numeral(number)}、关于{item.title}。{resolution.get_decision_display()}。{resolution.text}"
            )
            if resolution.body:
                lines.append(f"　　提交：{resolution.get_body_display()}。")
            lines += [
                f"　　{place}. {action_line(one)}" for place, one in enumerate(resolution.actions.all(), start=1)
            ]
    if not number:
        lines.append("本次会议没有议定事项。")
    waiting = [item.title for item in topics if item.topic_id and not item.resolutions.all()]
    if waiting:
        lines += ["", f"下次会议继续审议：{'、'.join(waiting)}。"]
    lines += ["", f"出席：{roll.names(roll.present)}", f"请假：{roll.names(roll.leave)}"]
    if roll.absent:
        lines.append(f"缺席：{roll.names(roll.absent)}")
    lines.append(f"列席：{'、'.join(roll.guests) or '无'}")
    lines.append(f"记录：{meeting.recorder.name if meeting.recorder else ''}")
    return "\n".join(lines)
