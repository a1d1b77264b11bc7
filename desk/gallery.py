"""Sample values for the component gallery: invented, and on no other page."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from fedhub.core.forms import StaffForm
from fedhub.core.paging import Page
from fedhub.core.templatetags.ui import icons
from fedhub.core.widgets import PhotosWidget


class SampleForm(StaffForm):
    """One field of each kind, one of them refused."""

    once = False

    name = forms.CharField(label="姓名", initial="赵小莉")
    phone = forms.CharField(label="联系电话", help_text="手机或带区号的座机。")
    education = forms.ChoiceField(label="文化程度", choices=[("a", "大专"), ("b", "高中")])
    born = forms.CharField(label="出生年月", help_text="只知道年份就只写年份。", required=False)
    contact = forms.ChoiceField(
        label="怎么联系", choices=[("call", "打电话"), ("visit", "上门")], widget=forms.RadioSelect
    )
    topics = forms.MultipleChoiceField(
        label="哪些方面（可多选）",
        choices=[("work", "女性就业"), ("child", "儿童教育")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agree = forms.BooleanField(label="本人同意登记", required=False)
    note = forms.CharField(label="说明", widget=forms.Textarea({"rows": 3}), required=False)
    pictures = forms.FileField(label="照片", widget=PhotosWidget(), required=False)

    sections = [
        ("基本情况", ["name phone", "education born"]),
        ("想要的帮助", ["contact topics", "note", "pictures", "agree"]),
    ]

    def clean_phone(self):
        raise forms.ValidationError("手机号应是 11 位，现在是 10 位。其他内容都还在。")


def sample(user):
    """Everything the gallery page shows, as its components expect it."""
    today = timezone.localdate()
    form = SampleForm({"name": "赵小莉", "phone": "1590000228", "education": "a", "contact": "call"}, user=user)
    form.is_valid()
    return {
        "form": form,
        "person": user if user.phone else None,
        "meta": ["每一件的样子和用处", "浅色、深色、大字版用同一份"],
        "crumbs": [("设置", "#main")],
        "chips": [("line", "第二网格"), ("warn", "二级 比较困难", "heart")],
        "tabs": [
            {"label": "概况", "url": "#main", "current": True},
            {"label": "成员", "url": "#main", "count": 4},
            {"label": "走访", "url": "#main", "count": 12},
            {"label": "变更记录", "url": "#main", "count": 27},
        ],
        "days": [today + timedelta(days=n) for n in (-7, 0, 3, 9, 60)],
        "tiles": [
            {"label": "走访覆盖率", "figure": "85.7", "unit": "%", "note": "点开看名单", "url": "#main"},
            {"label": "诉求办结率", "figure": "91.0", "unit": "%", "note": "71 / 78", "url": "#main", "current": True},
            {"label": "排查家庭纠纷", "figure": "68", "unit": "件", "note": "今年以来", "url": "#main"},
            {"label": "提前预防", "figure": "29", "unit": "件", "note": "近两年", "url": "#main"},
        ],
        "steps": [
            {"label": "上传文件", "note": "1.2 MB", "state": "done"},
            {"label": "对应列", "note": "18 列", "state": "done"},
            {"label": "试运行", "note": "还没有写入", "state": "now"},
            {"label": "确认导入", "note": "可撤销", "state": ""},
        ],
        "todos": [
            {"icon": "door", "title": "王桂兰户 · 每月走访", "line": "第二网格 · 上次走访 5月26日", "due": "逾期 7 天",
             "tone": "bad", "url": "#main", "action": "记走访"},
            {"icon": "lock", "title": "有一条待办", "line": "受限事项，点开后凭本人权限查看", "due": "今天",
             "tone": "secret", "url": "#main", "action": "打开"},
        ],
        "segments": [
            {"label": "在帮", "url": "#main", "count": 86, "current": True},
            {"label": "观察", "url": "#main", "count": 11},
            {"label": "退出", "url": "#main", "count": 1042},
        ],
        "rows": [
            {"name": "王桂兰", "note": "精诚公寓 2-1-301", "grid": "第二网格", "kind": "warn", "level": "二级",
             "people": 4, "due": today - timedelta(days=7), "state": "bad"},
            {"name": "张月娥", "note": "加工厂小区 3-2-101", "grid": "第五网格", "kind": "bad", "level": "一级",
             "people": 1, "due": today + timedelta(days=3), "state": ""},
            {"name": "马丽华", "note": "", "grid": "第七网格", "kind": "info", "level": "三级", "people": 3,
             "due": today + timedelta(days=40), "state": ""},
        ],
        "page": Page([None] * 3, total=86, unit="户", next_url="#main", previous_url="#main"),
        "people": [
            {"name": "何晓燕", "note": "包保执委，2022年3月 起", "url": "#main", "link_text": "联系"},
            {"name": "刘建芳", "note": "第二网格 网格员"},
        ],
        "entries": [
            {"when": "今天 09:40", "title": "已转就业专干", "text": "马青 接手", "state": "now"},
            {"when": ["6月28日", "入户"], "title": "入户走访", "text": "见到 2 人"},
            {"when": "应于 6月26日", "title": "逾期未访", "state": "bad"},
        ],
        "icons": sorted(icons()),
    }  # fmt: skip
