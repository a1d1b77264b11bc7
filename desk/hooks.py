"""Menu entries of the desk."""

from fedhub.core.menu import Entry, menu

menu.register(Entry("desk.home", "desk", "工作台", "desk:home", None, 1))
menu.register(Entry("desk.agenda", "desk", "日历", "desk:agenda", None, 2))
menu.register(Entry("desk.oversight", "settings", "每周查看与导出", "desk:oversight", "core.view_auditevent", 79))
menu.register(Entry("desk.audit", "settings", "操作记录", "desk:audit_list", "core.view_auditevent", 80))
