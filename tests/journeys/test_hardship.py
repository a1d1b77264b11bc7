"""One family, from found on a visit to standing on its own feet: checked, approved, paired, helped, signed for, closed; the path
readable on one page."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from fedhub.core.tests.pictures import jpeg
from hardship.models import Delivery, FileStage, HardshipFile, Pairing
from hardship.tests.factories_aid import BatchFactory, DonorFactory
from hardship.tests.factories_pairing import HelperFactory
from households.tests.factories import ConsentFactory, MembershipFactory, StatusFactory
from tests.journeys.conftest import DESK, PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def woman(worker, grid):
    """赵小莉, seriously ill, her husband out of work; she lets the shop know."""
    member = MembershipFactory(household__area=grid, resident__area=grid, resident__name="赵小莉")
    StatusFactory(resident=member.resident, category="ZZ")
    StatusFactory(resident=member.resident, category="XG")
    ConsentFactory(resident=member.resident, purpose="share", recipient="春风粮油店", taken_by=worker)
    member.resident.household = member.household
    return member.resident


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_a_family_is_found_helped_and_stands_on_its_own_feet(
    sign_in, chair, worker, woman, no_serious_finding, no_sideways_scroll, viewport
):
    HelperFactory(name="春风粮油店")
    rice = BatchFactory(donor=DonorFactory())
    hers, his = sign_in(worker, viewport), sign_in(chair, viewport)

    def good(page):
        no_serious_finding(page)
        no_sideways_scroll(page)

    def step(page, name, **typed):
        page.goto(file.get_absolute_url())
        follow(page.get_by_role("link", name=name, exact=True))
        good(page)
        for label, text in typed.items():
            field = page.get_by_label(label)
            (field.select_option(label=text) if label in ("退出原因",) else field.fill(text))
        follow(page.locator("form[data-unsaved] button[type=submit]"))
        file.refresh_from_db()

    # Found, checked at home, proposed, approved.
    hers.goto(f"{woman.household.get_absolute_url()}?tab=hardship")
    good(hers)
    follow(hers.get_by_role("link", name="建档", exact=True))
    good(hers)
    hers.get_by_label("主要困难类别").select_option(label="重症大病")
    hers.get_by_label("困难情况").fill("她在治病，丈夫下岗半年。")
    follow(hers.locator("form[data-unsaved] button[type=submit]"))
    file = HardshipFile.objects.get()
    step(hers, "初核", 上门核实的情况="药费单和失业证都看过。")
    step(hers, "提交审核")
    his.goto(reverse("desk:home"))
    expect(his.get_by_text("困难档案 待审核").first).to_be_visible()
    step(his, "同意建档")
    assert (file.state, file.level) == ("active", 2)

    # A shop owner pairs with the family.
    hers.goto(f"{file.get_absolute_url()}?tab=pairings")
    good(hers)
    follow(hers.get_by_role("link", name="结对", exact=True).last)
    good(hers)
    follow(hers.get_by_role("link", name="春风粮油店").first)
    hers.get_by_label("约定内容").fill("每个月一袋米。")
    follow(hers.locator("form[data-unsaved] button[type=submit]"))
    good(hers)
    assert Pairing.objects.get().state == "active"

    # Rice is asked for, agreed, handed over, signed for.
    hers.goto(f"{reverse('hardship:delivery_create')}?household={woman.household.pk}")
    good(hers)
    hers.get_by_label("从哪里出").select_option(f"b{rice.pk}")
    hers.get_by_label("多少").fill("2")
    follow(hers.locator("form[data-unsaved] button[type=submit]"))
    gift = Delivery.objects.get()
    his.goto(gift.get_absolute_url())
    good(his)
    follow(his.get_by_role("button", name="同意发放"))
    hers.goto(gift.get_absolute_url())
    follow(hers.get_by_role("link", name="登记发放"))
    follow(hers.locator("form[data-unsaved] button[type=submit]"))
    follow(hers.get_by_role("link", name="登记签收"))
    good(hers)
    hers.get_by_label("签收人").fill("赵小莉")
    picture = jpeg()
    hers.get_by_label("签收单照片").set_input_files(
        {"name": "slip.jpg", "mimeType": "image/jpeg", "buffer": picture.read()}
    )
    follow(hers.locator("form[data-unsaved] button[type=submit]"))
    gift.refresh_from_db()
    rice.refresh_from_db()
    assert (gift.state, gift.received_by, rice.left) == ("receipted", "赵小莉", 8)
    his.goto(gift.get_absolute_url())
    expect(his.get_by_text("您捐赠的大米（2 袋）")).to_be_visible()

    # They stand on their own feet: proposed, watched, closed; the path on one page.
    step(hers, "提出退出", 退出原因="就业", 说明="两口子都上班了。")
    step(his, "转入稳定观察")
    HardshipFile.objects.filter(pk=file.pk).update(watch_until=timezone.localdate())
    step(his, "退出结案", 退出原因="就业")
    assert (file.state, file.exit_reason) == ("closed", "work")
    hers.goto(file.get_absolute_url())
    good(hers)
    for words in ("已发现", "已初核", "待审核", "在帮", "拟退出", "稳定观察", "已退出"):
        expect(hers.locator(".wf-timeline").get_by_text(words, exact=False).first).to_be_visible()
    assert FileStage.objects.filter(file=file).count() == 7
    follow(hers.get_by_role("link", name="打印"))
    expect(hers.get_by_role("heading", name="困难家庭档案")).to_be_visible()
