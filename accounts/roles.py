"""Who may do what: the whole matrix on one page (handbook 13.3). Roles are code; people get them by RoleGrant."""

from django.db import models


class Role(models.TextChoices):
    CHAIR = "chair", "妇联主席（副主席）"
    SECRETARY = "secretary", "妇联干事"
    COMMITTEE = "committee", "执委"
    GRID_WORKER = "grid_worker", "网格员"
    DATA_OFFICER = "data_officer", "数据员"
    SAFETY_OFFICER = "safety_officer", "权益专人"
    MEDIATOR = "mediator", "调解员"
    COUNSEL = "counsel", "律师（心理顾问）"
    JOB_OFFICER = "job_officer", "就业专干"
    VOLUNTEER = "volunteer", "志愿者"
    STREET = "street", "街道妇联"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDITOR = "auditor", "审计员"


# Whoever hears of a quarrel may tell the micro-home; what becomes of it she does not see.
TELL_MEDIATION = {"mediation.add_lead"}
ANSWER_ROUNDS = TELL_MEDIATION | {
    "mediation.view_mediator",
    "mediation.view_screeninground",
    "mediation.change_gridreport",
}
MEDIATE = TELL_MEDIATION | {
    "mediation.view_mediator",
    "mediation.view_lead",
    "mediation.change_lead",
    "mediation.view_case",
    "mediation.add_case",
    "mediation.change_case",
    "mediation.print_case",
}
KEEP_MEDIATION = {
    *MEDIATE,
    *ANSWER_ROUNDS,
    "mediation.add_mediator",
    "mediation.change_mediator",
    "mediation.assign_lead",
    "mediation.assign_case",
    "mediation.print_lead",
    "mediation.add_screeninground",
}

READ_FAMILIES = {
    "areas.view_area",
    "areas.view_building",
    "reference.view_codetable",
    "reference.view_agency",
    "reference.view_venue",
    "reference.view_holiday",
    "households.view_household",
    "households.view_resident",
    "households.view_link",
    "concerns.view_concern",
    "grids.view_visit",
    "grids.view_duty",
    "grids.view_term",
    "households.view_visittask",
    "reference.view_visitrule",
}
VISIT_FAMILIES = (READ_FAMILIES | ANSWER_ROUNDS) | {
    "households.add_household",
    "households.change_household",
    "households.add_resident",
    "households.change_resident",
    "households.reveal_resident",
    "households.view_childfile",
    "households.change_childfile",
    "households.view_minoraccess",
    "households.add_minoraccess",
    "households.add_link",
    "households.change_link",
    "concerns.add_concern",
    "concerns.answer_concern",
    "concerns.view_reception",
    "concerns.add_reception",
    "grids.add_visit",
    "grids.change_visit",
    "grids.view_envelope",
    "households.add_visittask",
    "safety.add_riskreport",
    "hardship.view_hardshipfile",
    "hardship.add_hardshipfile",
    "hardship.change_hardshipfile",
    "hardship.view_evidence",
    "hardship.view_changerequest",
    "hardship.add_changerequest",
    "hardship.view_pairing",
    "hardship.add_pairing",
    "hardship.change_pairing",
    "hardship.view_helper",
    "hardship.view_ownpairing",
    "hardship.view_delivery",
    "hardship.add_delivery",
    "hardship.hand_delivery",
    "hardship.view_batch",
    "hardship.view_policy",
    "hardship.add_policywatch",
    "hardship.view_giftround",
    "hardship.view_signedsheet",
    "portal.add_entrycode",
    "portal.add_guardian",
    "employment.view_seeker",
    "employment.add_seeker",
    "employment.change_seeker",
    "employment.view_post",
    "employment.view_event",
    "employment.view_signup",
    "employment.change_signup",
    "notices.view_message",
    "notices.add_message",
    "notices.change_message",
    "surveys.view_survey",
    "surveys.assist_survey",
    "council.view_council",
    "council.view_topic",
    "council.add_topic",
    "council.view_meeting",
    "council.join_meeting",
    "council.view_action",
    "council.do_action",
    "groups.view_group",
    "groups.view_member",
    "groups.add_meeting",
    "groups.view_volunteer",
    "groups.view_service",
    "groups.add_service",
    "groups.view_serviceneed",
    "groups.add_serviceneed",
    "groups.view_activity",
    "groups.view_activityphoto",
    "groups.attend_activity",
    "groups.view_backbone",
    "groups.add_backbonetask",
}
KEEP_COUNCIL = {
    "council.add_council",
    "council.change_council",
    "council.change_topic",
    "council.screen_topic",
    "council.add_meeting",
    "council.change_meeting",
    "council.change_action",
}
KEEP_FAMILIES = VISIT_FAMILIES | {
    "areas.add_building",
    "areas.change_building",
    "households.change_visittask",
    "households.view_campaign",
    "households.add_campaign",
    "households.change_campaign",
    "households.move_household",
    "households.merge_resident",
    "households.add_childfile",
    "households.export_resident",
    "households.assign_link",
    "concerns.export_concern",
    "concerns.export_reception",
    "concerns.assign_concern",
    "concerns.close_concern",
    "concerns.route_concern",
    "concerns.change_reception",
    "grids.confirm_visitchange",
    "ledgers.view_exportrecord",
    "ledgers.watch_exportrecord",
    "hardship.add_helper",
    "hardship.change_helper",
    "hardship.change_delivery",
    "hardship.view_donor",
    "hardship.add_donor",
    "hardship.change_donor",
    "hardship.view_fund",
    "hardship.add_fund",
    "hardship.change_fund",
    "hardship.book_fund",
    "hardship.add_batch",
    "hardship.change_batch",
    "hardship.view_aidperiod",
    "hardship.add_aidperiod",
    "hardship.change_policy",
    "hardship.change_aidperiod",
    "hardship.add_giftround",
    "hardship.change_giftround",
    "notices.add_messagebatch",
    "portal.view_rightsrequest",
    "portal.add_rightsrequest",
    "portal.change_rightsrequest",
    "surveys.add_survey",
    "surveys.change_survey",
    "surveys.export_survey",
    "groups.add_activity",
    "groups.change_activity",
    "groups.export_activity",
    "groups.add_group",
    "groups.change_group",
    "groups.change_member",
    "groups.add_volunteer",
    "groups.change_volunteer",
    "groups.change_serviceneed",
    "groups.confirm_service",
    "groups.certify_service",
    "groups.view_certificate",
    "groups.add_backbone",
    "groups.change_backbone",
    "groups.export_backbone",
}
# How backbone women are found in a year, and who may follow in a post.
JUDGE_BACKBONE = {
    "groups.view_evaluation",
    "groups.add_evaluation",
    "groups.view_successor",
    "groups.change_successor",
}
# Job support in the hands of whoever keeps it.
KEEP_JOBS = {
    "employment.view_seeker",
    "employment.add_seeker",
    "employment.change_seeker",
    "employment.view_post",
    "employment.add_post",
    "employment.change_post",
    "employment.add_employer",
    "employment.change_employer",
    "employment.view_event",
    "employment.add_event",
    "employment.change_event",
    "employment.view_signup",
    "employment.change_signup",
    "employment.export_signup",
    "employment.export_full_signup",
    "employment.view_coursecertificate",
    "employment.add_coursecertificate",
}
KEEP_OFFICE = {
    "areas.add_area",
    "areas.change_area",
    "areas.import_area",
    "reference.change_codetable",
    "reference.add_agency",
    "reference.change_agency",
    "reference.add_venue",
    "reference.change_venue",
    "reference.change_holiday",
    "reference.change_visitrule",
}
WATCH_EXPORTS = {"ledgers.view_exportrecord", "ledgers.watch_exportrecord"}
KEEP_LEDGERS = {
    "ledgers.view_importbatch",
    "ledgers.add_importbatch",
    "ledgers.view_exportrecord",
    "ledgers.watch_exportrecord",
    "households.export_resident",
    "households.export_full_resident",
    "hardship.export_hardshipfile",
    "hardship.export_full_hardshipfile",
    "hardship.export_delivery",
    "hardship.export_full_delivery",
    "concerns.export_concern",
    "concerns.export_full_concern",
    "concerns.export_reception",
    "concerns.export_full_reception",
    "groups.view_activity",
    "groups.export_activity",
    "groups.export_backbone",
    "groups.export_full_backbone",
    "employment.export_signup",
    "employment.export_full_signup",
}

PERMISSIONS = {
    Role.CHAIR: KEEP_FAMILIES
    | KEEP_COUNCIL
    | KEEP_JOBS
    | KEEP_OFFICE
    | KEEP_LEDGERS
    | KEEP_MEDIATION
    | JUDGE_BACKBONE
    | {
        "concerns.approve_concern",
        "council.balance_council",
        "council.override_meeting",
        "council.approve_minutes",
        "surveys.publish_survey",
        "hardship.approve_hardshipfile",
        "hardship.approve_delivery",
        "households.approve_minoraccess",
        "hardship.decide_changerequest",
        "hardship.sign_pairing",
        "safety.view_safetyfile",
        "safety.change_safetyfile",
        "safety.decide_safetyfile",
        "safety.break_safetyfile",
        "safety.count_safetyfile",
        "safety.destroy_safetyfile",
        "grids.review_visit",
        "accounts.view_user",
        "accounts.add_user",
        "accounts.change_user",
        "accounts.grant_role",
        "portal.make_wechatmenu",
        "core.view_auditevent",
        "grids.add_duty",
        "grids.change_duty",
        "grids.export_duty",
        "grids.add_term",
        "grids.change_term",
    },
    Role.SECRETARY: KEEP_FAMILIES
    | KEEP_COUNCIL
    | KEEP_JOBS
    | JUDGE_BACKBONE
    | {
        "safety.view_safetyfile",
        "safety.break_safetyfile",
        "grids.review_visit",
        "grids.add_duty",
        "grids.change_duty",
        "grids.export_duty",
        "grids.add_term",
        "grids.change_term",
    },
    Role.COMMITTEE: VISIT_FAMILIES,
    Role.GRID_WORKER: VISIT_FAMILIES,
    Role.DATA_OFFICER: KEEP_FAMILIES | KEEP_OFFICE | KEEP_LEDGERS | {"grids.export_duty"},
    Role.SAFETY_OFFICER: READ_FAMILIES
    | {
        "safety.view_riskreport",
        "safety.add_riskreport",
        "safety.change_riskreport",
        "safety.view_safetyfile",
        "safety.add_safetyfile",
        "safety.change_safetyfile",
        "safety.lead_safetyfile",
        "safety.break_safetyfile",
        "safety.count_safetyfile",
        "safety.destroy_safetyfile",
    },
    # Of sealed files each sees those alone into whose circle she was named.
    Role.MEDIATOR: MEDIATE | {"areas.view_area", "safety.view_safetyfile"},
    Role.COUNSEL: {"safety.view_safetyfile"},
    # She exports the ledgers of her own work, and sees of the register what she exported.
    Role.JOB_OFFICER: READ_FAMILIES - {"grids.view_visit"}
    | KEEP_JOBS
    | {"hardship.view_policy", "hardship.add_policywatch", "ledgers.view_exportrecord"},
    Role.VOLUNTEER: {"hardship.view_ownpairing"} | TELL_MEDIATION,
    Role.STREET: {"areas.view_area", "council.view_topic", "council.hand_topic_down"},
    Role.SYSTEM_ADMIN: {
        "areas.view_area",
        "accounts.view_user",
        "accounts.add_user",
        "accounts.change_user",
        "accounts.grant_role",
        "portal.make_wechatmenu",
        "reference.view_codetable",
    },
    Role.SECURITY_ADMIN: WATCH_EXPORTS | {"accounts.view_user", "accounts.change_user"},
    Role.AUDITOR: WATCH_EXPORTS | {"core.view_auditevent", "safety.watch_urgentopening"},
}

# Which roles a holder of accounts.grant_role may hand out. The chair names her own people; the system administrator
# opens the first accounts and the technical roles.
GRANTABLE = {
    Role.CHAIR: [
        Role.CHAIR, Role.SECRETARY, Role.COMMITTEE, Role.GRID_WORKER, Role.DATA_OFFICER, Role.SAFETY_OFFICER,
        Role.MEDIATOR, Role.COUNSEL, Role.JOB_OFFICER, Role.VOLUNTEER, Role.STREET,
    ],
    Role.SYSTEM_ADMIN: [Role.CHAIR, Role.STREET, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR],
}  # fmt: skip


def roles_with(permission):
    """Roles that carry `permission`."""
    return [role for role, permissions in PERMISSIONS.items() if permission in permissions]
