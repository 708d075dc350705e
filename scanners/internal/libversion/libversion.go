// Package libversion reads the small files in which libraries leave their name and version in an app:
// META-INF/GROUP_ARTIFACT.version (AndroidX and others), META-INF/kotlinx_*.version, META-INF/maven/**/pom.properties,
// and NAME.properties at the top, as Google's libraries have them.
//
// A version counts only if it looks like one: build scripts leave texts such as "task ':core:writeVersionFile' property
// 'version'" in its place. A *.kotlin_module names a module without a version and counts only where the name alone says
// whose it is. Files that tell what built the app (META-INF/com/android/build/gradle/app-metadata.properties,
// kotlin-tooling-metadata.json) are left out, because the build tools are not in the app.
//
// What the package cannot see: libraries whose files a build removed, which most release builds do in part; and a file
// that lies, because any of them can be put into an app.
package libversion

import (
	"errors"
	"fmt"
	"strings"

	"quaestor/scanners/internal/components"
	"quaestor/scanners/inventory"
)

// MaxFile is the most bytes of a file that are read; these files have one to five lines.
const MaxFile = 64 << 10

// ErrRefused is for a file that is of the kind read here and does not name a library with a version.
var ErrRefused = errors.New("names no library with a version")

// ErrNameless is what the error of a Kotlin module wraps too whose name may be anybody's: such a file states no version,
// and most of them name a part of the app itself.
var ErrNameless = fmt.Errorf("%w: its name may be anybody's", ErrRefused)

// Wants reports whether the entry of that name is one of the files.
func Wants(name string) bool { return kind(name) != none }

type fileKind int

const (
	none fileKind = iota
	versionFile
	pomProperties
	properties
	kotlinModule
)

func kind(name string) fileKind {
	dir, base := split(name)
	switch {
	case dir == "META-INF/" && strings.HasSuffix(base, ".version"):
		return versionFile
	case dir == "META-INF/" && strings.HasSuffix(base, ".kotlin_module"):
		return kotlinModule
	case base == "pom.properties" && strings.HasPrefix(dir, "META-INF/maven/"):
		return pomProperties
	case dir == "" && strings.HasSuffix(base, ".properties") && googleGroup(strings.TrimSuffix(base, ".properties")) != "":
		return properties
	}
	return none
}

func split(name string) (dir, base string) {
	at := strings.LastIndexByte(name, '/') + 1
	return name[:at], name[at:]
}

// Read returns what the file of that name states. The error wraps [ErrRefused] and says what stands in the place of a
// name or version.
func Read(name string, content []byte) (components.Found, error) {
	if len(content) > MaxFile {
		return components.Found{}, fmt.Errorf("%w: %q has %d bytes, more than the %d that are read", ErrRefused, name, len(content), MaxFile)
	}
	_, base := split(name)
	text := string(content)
	switch kind(name) {
	case versionFile:
		group, artifact := coordinates(strings.TrimSuffix(base, ".version"))
		return library(group, artifact, strings.TrimSpace(text), name)
	case kotlinModule:
		return module(strings.TrimSuffix(base, ".kotlin_module"), name)
	case pomProperties:
		values := keys(text)
		return library(values["groupId"], values["artifactId"], values["version"], name)
	case properties:
		values := keys(text)
		return library(googleGroup(values["client"]), values["client"], values["version"], name)
	}
	return components.Found{}, fmt.Errorf("%w: %q is none of the files read here", ErrRefused, name)
}

// library checks what a file states.
func library(group, artifact, version, file string) (components.Found, error) {
	switch {
	case !components.Name(group) || !components.Name(artifact):
		return components.Found{}, fmt.Errorf("%w: %q names group %q, artifact %q", ErrRefused, file, inventory.Text(group), inventory.Text(artifact))
	case !components.Version(version):
		return components.Found{}, fmt.Errorf("%w: %q has %q in the place of a version", ErrRefused, file, inventory.Text(version))
	}
	f := components.Maven(group, artifact, version, file)
	f.Basis = components.Metadata
	return f, nil
}

// coordinates takes the name of a version file apart: "androidx.core_core", and "kotlinx_coroutines_core", which is
// written in a way of its own.
func coordinates(base string) (group, artifact string) {
	if rest, ok := strings.CutPrefix(base, "kotlinx_"); ok {
		return "org.jetbrains.kotlinx", "kotlinx-" + strings.ReplaceAll(rest, "_", "-")
	}
	group, artifact, _ = strings.Cut(base, "_")
	if !strings.Contains(group, ".") {
		return "", base // a name without a group: nobody's
	}
	return group, artifact
}

// module is the library of a Kotlin module whose name alone says whose it is. It states no version.
func module(name, file string) (components.Found, error) {
	name = strings.TrimSuffix(name, "_release")
	group := ""
	switch {
	case strings.HasPrefix(name, "kotlin-stdlib"), name == "kotlin-reflect":
		group = "org.jetbrains.kotlin"
	case strings.HasPrefix(name, "kotlinx-coroutines-"), strings.HasPrefix(name, "kotlinx-serialization-"),
		strings.HasPrefix(name, "kotlinx-datetime"), strings.HasPrefix(name, "kotlinx-io-"):
		group = "org.jetbrains.kotlinx"
	}
	if group == "" || !components.Name(name) {
		return components.Found{}, fmt.Errorf("%w: Kotlin module %q", ErrNameless, file)
	}
	f := components.Maven(group, name, "", file)
	f.Basis = components.Metadata
	return f, nil
}

// googleGroup is the Maven group of a library of Google's whose properties name the artifact alone; nothing for a name
// that others could have too.
func googleGroup(artifact string) string {
	for _, g := range [...]struct{ prefix, group string }{
		{"play-services-", "com.google.android.gms"}, {"firebase-", "com.google.firebase"},
		{"transport-", "com.google.android.datatransport"},
	} {
		if strings.HasPrefix(artifact, g.prefix) {
			return g.group
		}
	}
	switch artifact {
	case "billing", "billing-ktx":
		return "com.android.billingclient"
	case "user-messaging-platform":
		return "com.google.android.ump"
	case "app-update", "app-update-ktx", "asset-delivery", "asset-delivery-ktx", "core-common", "feature-delivery",
		"feature-delivery-ktx", "integrity", "review", "review-ktx":
		return "com.google.android.play"
	}
	return ""
}

// keys reads the lines KEY=VALUE of a properties file.
func keys(text string) map[string]string {
	values := map[string]string{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if key, value, ok := strings.Cut(line, "="); ok && !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "!") {
			values[strings.TrimSpace(key)] = strings.TrimSpace(value)
		}
	}
	return values
}
