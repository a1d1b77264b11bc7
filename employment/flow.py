"""The steps of job support."""

from employment.enums import SeekerState
from fedhub.core.flow import Flow, Step

S = SeekerState
CHANGE_SEEKER = "employment.change_seeker"

seeker_flow = Flow(
    Step("activate", "开始求职", (S.REGISTERED, S.PAUSED), S.ACTIVE, CHANGE_SEEKER),
    Step("pause", "暂停", (S.REGISTERED, S.ACTIVE), S.PAUSED, CHANGE_SEEKER),
    Step("employ", "登记就业", (S.REGISTERED, S.ACTIVE, S.PAUSED), S.EMPLOYED, CHANGE_SEEKER),
    Step("settle", "登记稳定就业", (S.EMPLOYED,), S.STABLE, CHANGE_SEEKER),
    Step("lose", "重新求职", (S.EMPLOYED, S.STABLE), S.ACTIVE, CHANGE_SEEKER),
    Step("close", "注销", (S.REGISTERED, S.ACTIVE, S.PAUSED, S.EMPLOYED, S.STABLE), S.CLOSED, CHANGE_SEEKER),
    field="state",
)
