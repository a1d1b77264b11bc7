"""Menu entries of places."""

from fedhub.core.menu import Entry, menu

menu.register(Entry("areas.tree", "settings", "区域", "areas:area_list", "areas.view_area", 30))
menu.register(Entry("areas.buildings", "settings", "楼栋", "areas:building_list", "areas.view_building", 40))
