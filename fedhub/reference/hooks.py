"""Menu entries of the reference tables."""

from fedhub.core.menu import Entry, menu

menu.register(
    Entry("reference.codes", "settings", "代码表", "reference:codetable_list", "reference.view_codetable", 50)
)
menu.register(
    Entry("reference.rules", "settings", "期限与规则", "reference:rule_list", "reference.view_codetable", 55)
)
menu.register(
    Entry("reference.visits", "settings", "走访规则", "reference:visitrule_list", "reference.view_visitrule", 57)
)
menu.register(Entry("reference.agencies", "settings", "单位", "reference:agency_list", "reference.view_agency", 60))
menu.register(Entry("reference.venues", "settings", "场地", "reference:venue_list", "reference.view_venue", 65))
menu.register(
    Entry("reference.holidays", "settings", "节假日", "reference:holiday_list", "reference.view_holiday", 70)
)
menu.register(
    Entry("reference.papers", "settings", "文书模板", "reference:paper_list", "reference.change_codetable", 75)
)
