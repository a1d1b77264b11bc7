"""Pictures of a paper or a thing in a form: all of them are kept, or the form says which one cannot be."""

from django import forms
from django.core.exceptions import ValidationError

from fedhub.core.images import ImageRefused, clean_image
from fedhub.core.widgets import PhotosWidget

MOST = 6


class PicturesField(forms.FileField):
    """Up to MOST pictures, as a list of CleanImage; one that cannot be kept stops the form with a sentence, so that nothing is
    lost unseen."""

    widget = PhotosWidget(most=MOST)

    def clean(self, data, initial=None):
        files = data if isinstance(data, (list, tuple)) else [data] if data else []
        if len(files) > MOST:
            raise ValidationError(f"一份材料最多 {MOST} 张照片。")
        kept = []
        for number, file in enumerate(files, start=1):
            try:
                kept.append(clean_image(file))
            except ImageRefused as refusal:
                raise ValidationError(f"第 {number} 张没有收下：{refusal}") from refusal
        return kept
