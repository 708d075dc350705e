package paths

import (
	"bytes"

	"quaestor/scanners/internal/tally"
)

// Limits on what is kept of a list. A phone has a few hundred apps and some thousand containers.
const (
	maxBundles    = 20_000
	maxContainers = 100_000
	maxNames      = 64  // of one container
	maxExtensions = 500 // of one app
	maxName       = 255 // bytes, as file systems have it
)

// finder collects what the names of a phone's files tell of its apps. Paths are handed to it one by one; what
// belongs to the same container mostly comes together, so that the last one is looked at first.
type finder struct {
	bundles    map[string]*bundle // by container and folder name
	bundleList []*bundle
	data       map[string]*container
	dataList   []*container
	plugins    map[string]*container
	pluginList []*container
	groups     map[string]*container
	groupList  []*container
	system     map[string]*bundle
	systemList []*bundle
	receipts   map[string]bool // containers in which the store's receipt lies
	profiles   []profile
	infos      map[string]map[string]any // what apps say of themselves, by their folder
	badInfo    tally.Tally
	closedInfo tally.Tally // apps whose Info.plist is there and was not opened
	noInfo     error       // why none of an archive was
	paths      int
	dropped    tally.Tally

	bundleAt string // path of the bundle met last, with a slash
	bundleIs *bundle
	dataAt   string // of the container met last
	dataIs   *container
}

func newFinder() *finder {
	return &finder{bundles: map[string]*bundle{}, data: map[string]*container{}, plugins: map[string]*container{}, groups: map[string]*container{},
		system: map[string]*bundle{}, receipts: map[string]bool{}, infos: map[string]map[string]any{}}
}

var (
	inContainers = []byte("ontainers/")
	bundlesIn    = []byte("Bundle/Application/")
	dataIn       = []byte("Data/Application/")
	pluginsIn    = []byte("Data/PluginKitPlugin/")
	groupsIn     = []byte("Shared/AppGroup/")
	profilesIn   = []byte("ConfigurationProfiles/")
)

// add takes a path with slashes.
func (f *finder) add(path []byte, line int) {
	f.paths++
	if n := len(f.bundleAt); n > 0 && len(path) > n && string(path[:n]) == f.bundleAt {
		f.bundleIs.add(path[n:])
		return
	}
	if n := len(f.dataAt); n > 0 && len(path) > n && string(path[:n]) == f.dataAt {
		f.dataIs.note(path[n:], line)
		return
	}
	at := bytes.Index(path, inContainers)
	if at < 0 {
		f.outside(path, line)
		return
	}
	rest := path[at+len(inContainers):]
	switch {
	case bytes.HasPrefix(rest, bundlesIn):
		f.inBundle(path, rest[len(bundlesIn):], line)
	case bytes.HasPrefix(rest, dataIn):
		if c, rest := f.container(f.data, &f.dataList, rest[len(dataIn):], line); c != nil {
			if len(rest) > 0 {
				f.dataAt, f.dataIs = string(path[:len(path)-len(rest)]), c
			}
			c.note(rest, line)
		}
	case bytes.HasPrefix(rest, pluginsIn):
		if c, rest := f.container(f.plugins, &f.pluginList, rest[len(pluginsIn):], line); c != nil {
			c.note(rest, line)
		}
	case bytes.HasPrefix(rest, groupsIn):
		if c, rest := f.container(f.groups, &f.groupList, rest[len(groupsIn):], line); c != nil {
			c.note(rest, line)
		}
	default:
		f.profile(path, line)
	}
}

const uuidLen = 36

// cutUUID splits a path behind the name of a container.
func cutUUID(path []byte) (uuid, rest []byte, ok bool) {
	if len(path) < uuidLen || len(path) > uuidLen && path[uuidLen] != '/' {
		return nil, nil, false
	}
	for i, c := range path[:uuidLen] {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (c == '-') || !dash && !isHex(c) {
			return nil, nil, false
		}
	}
	return path[:uuidLen], path[min(uuidLen+1, len(path)):], true
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' }

// container is the one that a path lies in; nil when it lies in none, or there are too many.
func (f *finder) container(in map[string]*container, list *[]*container, path []byte, line int) (*container, []byte) {
	uuid, rest, ok := cutUUID(path)
	if !ok {
		return nil, nil
	}
	c := in[string(uuid)]
	if c == nil {
		if len(in) >= maxContainers {
			f.dropped.Add("container " + string(uuid))
			return nil, nil
		}
		c = &container{uuid: string(uuid), line: line}
		in[c.uuid] = c
		*list = append(*list, c)
	}
	return c, rest
}

// profile is a file that the system keeps for a configuration profile.
type profile struct {
	name string
	line int
}

const maxProfiles = 1000

// outside takes a path that is in no container.
func (f *finder) outside(path []byte, line int) {
	at := bytes.Index(path, []byte(".app/"))
	if at < 0 {
		if bytes.HasSuffix(path, []byte(appEnding)) {
			at = len(path) - len(appEnding)
		} else {
			f.profile(path, line)
			return
		}
	}
	at += len(appEnding)
	slash := bytes.LastIndexByte(path[:at], '/')
	if slash < 0 || !isApp(path[slash+1:at]) || !isSystem(path[:slash]) {
		return
	}
	if b := f.bundle(f.system, &f.systemList, path[slash+1:at], path[:at], line); b != nil {
		b.add(path[min(at+1, len(path)):])
	}
}

// isSystem reports whether a folder is one from which the system starts its own apps.
func isSystem(folder []byte) bool {
	for _, end := range []string{"Applications", "staged_system_apps", "System/Library/CoreServices"} {
		if before, ok := bytes.CutSuffix(folder, []byte(end)); ok && (len(before) == 0 || before[len(before)-1] == '/') {
			return true
		}
	}
	return false
}

// profile takes the path of what the system keeps of a configuration profile.
func (f *finder) profile(path []byte, line int) {
	if !bytes.HasSuffix(path, []byte(".stub")) {
		return
	}
	folder, name := path[:bytes.LastIndexByte(path, '/')+1], path[bytes.LastIndexByte(path, '/')+1:]
	if !bytes.Contains(folder, profilesIn) || len(name) > maxName {
		return
	}
	for _, p := range f.profiles {
		if p.name == string(name) {
			return
		}
	}
	if len(f.profiles) >= maxProfiles {
		f.dropped.Add("profile " + string(name))
		return
	}
	f.profiles = append(f.profiles, profile{string(name), line})
}
