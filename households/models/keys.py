"""Search keys: every way of typing a name or address finds its row by one prefix range."""

from django.db import models

from fedhub.core.fields import KeyTextField
from households.models.household import Household
from households.models.resident import Resident


class ResidentKey(models.Model):
    """居民检索键。 A suffix of the name or of its pinyin initials."""

    key = KeyTextField("键", max_length=60)
    resident = models.ForeignKey(Resident, models.CASCADE, verbose_name="居民", related_name="keys")

    class Privacy:
        internal = {"id", "resident"}
        personal = {"key"}

    class Meta:
        verbose_name = verbose_name_plural = "居民检索键"
        default_permissions = ()
        indexes = [models.Index(fields=["key", "resident"], name="households_reskey_key")]

    def __str__(self):
        return self.key


class HouseholdKey(models.Model):
    """家庭检索键。 A suffix of the address, the room in short form ("2-1-301"), or the household number."""

    key = KeyTextField("键", max_length=60)
    household = models.ForeignKey(Household, models.CASCADE, verbose_name="家庭", related_name="keys")

    class Privacy:
        internal = {"id", "household"}
        personal = {"key"}

    class Meta:
        verbose_name = verbose_name_plural = "家庭检索键"
        default_permissions = ()
        indexes = [models.Index(fields=["key", "household"], name="households_hhkey_key")]

    def __str__(self):
        return self.key
