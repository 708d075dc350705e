package jsbundle

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/internal/components"
	"quaestor/scanners/internal/endpoints"
	"quaestor/scanners/inventory"
)

const (
	maxPlugins  = 2000
	maxConfig   = 1 << 20 // bytes of a configuration that is parsed
	maxComments = 5000    // comments of a script that are looked at
	maxHead     = 500     // bytes of a script in which it says for which platform it is
)

// cordova reads the list of plugins that Cordova's build writes, with the versions in it:
// module.exports.metadata = {"cordova-plugin-camera": "4.1.0"}.
func cordova(name string, content []byte) []components.Found {
	_, rest, ok := bytes.Cut(content, []byte("module.exports.metadata"))
	if !ok {
		return nil
	}
	open := bytes.IndexByte(rest[:min(len(rest), 200)], '{')
	if open < 0 {
		return nil
	}
	versions := map[string]string{}
	if json.NewDecoder(bytes.NewReader(rest[open:min(len(rest), open+maxConfig)])).Decode(&versions) != nil {
		return nil
	}
	var list []components.Found
	for plugin, version := range versions {
		if npmName(plugin) && components.Version(version) && len(list) < maxPlugins {
			f := components.NPM(plugin, version, name)
			f.Basis = components.Metadata
			list = append(list, f)
		}
	}
	return byPURL(list)
}

// capacitorPlugins reads the list of plugins that Capacitor's build writes. It has no versions.
func capacitorPlugins(name string, content []byte) ([]components.Found, error) {
	var plugins []struct {
		Package string `json:"pkg"`
	}
	if err := json.Unmarshal(content[:min(len(content), maxConfig)], &plugins); err != nil {
		return nil, fmt.Errorf("%q: %s", name, inventory.Text(err.Error()))
	}
	var list []components.Found
	for _, p := range plugins[:min(len(plugins), maxPlugins)] {
		if npmName(p.Package) {
			f := components.NPM(p.Package, "", name)
			f.Basis = components.Metadata
			list = append(list, f)
		}
	}
	return byPURL(list), nil
}

func byPURL(list []components.Found) []components.Found {
	slices.SortFunc(list, func(a, b components.Found) int { return strings.Compare(a.PURL, b.PURL) })
	return slices.CompactFunc(list, func(a, b components.Found) bool { return a.PURL == b.PURL })
}

// capacitorConfig notes the hosts that the app may open inside itself, which may begin with "*.".
func capacitorConfig(name string, content []byte, to *endpoints.Collector) error {
	var config struct {
		Server struct {
			AllowNavigation []string `json:"allowNavigation"`
		} `json:"server"`
	}
	if err := json.Unmarshal(content[:min(len(content), maxConfig)], &config); err != nil {
		return fmt.Errorf("%q: %s", name, inventory.Text(err.Error()))
	}
	for _, host := range config.Server.AllowNavigation {
		if rest, ok := strings.CutPrefix(host, "*."); ok {
			to.Add([]byte(rest), name)
		}
	}
	return nil
}

// npmName reports whether s can be the name of an npm package, with or without a scope.
func npmName(s string) bool {
	if rest, ok := strings.CutPrefix(s, "@"); ok {
		scope, name, ok := strings.Cut(rest, "/")
		return ok && components.Name(scope) && components.Name(name)
	}
	return components.Name(s)
}

// banner is how a package names itself and its version in the comment at its beginning.
type banner struct {
	text    string // what stands before the version
	pkg     string // of npm
	besides string // what else has to be in the comment
}

// banners known by their makers' own files.
var knownBanners = []banner{
	{"jQuery v", "jquery", ""}, {"jQuery JavaScript Library v", "jquery", ""}, {"jQuery UI - v", "jquery-ui", ""}, {"jQuery Mobile ", "jquery-mobile", ""},
	{"@license React v", "react", "react.production"}, {"@license React v", "react", "react.development"},
	{"@license React v", "react-dom", "react-dom."}, {"@license React v", "react-is", "react-is."}, {"@license React v", "scheduler", "scheduler."},
	{"Vue.js v", "vue", ""}, {"vue v", "vue", "Evan You"}, {"vue-router v", "vue-router", ""}, {"vuex v", "vuex", ""}, {"pinia v", "pinia", ""},
	{"AngularJS v", "angular", ""}, {"@license Angular v", "@angular/core", ""}, {"Ionic, v", "ionic-angular", ""}, {"zone.js v", "zone.js", ""},
	{"Bootstrap v", "bootstrap", ""}, {"Underscore.js ", "underscore", ""}, {"Backbone.js ", "backbone", ""},
	{"axios v", "axios", ""}, {"Axios v", "axios", ""}, {"Zepto v", "zepto", ""}, {"Zepto ", "zepto", "zeptojs.com"},
	{"https://d3js.org v", "d3", ""}, {"Swiper ", "swiper", ""}, {"Chart.js v", "chart.js", ""}, {"Chart.js\n * http://chartjs.org/\n * Version: ", "chart.js", ""},
	{"Leaflet ", "leaflet", ""}, {"Video.js ", "video.js", ""}, {"Handlebars v", "handlebars", ""}, {"handlebars v", "handlebars", ""},
	{"vConsole v", "vconsole", ""}, {"eruda v", "eruda", ""}, {"Framework7 ", "framework7", ""}, {"Socket.IO v", "socket.io-client", ""},
	{"DOMPurify ", "dompurify", ""}, {"hammer.js - v", "hammerjs", ""}, {"Hammer.JS - v", "hammerjs", ""}, {"RequireJS ", "requirejs", ""},
	{"pdf.js v", "pdfjs-dist", ""}, {"hls.js v", "hls.js", ""}, {"Dexie.js v", "dexie", ""}, {"js-cookie v", "js-cookie", ""},
	{"html2canvas ", "html2canvas", ""}, {"iScroll v", "iscroll", ""}, {"Mustache.js ", "mustache", ""}, {"Knockout JavaScript library v", "knockout", ""},
	{"GSAP ", "gsap", ""}, {"Highcharts JS v", "highcharts", ""}, {"crypto-js v", "crypto-js", ""}, {"CryptoJS v", "crypto-js", ""},
	{"clipboard.js v", "clipboard", ""}, {"Sizzle CSS Selector Engine v", "sizzle", ""}, {"FullCalendar v", "fullcalendar", ""}, {"forge v", "node-forge", ""},
	{"localForage -- Offline Storage, Improved\n    Version ", "localforage", ""}, {"Quill Editor v", "quill", ""}, {"mpegts.js v", "mpegts.js", ""},
	{"flv.js v", "flv.js", ""}, {"PhotoSwipe - v", "photoswipe", ""}, {"jsPDF v", "jspdf", ""},
}

// banners returns the packages that the comments of a script name with their versions, and what the runtimes of
// Cordova and React Native say of themselves.
func banners(name string, content []byte) []components.Found {
	var list []components.Found
	rest := content
	for range maxComments {
		at := bytes.Index(rest, []byte("/*"))
		if at < 0 {
			break
		}
		rest = rest[at+2:]
		comment := rest[:min(len(rest), 400)]
		if end := bytes.Index(comment, []byte("*/")); end >= 0 {
			comment = comment[:end]
		}
		if bytes.IndexByte(comment, '.') >= 0 {
			list = append(list, named(name, comment)...)
		}
		rest = rest[len(comment):]
	}
	list = append(list, runtimes(name, content)...)
	return byPURL(list)
}

func named(name string, comment []byte) (list []components.Found) {
	for _, b := range knownBanners {
		_, after, ok := bytes.Cut(comment, []byte(b.text))
		if !ok || !bytes.Contains(comment, []byte(b.besides)) {
			continue
		}
		if version := leading(after); components.Version(version) && strings.Contains(version, ".") {
			list = append(list, stated(b.pkg, version, name, b.text+version))
		}
	}
	return list
}

// stated is a package that the text of a script names.
func stated(pkg, version, file, text string) components.Found {
	f := components.NPM(pkg, version, file)
	f.Basis, f.Text = components.Text, text
	return f
}

// leading is what of b can be a version.
func leading(b []byte) string {
	n := 0
	for n < len(b) && n < components.MaxVersion && (b[n] == '.' || b[n] == '-' || b[n] >= '0' && b[n] <= '9' || b[n] >= 'a' && b[n] <= 'z') {
		n++
	}
	return string(bytes.TrimRight(b[:n], ".-"))
}

// runtimes reads the versions that Cordova's and React Native's own scripts have in them.
func runtimes(name string, content []byte) (list []components.Found) {
	if _, after, ok := bytes.Cut(content, []byte("PLATFORM_VERSION_BUILD_LABEL = '")); ok {
		if v := leading(after); components.Version(v) {
			platform := "cordova-android"
			if bytes.Contains(content[:min(len(content), maxHead)], []byte("// Platform: ios")) {
				platform = "cordova-ios"
			}
			list = append(list, stated(platform, v, name, "PLATFORM_VERSION_BUILD_LABEL = '"+v+"'"))
		}
	}
	if _, after, ok := bytes.Cut(content, []byte("{major:0,minor:")); ok {
		minor := leading(after)
		if tail, ok := bytes.CutPrefix(after, []byte(minor+",patch:")); ok {
			if v := "0." + minor + "." + leading(tail); components.Version(v) && bytes.HasPrefix(tail[len(leading(tail)):], []byte(",prerelease:null")) {
				list = append(list, stated("react-native", v, name, "{major:0,minor:"+minor+",patch:"+leading(tail)))
			}
		}
	}
	return list
}
