package apkmanifest

import (
	"fmt"
	"strconv"
	"strings"

	"quaestor/scanners/internal/axml"
	"quaestor/scanners/inventory"
)

// builder collects facts while elements go by.
type builder struct {
	m     *Manifest
	table Resources
	refs  map[uint32]string // references resolved so far
	path  []string          // names of the open elements

	seen         map[string]int // position of each permission
	references   int            // permission names that are references
	features     map[string]bool
	major, minor int64

	applications  int    // application elements met; Android reads the first
	permission    string // what the application asks of all who call a component
	process       string
	disabled      bool
	launcherLabel string

	current  int        // component being read, -1 outside
	activity bool       // it is an activity
	label    *axml.Attr // and its label
	parts    []part     // what is known of each component besides
	filter   *filter    // intent filter being read
	links    int        // links of all components
}

// part is what has to be known of a component until the whole document is read.
type part struct {
	exported bool // the attribute is there
	filtered bool // it has an intent filter
	roles    roleFacts
}

func newBuilder(table Resources) *builder {
	return &builder{
		m:       &Manifest{AllowBackup: true},
		table:   table,
		seen:    make(map[string]int),
		refs:    make(map[uint32]string),
		current: -1,
	}
}

func (b *builder) element(e *axml.Element) error {
	b.path = append(b.path[:min(e.Depth-1, len(b.path))], e.Name)
	if e.Depth <= 4 {
		b.endFilter()
	}
	switch {
	case e.Depth == 1:
		if e.Name != "manifest" {
			return fmt.Errorf("the root element is %q, not manifest", inventory.Text(e.Name))
		}
		b.root(e)
	case e.Depth == 2:
		b.current = -1
		b.top(e)
	case b.path[1] == "queries":
		b.query(e)
	case b.path[1] == "application" && b.applications == 1:
		b.inside(e)
	}
	return nil
}

// inside reads what lies in the application element.
func (b *builder) inside(e *axml.Element) {
	switch {
	case e.Depth == 3:
		b.component(e)
	case b.current < 0:
	case e.Depth == 4:
		b.child(e)
	case e.Depth == 5 && b.filter != nil:
		b.filterChild(e)
	}
}

func (b *builder) root(e *axml.Element) {
	m := b.m
	m.Package = inventory.Text(e.Literal("package"))
	m.Split = inventory.Text(e.Literal("split"))
	m.ConfigFor = inventory.Text(e.Literal("configForSplit"))
	m.Feature = b.truth(e, "isFeatureSplit", false)
	m.Version = b.text(e, "versionName")
	b.minor = b.number(e, "versionCode")
	b.major = b.number(e, "versionCodeMajor")
	m.SharedUser = b.text(e, "sharedUserId")
	m.TargetSandbox = int(b.number(e, "targetSandboxVersion"))
	m.CompileSDK = int(b.number(e, "compileSdkVersion"))
	if m.CompileSDK == 0 {
		m.CompileSDK = int(b.number(e, "platformBuildVersionCode"))
	}
	m.SplitRequired = b.truth(e, "isSplitRequired", false) || b.text(e, "requiredSplitTypes") != ""
}

// top reads the children of the manifest element.
func (b *builder) top(e *axml.Element) {
	switch e.Name {
	case "uses-sdk":
		b.m.MinSDK, b.m.MinSDKCodename = b.sdk(e, "minSdkVersion")
		b.m.TargetSDK, b.m.TargetSDKCodename = b.sdk(e, "targetSdkVersion")
		b.m.MaxSDK = int(b.number(e, "maxSdkVersion"))
	case "uses-permission":
		b.request(e, 0)
	case "uses-permission-sdk-23", "uses-permission-sdk-m":
		b.request(e, 23)
	case "permission", "permission-tree":
		b.define(e)
	case "uses-feature":
		b.feature(e)
	case "instrumentation":
		b.queries("instrumentation", b.text(e, "targetPackage"))
	case "application":
		if b.applications++; b.applications == 1 {
			b.application(e)
		}
	}
}

func (b *builder) application(e *axml.Element) {
	m := b.m
	b.labels(e)
	m.Debuggable = b.truth(e, "debuggable", false)
	m.TestOnly = b.truth(e, "testOnly", false)
	m.AllowBackup = b.truth(e, "allowBackup", true)
	m.NoCode = !b.truth(e, "hasCode", true)
	m.SplitRequired = m.SplitRequired || b.truth(e, "isSplitRequired", false)
	m.Cleartext = b.truth(e, "usesCleartextTraffic", false)
	_, m.CleartextGiven = e.Lookup("usesCleartextTraffic")
	m.ApplicationClass = b.class(e, "name")
	m.ComponentFactory = b.class(e, "appComponentFactory")
	b.permission = b.text(e, "permission")
	b.process = b.text(e, "process")
	b.disabled = !b.truth(e, "enabled", true)
	b.file(e, "networkSecurityConfig", -1)
}

func (b *builder) class(e *axml.Element, attr string) string {
	return inventory.Text(className(b.m.Package, b.text(e, attr)))
}

func (b *builder) feature(e *axml.Element) {
	name := b.text(e, "name")
	if name == "" {
		if gl := b.text(e, "glEsVersion"); gl != "" {
			name = "glEsVersion " + gl
		}
	}
	if b.features == nil {
		b.features = make(map[string]bool)
	}
	if !b.features[name] {
		b.features[name] = true
		b.m.Features = b.list(b.m.Features, maxNames, "features", name)
	}
}

// query reads what lies in the queries element.
func (b *builder) query(e *axml.Element) {
	switch {
	case e.Depth == 3 && e.Name == "package":
		b.queries("package", b.text(e, "name"))
	case e.Depth == 3 && e.Name == "provider":
		for _, name := range strings.Split(b.text(e, "authorities"), ";") {
			b.queries("provider", name)
		}
	case e.Depth == 4 && e.Name == "action" && b.path[2] == "intent":
		b.queries("intent", b.text(e, "name"))
	}
}

func (b *builder) queries(kind, name string) {
	if name != "" && !b.has("query "+kind+":"+name) {
		b.m.Queries = b.list(b.m.Queries, maxNames, "queries", kind+":"+name)
	}
}

// has reports whether a name was met before, and keeps it.
func (b *builder) has(name string) bool {
	if b.features == nil {
		b.features = make(map[string]bool)
	}
	have := b.features[name]
	b.features[name] = true
	return have
}

// list appends a name unless it is empty or the list is full.
func (b *builder) list(to []string, limit int, what, name string) []string {
	if name == "" {
		return to
	}
	if len(to) >= limit {
		b.cut(what, limit)
		return to
	}
	return append(to, name)
}

func (b *builder) cut(what string, limit int) {
	s := what + " beyond " + strconv.Itoa(limit)
	for _, have := range b.m.Cut {
		if have == s {
			return
		}
	}
	b.m.Cut = append(b.m.Cut, s)
}
