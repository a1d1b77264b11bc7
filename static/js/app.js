// Behaviours of all pages; each finds its elements by data-attributes.
import "./messages.js";
import "./submit.js";
import "./unsaved.js";
import "./reveal.js";
import "./idle.js";
import "./keys.js";
import "./picker.js";
import "./photos.js";
import "./sign.js";
import "./passkey.js";
import "./checkall.js";
import "./fold.js";
import "./chooses.js";
import "./hides.js";
import "./inview.js";
import "./quit.js";
