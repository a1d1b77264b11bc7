"""The steps of job support."""

from employment.after import FollowUpState
from employment.business import StartupState
from employment.enums import ApplicationState, EmployerState, PostState, SeekerState
from employment.event_enums import EventState, SignupState
from fedhub.core.flow import Flow, Step

S, E, P, A = SeekerState, EmployerState, PostState, ApplicationState
V, U = EventState, SignupState
CHANGE_SEEKER, CHANGE_EMPLOYER, CHANGE_POST = (
    "employment.change_seeker", "employment.change_employer", "employment.change_post",
)  # fmt: skip
CHANGE_EVENT, CHANGE_SIGNUP = "employment.change_event", "employment.change_signup"

seeker_flow = Flow(
    Step("activate", "开始求职", (S.REGISTERED, S.PAUSED), S.ACTIVE, CHANGE_SEEKER),
    Step("pause", "暂停", (S.REGISTERED, S.ACTIVE), S.PAUSED, CHANGE_SEEKER),
    Step("employ", "登记就业", (S.REGISTERED, S.ACTIVE, S.PAUSED), S.EMPLOYED, CHANGE_SEEKER),
    Step("settle", "登记稳定就业", (S.EMPLOYED,), S.STABLE, CHANGE_SEEKER),
    Step("lose", "重新求职", (S.EMPLOYED, S.STABLE), S.ACTIVE, CHANGE_SEEKER),
    Step("close", "注销", (S.REGISTERED, S.ACTIVE, S.PAUSED, S.EMPLOYED, S.STABLE), S.CLOSED, CHANGE_SEEKER),
    field="state",
)

employer_flow = Flow(
    Step("check", "核验", (E.NEW,), E.CHECKED, CHANGE_EMPLOYER),
    Step("suspend", "暂停", (E.NEW, E.CHECKED), E.SUSPENDED, CHANGE_EMPLOYER),
    Step("resume", "恢复", (E.SUSPENDED,), E.NEW, CHANGE_EMPLOYER),
    field="state",
)

post_flow = Flow(
    Step("publish", "发布", (P.DRAFT, P.HIDDEN), P.OPEN, CHANGE_POST),
    Step("refresh", "更新", (P.OPEN,), P.OPEN, CHANGE_POST),
    Step("hide", "隐藏", (P.OPEN,), P.HIDDEN, CHANGE_POST),
    Step("fill", "登记招满", (P.OPEN,), P.FILLED, CHANGE_POST),
    Step("reopen", "重新招聘", (P.FILLED,), P.HIDDEN, CHANGE_POST),
    Step("suspend", "暂停", (P.DRAFT, P.OPEN, P.HIDDEN, P.FILLED), P.SUSPENDED, CHANGE_POST),
    Step("resume", "恢复", (P.SUSPENDED,), P.HIDDEN, CHANGE_POST),
    Step("close", "关闭", (P.DRAFT, P.OPEN, P.HIDDEN, P.FILLED, P.SUSPENDED), P.CLOSED, CHANGE_POST),
    Step("unclose", "撤销关闭", (P.CLOSED,), P.HIDDEN, CHANGE_POST),
    field="state",
)

event_flow = Flow(
    Step("publish", "发布", (V.DRAFT,), V.OPEN, CHANGE_EVENT),
    Step("end", "结束", (V.OPEN,), V.ENDED, CHANGE_EVENT),
    Step("reopen", "撤销结束", (V.ENDED,), V.OPEN, CHANGE_EVENT),
    Step("cancel", "取消活动", (V.DRAFT, V.OPEN), V.CANCELLED, CHANGE_EVENT),
    field="state",
)

signup_flow = Flow(
    Step("offer", "给名额", (U.WAITING,), U.OFFERED, CHANGE_SIGNUP),
    Step("accept", "确认", (U.OFFERED,), U.IN, CHANGE_SIGNUP),
    Step("admit", "现场补进", (U.WAITING,), U.IN, CHANGE_SIGNUP),
    Step("lapse", "过时未确认", (U.OFFERED,), U.LAPSED, CHANGE_SIGNUP),
    Step("cancel", "取消报名", (U.IN, U.WAITING, U.OFFERED), U.CANCELLED, CHANGE_SIGNUP),
    Step("merge", "并入", (U.IN,), U.MERGED, CHANGE_SIGNUP),
    field="state",
)

application_flow = Flow(
    Step("interview", "登记面试", (A.RECOMMENDED, A.INTERVIEWING, A.POOL), A.INTERVIEWING, CHANGE_SEEKER),
    Step("pool", "留作备选", (A.RECOMMENDED, A.INTERVIEWING), A.POOL, CHANGE_SEEKER),
    Step("hire", "登记录用", (A.RECOMMENDED, A.INTERVIEWING, A.POOL), A.HIRED, CHANGE_SEEKER),
    Step("refuse", "登记未录用", (A.RECOMMENDED, A.INTERVIEWING, A.POOL), A.REFUSED, CHANGE_SEEKER),
    Step("elsewhere", "到别处就业", (A.RECOMMENDED, A.INTERVIEWING, A.POOL), A.ELSEWHERE, CHANGE_SEEKER),
    Step("withdraw", "本人不去了", (A.RECOMMENDED, A.INTERVIEWING, A.POOL), A.WITHDRAWN, CHANGE_SEEKER),
    field="state",
)

startup_flow = Flow(
    Step("end", "登记停办", (StartupState.RUNNING,), StartupState.ENDED, CHANGE_SEEKER),
    field="state",
)

F = FollowUpState
followup_flow = Flow(
    Step("record", "登记回访", (F.DUE,), F.DONE, CHANGE_SEEKER),
    Step("drop", "不用再问", (F.DUE,), F.DROPPED, CHANGE_SEEKER),
    field="state",
)
