"""What is done in a case. Every act goes to the sealed trail alone; the same form sent twice is one act (`key`).

Where violence is seen, nothing is mediated (handbook 7.6): the sealed compartment gets a report, and what stays here says no more
than of any matter passed to another office.
"""

from mediation.services.cases.base import (
    labelled,
    last_day,
    locked,
    to_working_day,
    touch,
    walk,
    was_sent,
    write_entry,
)
from mediation.services.cases.clock import extend_case, pause_case, resume_case
from mediation.services.cases.hands import assign_case, join_case, leave_case
from mediation.services.cases.intake import accept_case, ask_agreement, refer_case, refuse_case
from mediation.services.cases.meeting import begin_case, fail_case, mediate, tell_rights, withdraw_case
from mediation.services.cases.register import add_party, lead_to_case, register_case

__all__ = [
    "accept_case",
    "add_party",
    "ask_agreement",
    "assign_case",
    "begin_case",
    "extend_case",
    "fail_case",
    "join_case",
    "labelled",
    "last_day",
    "lead_to_case",
    "leave_case",
    "locked",
    "mediate",
    "pause_case",
    "refer_case",
    "refuse_case",
    "register_case",
    "resume_case",
    "tell_rights",
    "to_working_day",
    "touch",
    "walk",
    "was_sent",
    "withdraw_case",
    "write_entry",
]
