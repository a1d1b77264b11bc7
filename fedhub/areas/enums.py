"""Kinds and states of places."""

from django.db import models


class AreaKind(models.TextChoices):
    """Level in the tree; the code length of each level is fixed (handbook 2.1, 2.2)."""

    PROVINCE = "province", "省（自治区、直辖市）"
    CITY = "city", "市（地区、州、盟）"
    DISTRICT = "district", "县（区、市）"
    STREET = "street", "街道（乡镇）"
    COMMUNITY = "community", "社区（村）"
    GRID = "grid", "网格"
    UNIT = "unit", "联户单元"


CODE_LENGTH = {
    AreaKind.PROVINCE: 2,
    AreaKind.CITY: 4,
    AreaKind.DISTRICT: 6,
    AreaKind.STREET: 9,
    AreaKind.COMMUNITY: 12,
    AreaKind.GRID: 15,
    AreaKind.UNIT: 17,
}


class AreaStatus(models.TextChoices):
    ACTIVE = "active", "在用"
    SPLIT = "split", "已拆分"
    MERGED = "merged", "已合并"
    CLOSED = "closed", "已撤销"


class GridKind(models.TextChoices):
    """Basic grids hold homes; dedicated ones a market, school or office building (GB/T 34300-2017)."""

    BASIC = "basic", "基础网格"
    DEDICATED = "dedicated", "专属网格"
