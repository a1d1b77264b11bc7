"""Steps of groups and of places in them; only a flow writes a state."""

from fedhub.core.flow import Flow, Step
from groups.activity_enums import AHEAD, ActivityState, EntryState
from groups.backbone_enums import PENDING, STANDING, SuccessorState, TaskState
from groups.enums import GroupState, MemberState, ServiceState, VolunteerState
from groups.need_enums import HELPED, RUNNING_OFFER, WANTING, NeedState, OfferState

CHANGE, PLACE = "groups.change_group", "groups.change_member"
RUNNING = (GroupState.ACTIVE, GroupState.RESTING)

group_flow = Flow(
    Step("rest", "暂停活动", (GroupState.ACTIVE,), GroupState.RESTING, CHANGE),
    Step("resume", "恢复活动", (GroupState.RESTING,), GroupState.ACTIVE, CHANGE),
    Step("end", "解散", RUNNING, GroupState.ENDED, CHANGE),
    Step("revive", "重新成立", (GroupState.ENDED,), GroupState.ACTIVE, CHANGE),
    field="state",
)

member_flow = Flow(
    Step("accept", "同意加入", (MemberState.ASKED,), MemberState.ACTIVE, PLACE),
    Step("refuse", "不同意", (MemberState.ASKED,), MemberState.REFUSED, PLACE),
    Step("withdraw", "撤回申请", (MemberState.ASKED,), MemberState.WITHDRAWN, PLACE),
    Step("leave", "退出", (MemberState.ACTIVE,), MemberState.LEFT, PLACE),
    field="state",
)

KEEP, CONFIRM = "groups.change_volunteer", "groups.confirm_service"
SERVING = (VolunteerState.ACTIVE, VolunteerState.PAUSED)

volunteer_flow = Flow(
    Step("accept", "审核通过", (VolunteerState.PENDING,), VolunteerState.ACTIVE, KEEP),
    Step("refuse", "不通过", (VolunteerState.PENDING,), VolunteerState.REFUSED, KEEP),
    Step("pause", "暂停", (VolunteerState.ACTIVE,), VolunteerState.PAUSED, KEEP),
    Step("resume", "恢复", (VolunteerState.PAUSED,), VolunteerState.ACTIVE, KEEP),
    Step("leave", "退出", SERVING, VolunteerState.LEFT, KEEP),
    field="state",
)

LIVE = (ServiceState.OPEN, ServiceState.RECORDED, ServiceState.CONFIRMED, ServiceState.COUNTED)

service_flow = Flow(
    Step("sign_out", "签退", (ServiceState.OPEN,), ServiceState.RECORDED, "groups.add_service"),
    Step("confirm", "确认", (ServiceState.RECORDED,), ServiceState.CONFIRMED, CONFIRM),
    Step("count", "计入", (ServiceState.CONFIRMED,), ServiceState.COUNTED, CONFIRM),
    Step("void", "作废", LIVE, ServiceState.VOID, CONFIRM),
    field="state",
)

KEEP_ACTIVITY, ATTEND = "groups.change_activity", "groups.attend_activity"

activity_flow = Flow(
    Step("open", "开放报名", (ActivityState.PLANNED,), ActivityState.OPEN, KEEP_ACTIVITY),
    Step("hold", "登记已举办", (ActivityState.OPEN,), ActivityState.HELD, KEEP_ACTIVITY),
    Step("sum_up", "写总结", (ActivityState.HELD, ActivityState.SUMMED), ActivityState.SUMMED, KEEP_ACTIVITY),
    Step("cancel", "取消活动", AHEAD, ActivityState.CANCELLED, KEEP_ACTIVITY),
    field="state",
)

entry_flow = Flow(
    Step("tick", "到了", (EntryState.IN, EntryState.WAITING, EntryState.CANCELLED), EntryState.CAME, ATTEND),
    Step("untick", "没到", (EntryState.CAME,), EntryState.IN, ATTEND),
    Step("cancel", "不来了", (EntryState.IN, EntryState.WAITING), EntryState.CANCELLED, ATTEND),
    Step("back", "重新报名", (EntryState.CANCELLED,), EntryState.IN, ATTEND),
    Step("wait", "重新排候补", (EntryState.CANCELLED,), EntryState.WAITING, ATTEND),
    Step("admit", "给名额", (EntryState.WAITING,), EntryState.IN, ATTEND),
    field="state",
)

GIVE, NAME = "groups.add_backbonetask", "groups.change_successor"

backbonetask_flow = Flow(
    Step("say", "说已办好", (TaskState.OPEN,), TaskState.SAID, GIVE),
    Step("decline", "不接", (TaskState.OPEN,), TaskState.DECLINED, GIVE),
    Step("again", "再请她办", (TaskState.SAID, TaskState.DECLINED), TaskState.OPEN, GIVE),
    Step("done", "登记办好", (TaskState.OPEN, TaskState.SAID), TaskState.DONE, GIVE),
    Step("cancel", "取消", PENDING, TaskState.CANCELLED, GIVE),
    field="state",
)

successor_flow = Flow(
    Step("agree", "列入后备", (SuccessorState.PROPOSED,), SuccessorState.AGREED, NAME),
    Step("refuse", "不同意", (SuccessorState.PROPOSED,), SuccessorState.REFUSED, NAME),
    Step("take", "登记接任", (SuccessorState.AGREED,), SuccessorState.TAKEN, NAME),
    Step("drop", "不再作后备", STANDING, SuccessorState.DROPPED, NAME),
    field="state",
)

KEEP_NEED = "groups.change_serviceneed"
STILL = (NeedState.OPEN, NeedState.OFFERED)

need_flow = Flow(
    Step("offer", "问志愿者", STILL, NeedState.OFFERED, KEEP_NEED),
    Step("agree", "说定", (NeedState.OPEN, NeedState.OFFERED), NeedState.AGREED, KEEP_NEED),
    Step("serve", "开始服务", (NeedState.AGREED,), NeedState.SERVING, KEEP_NEED),
    Step("look_again", "重新找人", (NeedState.OFFERED, *HELPED), NeedState.OPEN, KEEP_NEED),
    Step("finish", "完成", HELPED, NeedState.DONE, KEEP_NEED),
    Step("withdraw", "撤回", WANTING, NeedState.WITHDRAWN, KEEP_NEED),
    Step("expire", "过期", STILL, NeedState.EXPIRED, KEEP_NEED),
    Step("renew", "延长", (NeedState.EXPIRED,), NeedState.OPEN, KEEP_NEED),
    field="state",
)

offer_flow = Flow(
    Step("accept", "愿意去", (OfferState.ASKED,), OfferState.ACCEPTED, KEEP_NEED),
    Step("decline", "这次不去", (OfferState.ASKED,), OfferState.DECLINED, KEEP_NEED),
    Step("agree", "家庭同意", (OfferState.ACCEPTED,), OfferState.AGREED, KEEP_NEED),
    Step("refuse", "家庭不同意", (OfferState.ACCEPTED,), OfferState.REFUSED, KEEP_NEED),
    Step("take_back", "收回", (OfferState.ACCEPTED, OfferState.AGREED), OfferState.TAKEN_BACK, KEEP_NEED),
    Step("lapse", "取消", RUNNING_OFFER, OfferState.LAPSED, KEEP_NEED),
    Step("done", "完成", (OfferState.AGREED,), OfferState.DONE, KEEP_NEED),
    field="state",
)
