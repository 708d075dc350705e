package adbsim

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// dumpPackage answers `dumpsys package`, for all packages or for one, in the form of the phone's Android.
func (p *Phone) dumpPackage(argv []string, out *bytes.Buffer) (Answer, bool) {
	if len(argv) > 2 && argv[0] == "dumpsys" && argv[1] == "-t" {
		argv = append([]string{"dumpsys"}, argv[3:]...)
	}
	if len(argv) < 2 || len(argv) > 3 || argv[0] != "dumpsys" || argv[1] != "package" {
		return Answer{}, false
	}
	apps := p.Apps
	if len(argv) == 3 && argv[2] != "packages" {
		a := p.app(argv[2])
		if a == nil {
			fmt.Fprintf(out, "Unable to find package: %s\n", argv[2])
			return Answer{}, true
		}
		apps = []*App{a}
	}
	if len(argv) == 2 {
		fmt.Fprintf(out, "Database versions:\n  Internal:\n    sdkVersion=%d databaseVersion=3\n\nVerifiers:\n  Required: com.android.vending (uid=10018)\n\n", p.SDK())
	}
	out.WriteString("Packages:\n")
	for _, a := range apps {
		p.dumpApp(a, out)
	}
	p.dumpRest(out, len(argv) == 2)
	return Answer{}, true
}

// dumpRest is what follows the packages, in the order of the phone's Android.
func (p *Phone) dumpRest(out *bytes.Buffer, whole bool) {
	sdk, id := p.SDK(), "userId"
	if sdk >= 34 {
		id = "appId"
	}
	if sdk >= 30 {
		out.WriteString("\nQueries:\n  system apps queryable: false\n")
	}
	if !whole {
		return
	}
	fmt.Fprintf(out, "\nShared users:\n  SharedUser [android.uid.system] (c8e1d0f):\n    %s=1000\n    install permissions:\n      android.permission.INTERNET: granted=true\n    User 0: \n      gids=[1065, 3002, 1023]\n", id)
	if sdk >= 26 {
		out.WriteString("\nPackage Changes:\n  Sequence number=7\n  User 0:\n")
	}
	out.WriteString("\nPackage warning messages:\n  Upgraded system from an older build\n\nActive install sessions:\n\nHistorical install sessions:\n")
}

func (p *Phone) dumpApp(a *App, out *bytes.Buffer) {
	sdk := p.SDK()
	line := func(format string, args ...any) { fmt.Fprintf(out, "    "+format+"\n", args...) }
	fmt.Fprintf(out, "  Package [%s] (a1b2c3d):\n", a.Name)
	if sdk >= 34 {
		line("appId=%d", a.UID)
	} else {
		line("userId=%d", a.UID)
	}
	line("pkg=Package{5e1d0c3 %s}", a.Name)
	line("codePath=%s", a.Path)
	line("resourcePath=%s", a.Path)
	line("legacyNativeLibraryDir=%s/lib", a.Path)
	line("primaryCpuAbi=arm64-v8a")
	line("secondaryCpuAbi=null")
	if sdk >= 24 {
		line("versionCode=%d minSdk=%d targetSdk=%d", a.Code, a.MinSDK, a.TargetSDK)
	} else {
		line("versionCode=%d targetSdk=%d", a.Code, a.TargetSDK)
	}
	line("versionName=%s", a.Version)
	line("splits=[%s]", strings.Join(append([]string{"base"}, a.Splits...), ", "))
	if sdk >= 24 {
		line("apkSigningVersion=2")
	}
	line("flags=[ %s ]", a.flagWords())
	line("dataDir=/data/user/0/%s", a.Name)
	line("supportsScreens=[small, medium, large, xlarge, resizeable, anyDensity]")
	line("timeStamp=%s", a.Updated)
	if sdk < 33 {
		line("firstInstallTime=%s", a.First)
	}
	line("lastUpdateTime=%s", a.Updated)
	if a.Installer != "" {
		line("installerPackageName=%s", a.Installer)
	}
	if a.Initiated != "" && sdk >= 34 {
		line("initiatingPackageName=%s", a.Initiated)
	}
	if sdk >= 28 {
		line("signatures=PackageSignatures{b5e0fa1 version:2, signatures:[a2b14acf], past signatures:[]}")
	} else {
		line("signatures=PackageSignatures{b5e0fa1 [a2b14acf]}")
	}
	line("installPermissionsFixed=true")
	line("pkgFlags=[ %s ]", a.flagWords())
	list(out, "requested permissions", a.requested())
	var granted []string
	for _, n := range a.Install {
		granted = append(granted, n+": granted=true")
	}
	list(out, "install permissions", granted)
	for _, id := range slices.Sorted(maps.Keys(a.Users)) {
		p.dumpUser(a, id, a.Users[id], out)
	}
}

func (a *App) flagWords() string {
	words := "HAS_CODE ALLOW_CLEAR_USER_DATA ALLOW_BACKUP"
	if a.System {
		words = "SYSTEM " + words
	}
	if a.Debug {
		words = "DEBUGGABLE " + words
	}
	return words
}

func list(out *bytes.Buffer, title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(out, "    %s:\n", title)
	for _, l := range lines {
		fmt.Fprintf(out, "      %s\n", l)
	}
}

func (p *Phone) dumpUser(a *App, id int, s UserState, out *bytes.Buffer) {
	sdk := p.SDK()
	switch {
	case sdk >= 33:
		fmt.Fprintf(out, "    User %d: ceDataInode=1001 installed=%t hidden=%t suspended=%t distractionFlags=0 stopped=false notLaunched=false enabled=%d instant=false virtual=false\n",
			id, s.Installed, s.Hidden, s.Suspended, s.Enabled)
		fmt.Fprintf(out, "      installReason=4\n      firstInstallTime=%s\n", a.First)
	case sdk >= 24:
		fmt.Fprintf(out, "    User %d: ceDataInode=1001 installed=%t hidden=%t suspended=%t stopped=false notLaunched=false enabled=%d instant=false virtual=false\n",
			id, s.Installed, s.Hidden, s.Suspended, s.Enabled)
	default:
		fmt.Fprintf(out, "    User %d:  installed=%t hidden=%t stopped=false notLaunched=false enabled=%d\n", id, s.Installed, s.Hidden, s.Enabled)
	}
	if len(a.Runtime) == 0 {
		return
	}
	fmt.Fprintf(out, "      gids=[3003]\n      runtime permissions:\n")
	for _, n := range slices.Sorted(maps.Keys(a.Runtime)) {
		fmt.Fprintf(out, "        %s: granted=%t, flags=[ USER_SET]\n", n, a.Runtime[n])
	}
}
