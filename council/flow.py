"""Steps of a topic, a meeting, an action and minutes; only a flow writes a status."""

from django.utils import timezone

from council.enums import ActionStatus as A
from council.enums import MeetingStatus as M
from council.enums import MinutesStatus
from council.enums import Status as S
from fedhub.core.flow import Flow, Step

SCREEN, KEEP, WORK = "council.screen_topic", "council.change_meeting", "council.do_action"
RATED = (S.TOLD, S.PUBLISHED, S.CLOSED)


class DatedFlow(Flow):
    """A Flow whose rows say since when they stand where they stand (`step_on`): boards and lists ask for no history."""

    def walk(self, instance, name, **changes):
        return super().walk(instance, name, step_on=timezone.localdate(), **changes)


topic_flow = DatedFlow(
    Step("accept", "立项", (S.COLLECTED,), S.ACCEPTED, SCREEN),
    Step("merge", "合并", (S.COLLECTED, S.ACCEPTED), S.MERGED, SCREEN),
    Step("back_collected", "拆回", (S.MERGED,), S.COLLECTED, SCREEN),
    Step("back_accepted", "拆回", (S.MERGED,), S.ACCEPTED, SCREEN),
    Step("decline", "不列入", (S.COLLECTED, S.ACCEPTED), S.DECLINED, SCREEN),
    Step("pass_on", "转其他单位", (S.COLLECTED, S.ACCEPTED, S.DISCUSSED), S.PASSED, SCREEN),
    Step("schedule", "排期", (S.ACCEPTED, S.DISCUSSED), S.SCHEDULED, KEEP),
    Step("leave_out", "本次不议", (S.SCHEDULED,), S.ACCEPTED, KEEP),
    Step("discuss", "审议", (S.SCHEDULED,), S.DISCUSSED, KEEP),
    Step("postpone", "暂缓", (S.DISCUSSED,), S.ACCEPTED, KEEP),
    Step("refuse", "议定不办", (S.DISCUSSED,), S.REFUSED, KEEP),
    Step("decide", "交办", (S.DISCUSSED,), S.DECIDED, KEEP),
    Step("start", "开始办理", (S.DECIDED,), S.IN_WORK, WORK),
    Step("finish", "办结", (S.DECIDED, S.IN_WORK), S.DONE, KEEP),
    Step("send_back", "退回办理", (S.DONE,), S.IN_WORK, KEEP),
    Step("check", "验收", (S.DONE,), S.CHECKED, KEEP),
    Step("answered", "登记回复", (S.PASSED,), S.CHECKED, SCREEN),
    Step("tell", "反馈", (S.CHECKED, S.REFUSED), S.TOLD, SCREEN),
    Step("publish", "公示", (S.TOLD,), S.PUBLISHED, SCREEN),
    Step("close", "归档", (S.TOLD, S.PUBLISHED), S.CLOSED, SCREEN),
    Step("reopen", "重新提交议事", RATED, S.ACCEPTED, SCREEN),
)

meeting_flow = Flow(
    Step("notify", "发通知", (M.PLANNED, M.NOTIFIED), M.NOTIFIED, KEEP),
    Step("open", "开会", (M.PLANNED, M.NOTIFIED), M.OPEN, KEEP),
    Step("end", "结束会议", (M.OPEN,), M.HELD, KEEP),
    Step("cancel", "取消会议", (M.PLANNED, M.NOTIFIED), M.CANCELLED, KEEP),
)

action_flow = Flow(
    Step("work", "登记进展", (A.WAITING, A.IN_WORK), A.IN_WORK, WORK),
    Step("hand_in", "办完交验", (A.WAITING, A.IN_WORK), A.TO_CHECK, WORK),
    Step("accept", "验收", (A.TO_CHECK,), A.DONE, KEEP),
    Step("reject", "退回", (A.TO_CHECK,), A.IN_WORK, KEEP),
    Step("hand_over", "转交", (A.WAITING, A.IN_WORK), A.HANDED_OVER, KEEP),
    Step("stop", "终止", (A.WAITING, A.IN_WORK), A.STOPPED, KEEP),
)

minutes_flow = Flow(
    Step("finalise", "定稿", (MinutesStatus.DRAFT,), MinutesStatus.FINAL, "council.approve_minutes"),
)
