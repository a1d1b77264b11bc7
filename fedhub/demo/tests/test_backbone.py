"""Backbone women of the demo: each page has something believable on it."""

from types import SimpleNamespace

import pytest

from fedhub.demo.backbone import WOMEN, write_backbone
from groups.backbone_enums import SuccessorState, TaskState
from groups.models import Backbone, BackboneTask, Evaluation, Honour, Successor, Training
from groups.tests.factories import GroupFactory, MemberFactory
from groups.tests.factories import days_ago as ago
from households.models import Link

pytestmark = pytest.mark.django_db


def test_every_page_has_something_on_it(community, grid, chair):
    team = GroupFactory(area=community)
    for year in range(12):
        MemberFactory(group=team, resident__area=grid, resident__birth=f"{1960 + year}-05-01", valid_from=ago(50))

    write_backbone(SimpleNamespace(community=community, staff={"zhoumin": chair}, chair=chair))

    assert (Backbone.objects.count(), Backbone.objects.current().count()) == (len(WOMEN), len(WOMEN) - 1)
    assert set(BackboneTask.objects.values_list("state", flat=True)) == set(TaskState.values)
    assert {Training.objects.exists(), Honour.objects.exists(), Evaluation.objects.exists()} == {True}
    assert set(Successor.objects.values_list("state", flat=True)) == {SuccessorState.PROPOSED, SuccessorState.AGREED}
    assert Link.objects.open().filter(name="妇女骨干").count() == len(WOMEN) - 1
