"""The form of a visit with what may be handed over on the way."""

from django import forms

from fedhub.core.forms import TicksField
from grids.enums import FACE_TO_FACE, Met
from grids.forms.visit import VisitForm
from grids.services.gifts import goods_for, goods_words, hand_over_ticked, waiting_goods
from hardship.models import Delivery


class VisitGiftsForm(VisitForm):
    """走访, with the goods that lie ready for this family to tick. What a phone writes without network does not have them:
    by the time it arrives nobody knows what lies where."""

    refused_gifts = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        waiting = waiting_goods(self.household, self.user)
        posted = self.data.getlist("handed") if hasattr(self.data, "getlist") else self.data.get("handed")
        if not waiting and not posted:
            return
        self.fields["handed"] = TicksField(
            label="已批待发的", queryset=Delivery.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
        )
        # Ticked is also accepted what somebody else handed over since the page was opened: the visit must not be lost for it.
        self.fields["handed"].queryset = goods_for(self.household, self.user)
        self.fields["handed"].choices = [(gift.pk, goods_words(gift)) for gift in waiting]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("met") != Met.MET or cleaned.get("mode") not in FACE_TO_FACE:
            cleaned["handed"] = ()
        return cleaned

    def log(self, *, by, **kept):
        visit = super().log(by=by, **kept)
        self.refused_gifts = hand_over_ticked(visit, self.cleaned_data.get("handed") or (), by=by)
        return visit
