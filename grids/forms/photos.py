"""Pictures of a visit: each checked by itself, so that a bad one never costs the others."""

from django import forms
from django.core.exceptions import ValidationError

from fedhub.core.forms import StaffForm
from fedhub.core.images import ImageRefused, clean_image
from fedhub.core.widgets import PhotosWidget
from fedhub.reference.lookup import rule


class PhotosField(forms.FileField):
    """Pictures, each checked and cleaned by itself: good ones are the value, refused ones are named in `refused`."""

    widget = PhotosWidget

    def clean(self, data, initial=None):
        self.refused, most = [], rule("visit_photos_max")
        if not data:
            return []
        files = data if isinstance(data, (list, tuple)) else [data]
        if len(files) > most:
            self.refused.append(f"一次走访最多 {most} 张照片，只收了前 {most} 张。")
        kept = []
        for number, file in enumerate(files[:most], start=1):
            try:
                kept.append(clean_image(file))
            except ImageRefused as refusal:
                self.refused.append(f"第 {number} 张照片没有收下：{refusal}")
        return kept


class PhotosForm(StaffForm):
    """Pictures added afterwards."""

    photos = PhotosField(label="照片", help_text="不拍证件、不拍伤处。")

    def clean_photos(self):
        kept = self.cleaned_data["photos"]
        if not kept:
            raise ValidationError(" ".join(self.fields["photos"].refused) or "请选照片。")
        return kept
