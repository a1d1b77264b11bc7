"""Password rules beyond length and the common list: nothing that belongs to the office or the person."""

from django.core.exceptions import ValidationError

from fedhub.areas.models import Area
from fedhub.core.pinyin import initials

OFFICE_WORDS = ("fulian", "funv", "shequ", "jinguo", "wangge", "妇联", "社区", "网格", "巾帼")


class ContextPasswordValidator:
    """Refuses passwords made of the office's words, place names, or the person's own account, name or phone."""

    def validate(self, password, user=None):
        words = list(OFFICE_WORDS)
        words += [name for name in Area.objects.values_list("name", flat=True)[:500] if len(name) >= 2]
        if user is not None:
            words += [user.username, user.name, user.phone, *initials(user.name)]
        lowered = password.lower()
        for word in {w.lower() for w in words if w and len(w) >= 3 or w in OFFICE_WORDS}:
            # A long passphrase may contain a word; it may not consist of it.
            if word in lowered and len(lowered.replace(word, "")) < 8:
                raise ValidationError("密码里有单位、地名或本人的信息，太容易猜。请换一个。", code="password_context")

    def get_help_text(self):
        return "不少于 12 个字符，可以用几个不相干的词连起来；不要用单位名、地名、姓名、电话。"
