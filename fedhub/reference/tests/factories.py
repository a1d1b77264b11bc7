"""Rows of the reference tables for tests."""

import factory

from fedhub.reference.enums import AgencyKind
from fedhub.reference.models import Agency, CodeEntry, CodeTable, Venue


class CodeTableFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CodeTable
        django_get_or_create = ("key",)

    key = "hardship_cause"
    name = "致困原因"
    editable = True


class CodeEntryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CodeEntry

    table = factory.SubFactory(CodeTableFactory)
    code = factory.Sequence(lambda n: f"{n + 20:02d}")
    label = factory.Sequence(lambda n: f"原因{n + 1}")


class AgencyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Agency

    kind = AgencyKind.POLICE
    name = factory.Sequence(lambda n: f"文新派出所{n + 1}")
    phone = "0571-88880110"


class VenueFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Venue

    name = factory.Sequence(lambda n: f"妇女之家{n + 1}")
