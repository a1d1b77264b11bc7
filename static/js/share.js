// The card that WeChat shows when this public page is passed on. Without WeChat's own script nothing happens.
const card = document.querySelector("[data-share]");
if (card && window.wx) {
  const { config, title, words, link, picture } = JSON.parse(card.dataset.share);
  window.wx.config({ ...config, debug: false, jsApiList: ["updateAppMessageShareData", "updateTimelineShareData"] });
  window.wx.ready(() => {
    window.wx.updateAppMessageShareData({ title, desc: words, link, imgUrl: picture });
    window.wx.updateTimelineShareData({ title, link, imgUrl: picture });
  });
}
