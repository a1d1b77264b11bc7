"""The signature of the person visited: a picture that never costs the visit."""

from django import forms

from fedhub.core.images import ImageRefused, clean_image
from fedhub.core.widgets import SignWidget

REFUSED = "对方签名没有收下（图片不完整或打不开），其他内容都已保存；需要签名的，请对方签在纸质走访表上。"


class SignatureField(forms.FileField):
    """A drawing, checked and cleaned like a photo. Gives a CleanImage or None; `refused` is a sentence or empty."""

    widget = SignWidget

    def clean(self, data, initial=None):
        self.refused = ""
        if not data:
            return None
        try:
            return clean_image(data)
        except ImageRefused:
            self.refused = REFUSED
            return None
