"""A resident's pages, below /r/: neutral addresses, codes and random numbers alone."""

from django.urls import path

from portal.views import anyone, inbox, mine, phone, ward, wechat

app_name = "resident"
urlpatterns = [
    path("", anyone.Home.as_view(), name="home"),
    path("enter/", anyone.Enter.as_view(), name="enter"),
    path("phone/", phone.Number.as_view(), name="phone"),
    path("phone/code/", phone.Code.as_view(), name="phone_code"),
    path("leave/", anyone.Leave.as_view(), name="leave"),
    path("ask/", anyone.Ask.as_view(), name="ask"),
    path("say/", anyone.Say.as_view(), name="say"),
    path("notice/", anyone.Privacy.as_view(), name="notice"),
    path("wechat/", wechat.Go.as_view(), name="wechat_go"),
    path("wechat/back/", wechat.Back.as_view(), name="wechat_back"),
    path("mine/wechat/", wechat.Bind.as_view(), name="wechat_bind"),
    path("mine/wechat/end/", wechat.Unbind.as_view(), name="wechat_unbind"),
    path("ward/", ward.Ward.as_view(), name="ward"),
    path("ward/say/", ward.WardSay.as_view(), name="ward_say"),
    path("ward/ask/", ward.WardAsk.as_view(), name="ward_ask"),
    path("ward/ask/<int:number>/back/", ward.WardTakeBack.as_view(), name="ward_take_back"),
    path("ward/end/", ward.WardEnd.as_view(), name="ward_end"),
    path("ward/<slug:code>/", ward.WardConcern.as_view(), name="ward_concern"),
    path("mine/", mine.Mine.as_view(), name="mine"),
    path("mine/data/", mine.Centre.as_view(), name="centre"),
    path("mine/data/<int:number>/withdraw/", mine.Withdraw.as_view(), name="withdraw"),
    path("mine/data/<int:number>/again/", mine.Again.as_view(), name="again"),
    path("mine/data/agree/", mine.Agree.as_view(), name="agree"),
    path("mine/data/ask/", mine.Ask.as_view(), name="right"),
    path("mine/data/ask/<int:number>/back/", mine.TakeBack.as_view(), name="take_back"),
    path("mine/messages/", inbox.Inbox.as_view(), name="inbox"),
    path("mine/messages/choice/", inbox.Choose.as_view(), name="choose"),
    path("mine/messages/<int:number>/", inbox.Read.as_view(), name="message"),
    path("mine/<slug:code>/answer/", mine.Hear.as_view(), name="hear"),
    path("mine/<slug:code>/<uuid:picture>/", mine.OwnPicture.as_view(), name="picture"),
    path("mine/<slug:code>/", mine.OwnConcern.as_view(), name="concern"),
]
