"use strict";
(function () {
  var form = document.getElementById("filter");
  if (!form) { return; }
  var box = document.querySelector(".cards"), none = document.querySelector(".none-left");
  var cards = Array.prototype.slice.call(box.querySelectorAll(".card"));
  var out = form.querySelector("output"), all = cards.length;
  cards.forEach(function (c, i) { c.rank = i; c.words = c.textContent.toLowerCase(); });
  function order(by) {
    return function (a, b) {
      if (by === "name" && a.dataset.name !== b.dataset.name) { return a.dataset.name < b.dataset.name ? -1 : 1; }
      if (by === "severity" && a.dataset.severity !== b.dataset.severity) { return a.dataset.severity - b.dataset.severity; }
      return a.rank - b.rank;
    };
  }
  function apply() {
    var f = form.elements, text = f.text.value.trim().toLowerCase(), left = 0;
    cards.forEach(function (c) {
      var ok = (!text || c.words.indexOf(text) >= 0) && (!f.action.value || c.dataset.action === f.action.value) &&
        (!f.axis.value || c.dataset.axes.split(" ").indexOf(f.axis.value) >= 0);
      c.hidden = !ok;
      if (ok) { left++; }
    });
    out.textContent = left + " / " + all;
    none.classList.toggle("shown", left === 0);
  }
  form.addEventListener("input", function (e) {
    if (e.target.name === "sort") {
      cards.slice().sort(order(e.target.value)).forEach(function (c) { box.appendChild(c); });
    }
    apply();
  });
  form.addEventListener("submit", function (e) { e.preventDefault(); });
  form.hidden = false;
  apply();
  function reveal() {
    var c = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (c && c.hidden) { form.reset(); apply(); c.scrollIntoView(); }
  }
  window.addEventListener("hashchange", reveal);
  var opened = [];
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details:not([open])").forEach(function (d) { d.open = true; opened.push(d); });
  });
  window.addEventListener("afterprint", function () { opened.forEach(function (d) { d.open = false; }); opened = []; });
})();
