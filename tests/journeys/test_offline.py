"""Visits without a network: kept on the phone, put back, sealed, sent once; nothing readable stays behind."""

import io
import re

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from fedhub.core.files import attachments_of
from grids.enums import EnvelopeState
from grids.models import Device, Envelope, Visit
from households.tests.factories import HouseholdFactory, MembershipFactory
from tests.journeys.conftest import LOGIN, PASSWORD, PATIENCE, PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NO_CHANGE = re.compile("^没有变化")
KEPT = re.compile("已存在本机 ")
# Everything in the phone's store as text: strings as they are, bytes as Latin-1, keys by their kind.
STORE = """async () => {
  const asked = (request) => new Promise((done, no) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => no(request.error);
  });
  const base = await asked(indexedDB.open("fedhub"));
  const plain = (value) => {
    if (value instanceof CryptoKey) return `key ${value.type} ${value.extractable}`;
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
      return String.fromCharCode(...new Uint8Array(value.buffer || value).slice(0, 60000));
    }
    if (Array.isArray(value)) return value.map(plain);
    if (value instanceof Blob) return "blob";
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
    return value;
  };
  const found = {};
  for (const name of base.objectStoreNames) {
    found[name] = (await asked(base.transaction(name).objectStore(name).getAll())).map(plain);
  }
  base.close();
  return found;
}"""
CACHED = """async () => {
  const text = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) text.push(await (await cache.match(request)).text());
  }
  return text.join();
}"""
READY = """async () => {
  const worker = await navigator.serviceWorker.getRegistration();
  return Boolean(worker && worker.active && worker.active.state === "activated");
}"""
PLANNED = f"async () => (await ({STORE})()).plan.length === 1"
NO_DRAFT = f"async () => (await ({STORE})()).drafts.length === 0"

# A phone whose clock is a day ahead.
DAY_FAST = """
  const Right = Date;
  Date = class extends Right {
    constructor(...parts) { parts.length ? super(...parts) : super(Right.now() + 86400000); }
    static now() { return Right.now() + 86400000; }
  };
"""


def wait_until(page, check):
    """Ask the page again until the async function `check` says true."""
    assert page.evaluate(
        f"""async () => {{
          const end = performance.now() + {PATIENCE};
          while (performance.now() < end) {{
            if (await ({check})()) return true;
            await new Promise(requestAnimationFrame);
          }}
          return false;
        }}"""
    )


def picture(colour, size=(900, 700)):
    data = io.BytesIO()
    Image.new("RGB", size, colour).save(data, "JPEG")
    return data.getvalue()


def photo(name, colour, size=(900, 700)):
    return {"name": name, "mimeType": "image/jpeg", "buffer": picture(colour, size)}


def readable(found, *words):
    """Those of `words` that stand somewhere in `found` (what STORE gave), in UTF-8 or as text."""
    text = str(found)
    return [word for word in words if word in text or word.encode().decode("latin-1") in text]


@pytest.fixture
def home(grid):
    return MembershipFactory(
        household=HouseholdFactory(area=grid, head_name="郝玉芬", next_due_on=timezone.localdate()),
        resident__name="郝玉芬",
        resident__area=grid,
    ).household


@pytest.fixture
def phone(sign_in, worker, home):
    """The worker's phone, signed in, with today's plan and the pages it needs without a network."""
    page = sign_in(worker, PHONE)
    page.goto("/grids/today/")
    wait_until(page, READY)
    wait_until(page, PLANNED)
    return page


def edit_store(page, body):
    """Run `body` in the page with all(), put(), untell() of its store."""
    page.evaluate(
        f"async () => {{ const {{ all, put, untell }} = await import('/static/js/offline/store.js'); {body} }}"
    )


def fill(page, summary="老人说膝盖好些了。"):
    page.locator("label.wf-choice", has_text=NO_CHANGE).click()
    page.get_by_label("说了什么").fill(summary)


def save(page):
    page.get_by_role("button", name="保存走访").click()


def write_offline(page, home, summary="老人说膝盖好些了。"):
    """Log a visit to `home` without a network."""
    page.context.set_offline(True)
    page.goto(f"/grids/visits/new/{home.pk}/")
    fill(page, summary)
    save(page)
    expect(page.get_by_text("已存在本机，还没上传")).to_be_visible()


def test_a_visit_is_logged_without_a_network_and_arrives_by_itself(
    phone, home, no_serious_finding, no_sideways_scroll
):
    phone.context.set_offline(True)
    phone.goto("/grids/today/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("没有网络")
    no_sideways_scroll(phone)
    follow(phone.get_by_role("link", name=re.compile("郝玉芬")))
    fill(phone)
    no_serious_finding(phone)
    no_sideways_scroll(phone)
    save(phone)
    expect(phone.get_by_text("已存在本机，还没上传")).to_be_visible()
    follow(phone.get_by_role("link", name="看没上传的"))
    row = phone.locator("[data-outbox-list] li")
    expect(row).to_contain_text("郝玉芬")
    expect(row).to_contain_text("等着上传")
    no_serious_finding(phone)
    no_sideways_scroll(phone)
    assert Visit.objects.count() == 0

    phone.context.set_offline(False)
    expect(phone.get_by_text("没有等着上传的")).to_be_visible()

    visit = Visit.objects.get()
    assert (visit.household, visit.summary, visit.changed) == (home, "老人说膝盖好些了。", False)


def test_a_form_with_two_photos_outlives_the_browser(phone, home):
    phone.goto(f"/grids/visits/new/{home.pk}/")
    phone.context.set_offline(True)
    fill(phone)
    phone.locator("#ask_risk label.wf-choice", has_text="有，马上报").click()
    phone.get_by_label("简单写几句").fill("手臂有伤")
    phone.locator("input[name=photos]").set_input_files([photo("a.jpg", "red"), photo("b.jpg", "blue", (3000, 2000))])
    phone.get_by_text("请对方签名（可以不签）").click()
    sheet = phone.locator("[data-sign] canvas").bounding_box()
    phone.mouse.move(sheet["x"] + 20, sheet["y"] + 20)
    phone.mouse.down()
    phone.mouse.move(sheet["x"] + 200, sheet["y"] + 60, steps=5)
    phone.mouse.up()
    expect(phone.locator("form[data-kept]")).to_be_visible()
    found = phone.evaluate(STORE)
    assert readable(found, "郝玉芬", "膝盖", "手臂") == []
    again = phone.context.new_page()
    phone.close()

    again.goto(f"/grids/visits/new/{home.pk}/")

    expect(again.get_by_text("上次没写完的都还在")).to_be_visible()
    expect(again.get_by_label("说了什么")).to_have_value("老人说膝盖好些了。")
    expect(again.get_by_label("简单写几句")).to_have_value("手臂有伤")
    expect(again.locator("[data-photos-list] img")).to_have_count(2)
    expect(again.get_by_text("已签，和走访一起保存")).to_be_visible()
    save(again)
    expect(again.get_by_text("已存在本机，还没上传")).to_be_visible()
    again.goto("/grids/outbox/")
    expect(again.locator("[data-outbox-list] li")).to_contain_text("等着上传")
    again.context.set_offline(False)
    expect(again.get_by_text("没有等着上传的")).to_be_visible()
    visit = Visit.objects.get()
    assert attachments_of(visit, kind="photo").count() == 2
    assert attachments_of(visit, kind="signature").count() == 1


def test_what_was_saved_online_is_not_offered_again(phone, home):
    phone.goto(f"/grids/visits/new/{home.pk}/")
    fill(phone)
    expect(phone.locator("[data-draft-state]")).to_have_text(KEPT)
    save(phone)
    expect(phone).to_have_url(re.compile(r"/grids/visits/\d+/$"))
    wait_until(phone, NO_DRAFT)

    phone.goto(f"/grids/visits/new/{home.pk}/")
    expect(phone.get_by_label("说了什么")).to_have_value("")
    assert Visit.objects.count() == 1


def test_pictures_outlive_a_refusal_of_the_form(phone, home):
    phone.goto(f"/grids/visits/new/{home.pk}/")
    phone.get_by_label("说了什么").fill("在家")
    phone.locator("input[name=photos]").set_input_files([photo("a.jpg", "red")])
    save(phone)
    expect(phone.get_by_text("还没有保存。")).to_be_visible()

    expect(phone.locator("[data-photos-list] img")).to_have_count(1)
    phone.locator("label.wf-choice", has_text=NO_CHANGE).click()
    save(phone)
    expect(phone).to_have_url(re.compile(r"/grids/visits/\d+/$"))
    assert attachments_of(Visit.objects.get(), kind="photo").count() == 1


def test_forty_visits_arrive_once_each_from_two_windows(phone, home):
    phone.goto(f"/grids/visits/new/{home.pk}/")
    phone.context.set_offline(True)
    phone.evaluate(
        """async () => {
          const { post } = await import("/static/js/offline/drafts.js");
          const { contents } = await import("/static/js/offline/pack.js");
          const form = document.querySelector("form[data-draft]");
          const user = Number(document.querySelector("[data-offline]").dataset.user);
          form.querySelector("[name=change][value=no]").checked = true;
          const texts = contents(form).texts.filter(([name]) => name !== "once_key");
          for (let n = 0; n < 40; n++) {
            const id = crypto.randomUUID();
            await post(id, user, form.dataset.household, [...texts, ["once_key", id]], true);
          }
        }"""
    )
    other = phone.context.new_page()
    other.goto("/grids/outbox/")
    expect(other.locator("[data-outbox-list] li")).to_have_count(40)

    phone.context.set_offline(False)
    expect(other.get_by_text("没有等着上传的")).to_be_visible()

    assert Visit.objects.count() == 40


def test_one_broken_visit_is_removed_and_the_others_stay(phone, home):
    write_offline(phone, home, "第一次")
    write_offline(phone, home, "第二次")
    phone.goto("/grids/outbox/")
    rows = phone.locator("[data-outbox-list] li")
    expect(rows).to_have_count(2)
    broken = phone.evaluate(
        """async () => {
          const { all, put } = await import("/static/js/offline/store.js");
          const [row] = (await all("outbox")).sort((a, b) => a.at - b.at);
          await put("outbox", { ...row, box: row.box.slice(0, -1) });
          return row.id;
        }"""
    )
    phone.context.set_offline(False)
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("没有传上去")
    expect(rows).to_contain_text("不完整")
    assert [visit.summary for visit in Visit.objects.all()] == ["第二次"]
    out = rows.get_by_role("button", name="删掉")
    out.click()
    rows.get_by_role("button", name="确定删掉").click()

    expect(phone.get_by_text("没有等着上传的")).to_be_visible()
    assert broken not in str(phone.evaluate(STORE)["outbox"])


def test_signing_out_leaves_only_what_nobody_can_read(phone, home):
    write_offline(phone, home)
    phone.route("**/offline/envelopes/", lambda route: route.abort("internetdisconnected"))
    phone.context.set_offline(False)
    phone.goto(f"/grids/visits/new/{home.pk}/")
    phone.get_by_label("说了什么").fill("第二次还没写完")
    expect(phone.locator("form[data-kept]")).to_be_visible()
    assert phone.evaluate(STORE)["drafts"] != []
    assert readable(phone.evaluate(CACHED), "郝玉芬", phone.evaluate("document.querySelector('h1').textContent")) == []

    phone.goto("/accounts/me/")
    phone.get_by_role("button", name="退出登录").click()
    phone.wait_for_url(lambda url: LOGIN in url)

    expect(phone.get_by_text("有 2 次走访存在本机")).to_be_visible()
    found = phone.evaluate(STORE)
    assert (found["drafts"], found["plan"]) == ([], [])
    assert [row["id"] for row in found["meta"] if str(row["value"]).startswith("key")] == []
    assert len(found["outbox"]) == 2
    assert readable(found, "郝玉芬", "膝盖", "没写完", "精诚") == []
    assert phone.evaluate(
        "async () => [(await caches.keys()).length, !!(await navigator.serviceWorker.getRegistration())]"
    ) == [
        0,
        False,
    ]


def test_an_emptied_store_is_said_in_plain_words(phone, home):
    write_offline(phone, home)
    phone.route("**/offline/envelopes/", lambda route: route.abort("internetdisconnected"))
    phone.context.set_offline(False)
    phone.goto("/grids/outbox/")
    expect(phone.locator("[data-outbox-list] li")).to_have_count(1)
    phone.get_by_role("button", name="全部再传一次").click()
    phone.wait_for_load_state("networkidle")
    phone.goto("/accounts/me/")
    phone.evaluate(
        "() => new Promise((done) => { const asked = indexedDB.deleteDatabase('fedhub'); asked.onsuccess = done; })"
    )

    phone.goto("/grids/today/")

    expect(phone.get_by_text("本机的存储被清空过：有 1 次走访没传上来")).to_be_visible()


def test_a_wrong_clock_is_shown_beside_the_servers(sign_in, worker, home):
    page = sign_in(worker, PHONE)
    page.add_init_script(DAY_FAST)
    page.goto("/grids/today/")
    wait_until(page, READY)
    wait_until(page, PLANNED)
    write_offline(page, home)
    page.context.set_offline(False)
    page.goto("/grids/outbox/")
    expect(page.get_by_text("没有等着上传的")).to_be_visible()

    page.goto(Visit.objects.get().get_absolute_url())

    expect(page.get_by_text(re.compile("手机.*快"))).to_be_visible()


def test_where_nothing_can_be_kept_the_form_says_so_and_still_saves(sign_in, worker, home):
    page = sign_in(worker, PHONE)
    page.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined });")
    page.goto(f"/grids/visits/new/{home.pk}/")
    expect(page.get_by_text("没保存的内容不会存在本机")).to_be_visible()
    fill(page)
    save(page)
    expect(page).to_have_url(re.compile(r"/grids/visits/\d+/$"))
    assert Visit.objects.count() == 1


def test_what_nobody_continued_in_time_is_sealed_and_finished_on_screen(phone, home):
    phone.goto(f"/grids/visits/new/{home.pk}/")
    phone.get_by_label("说了什么").fill("写到一半")
    phone.locator("input[name=photos]").set_input_files([photo("a.jpg", "red")])
    expect(phone.locator("form[data-kept]")).to_be_visible()
    edit_store(
        phone, "for (const row of await all('drafts')) await put('drafts', { ...row, at: Date.now() - 1200000 });"
    )

    phone.goto("/grids/today/")
    wait_until(phone, NO_DRAFT)
    expect(phone.get_by_role("link", name=re.compile("没写完的内容已经收好"))).to_be_visible()
    phone.goto("/grids/outbox/")
    follow(phone.get_by_role("link", name=re.compile("郝玉芬")))

    expect(phone.get_by_label("说了什么")).to_have_value("写到一半")
    phone.locator("label.wf-choice", has_text=NO_CHANGE).click()
    save(phone)
    expect(phone).to_have_url(re.compile(r"/grids/visits/\d+/$"))
    visit = Visit.objects.get()
    assert (visit.summary, attachments_of(visit, kind="photo").count()) == ("写到一半", 1)


def test_the_lock_seals_what_is_being_written_and_unlocking_goes_on(phone, home):
    phone.goto(f"/grids/visits/new/{home.pk}/")
    phone.get_by_label("说了什么").fill("写到一半")
    expect(phone.locator("form[data-kept]")).to_be_visible()
    phone.evaluate("document.querySelector('[data-lock-now]').click()")
    wait_until(phone, NO_DRAFT)
    found = phone.evaluate(STORE)
    assert (len(found["outbox"]), found["plan"]) == (1, [])
    assert [row for row in found["meta"] if row["id"] == "key"] == []

    phone.get_by_label("的密码").fill(PASSWORD)
    phone.get_by_role("button", name="继续").click()
    wait_until(phone, f"async () => (await ({STORE})()).drafts.length === 1")
    phone.locator("label.wf-choice", has_text=NO_CHANGE).click()
    save(phone)
    expect(phone).to_have_url(re.compile(r"/grids/visits/\d+/$"))
    wait_until(phone, NO_DRAFT)

    assert (Visit.objects.get().summary, phone.evaluate(STORE)["outbox"]) == ("写到一半", [])


def test_an_ended_phone_wipes_itself(phone, home):
    phone.goto(f"/grids/visits/new/{home.pk}/")
    phone.get_by_label("说了什么").fill("写到一半")
    expect(phone.locator("form[data-kept]")).to_be_visible()
    Device.objects.update(ended_at=timezone.now())
    phone.route("**/offline/envelopes/", lambda route: route.abort("internetdisconnected"))

    phone.goto("/accounts/me/")
    wait_until(phone, NO_DRAFT)

    wait_until(phone, "async () => (await caches.keys()).length === 0")
    found = phone.evaluate(STORE)
    assert (found["plan"], len(found["outbox"])) == ([], 1)
    assert readable(found, "郝玉芬", "写到一半") == []


def test_another_user_of_the_phone_finds_nothing_and_sends_nothing_of_it(phone, home, sign_in, committee):
    write_offline(phone, home)
    committee.set_password(PASSWORD)
    committee.save()
    phone.context.clear_cookies()
    phone.context.set_offline(False)
    phone.goto(LOGIN)
    expect(phone.get_by_text("有 1 次走访存在本机")).to_be_visible()
    phone.get_by_label("账号").fill(committee.username)
    phone.get_by_label("密码").fill(PASSWORD)
    phone.get_by_role("button", name="登录", exact=True).click()
    phone.wait_for_url(lambda url: LOGIN not in url)
    phone.goto("/grids/outbox/")

    row = phone.locator("[data-outbox-list] li")
    expect(row).to_contain_text("等着上传")
    expect(row).not_to_contain_text("郝玉芬")
    assert Visit.objects.count() == 0


def test_a_full_phone_is_said_and_the_form_stays(phone, home):
    phone.add_init_script(
        """const put = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function (row) {
          if (this.name !== "meta") throw new DOMException("full", "QuotaExceededError");
          return put.call(this, row);
        };"""
    )
    phone.goto(f"/grids/visits/new/{home.pk}/")
    phone.context.set_offline(True)
    fill(phone)
    expect(phone.locator("[data-draft-state]")).to_have_text("本机存储满了，没能存下。这一页先别关。")
    save(phone)
    expect(phone.get_by_text("先别关这一页，有网再保存")).to_be_visible()

    phone.context.set_offline(False)
    save(phone)
    expect(phone).to_have_url(re.compile(r"/grids/visits/\d+/$"))
    assert Visit.objects.get().summary == "老人说膝盖好些了。"


def test_a_closed_accounts_visit_reaches_the_tray_from_the_sign_in_page(phone, home, worker):
    write_offline(phone, home)
    worker.is_active = False
    worker.save()
    phone.context.set_offline(False)

    phone.goto("/grids/today/")

    phone.wait_for_url(lambda url: LOGIN in url)
    wait_until(phone, f"async () => (await ({STORE})()).outbox.length === 0")
    envelope = Envelope.objects.get()
    assert (envelope.state, envelope.household, envelope.user) == (EnvelopeState.TRAY, home, worker)
    assert Visit.objects.count() == 0


def test_pictures_are_made_smaller_before_they_are_kept(phone, home):
    phone.goto(f"/grids/visits/new/{home.pk}/")
    phone.locator("input[name=photos]").set_input_files([photo("a.jpg", "red", (4000, 3000))])

    size = phone.evaluate(
        """async () => {
          const { pack, unpack } = await import("/static/js/offline/pack.js");
          const file = document.querySelector("input[name=photos]").files[0];
          const [[name, small]] = await unpack(await pack([["photos", file]]));
          const image = await createImageBitmap(small);
          return [name, small.type, image.width, image.height];
        }"""
    )

    assert size == ["photos", "image/jpeg", 2048, 1536]


def test_a_visit_whose_answer_never_came_is_sealed_and_saved_once(phone, home):
    phone.goto(f"/grids/visits/new/{home.pk}/")
    fill(phone)
    expect(phone.locator("form[data-kept]")).to_be_visible()
    # Left, so that nothing writes the copy again.
    phone.goto("/grids/today/")
    phone.context.set_offline(True)
    edit_store(phone, "for (const row of await all('drafts')) await put('drafts', { ...row, sent: true });")

    phone.goto(f"/grids/visits/new/{home.pk}/")

    expect(phone.get_by_text("已存在本机，还没上传")).to_be_visible()
    phone.context.set_offline(False)
    wait_until(phone, f"async () => (await ({STORE})()).outbox.length === 0")
    assert [visit.summary for visit in Visit.objects.all()] == ["老人说膝盖好些了。"]
