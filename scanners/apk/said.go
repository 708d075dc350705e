package apk

import (
	"bytes"
	"slices"
	"strings"
	"sync"

	"quaestor/scanners/internal/components"
)

// saying is a constant in which a library of Java's world has its name and version, mostly as it introduces itself to
// servers. Other code may hold the same text, to pretend or to compare, so that it counts only beside the library's
// own classes.
type saying struct {
	prefix          string // the version follows, and nothing after it
	pkg             string // that the library's classes are in
	group, artifact string // of Maven
}

var sayings = []saying{
	{"okhttp/", "okhttp3", "com.squareup.okhttp3", "okhttp"},
	{"okhttp/2.", "com.squareup.okhttp", "com.squareup.okhttp", "okhttp"},
	{"ExoPlayerLib/", "com.google.android.exoplayer2", "com.google.android.exoplayer", "exoplayer-core"},
	{"AndroidXMedia3/", "androidx.media3", "androidx.media3", "media3-common"},
	{"sentry.java.android/", "io.sentry.android.core", "io.sentry", "sentry-android-core"},
	{"sentry.java/", "io.sentry", "io.sentry", "sentry"},
	{"Apache-HttpClient/", "org.apache.http.impl.client", "org.apache.httpcomponents", "httpclient"},
}

// said gathers such constants of the DEX files of one container.
type said struct {
	mu   sync.Mutex
	list []remark
}

type remark struct {
	saying  *saying
	version string
	file    string
}

const maxSaid = 100 // of one container

// listen looks at a constant.
func (s *said) listen(text []byte, file string) {
	if len(text) < 8 || len(text) > 64 {
		return
	}
	for i := range sayings {
		say := &sayings[i]
		if text[0] != say.prefix[0] || !bytes.HasPrefix(text, []byte(say.prefix)) {
			continue
		}
		version := string(text[strings.IndexByte(say.prefix, '/')+1:])
		if !components.Version(version) || !strings.Contains(version, ".") || say.pkg == "okhttp3" && strings.HasPrefix(version, "2.") {
			continue
		}
		s.mu.Lock()
		s.list = append(s.list, remark{say, version, file})
		if len(s.list) > 2*maxSaid {
			s.shrink()
		}
		s.mu.Unlock()
	}
}

// shrink keeps the first of them, whatever the order in which files were read.
func (s *said) shrink() {
	slices.SortFunc(s.list, func(a, b remark) int {
		return strings.Compare(a.saying.prefix+a.version+"\x00"+a.file, b.saying.prefix+b.version+"\x00"+b.file)
	})
	s.list = slices.Compact(s.list)
	s.list = s.list[:min(len(s.list), maxSaid)]
}

// found are the libraries whose classes are there and of which the constants state one version. Of several, none is
// known to be the library's own: they bound nothing, and the library is told without a version.
func (s *said) found(defined map[string]bool) (list []components.Found) {
	s.shrink()
	versions := map[*saying]map[string]bool{}
	for _, r := range s.list {
		if versions[r.saying] == nil {
			versions[r.saying] = map[string]bool{}
		}
		versions[r.saying][r.version] = true
	}
	for _, r := range s.list {
		if !holds(defined, r.saying.pkg) {
			continue
		}
		version := r.version
		if len(versions[r.saying]) > 1 {
			version = ""
		}
		f := components.Maven(r.saying.group, r.saying.artifact, version, r.file)
		f.Basis, f.Text = components.Text, r.saying.prefix[:strings.IndexByte(r.saying.prefix, '/')+1]+r.version
		list = append(list, f)
	}
	return list
}

// holds reports whether a package or one below it is among those that are defined.
func holds(defined map[string]bool, pkg string) bool {
	if defined[pkg] {
		return true
	}
	for name := range defined {
		if strings.HasPrefix(name, pkg+".") {
			return true
		}
	}
	return false
}
